from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far somebody is: what is asked, what is done, what is missing (ids, in course order).

    This is the one computation of progress; learner, instructor, overview and certificate all read it.
    """

    lesson_ids: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    missing_lesson_ids: tuple[int, ...]
    missing_quiz_ids: tuple[int, ...]

    @property
    def lessons_total(self) -> int:
        return len(self.lesson_ids)

    @property
    def lessons_done(self) -> int:
        return len(self.lesson_ids) - len(self.missing_lesson_ids)

    @property
    def quizzes_total(self) -> int:
        return len(self.quiz_ids)

    @property
    def quizzes_passed(self) -> int:
        return len(self.quiz_ids) - len(self.missing_quiz_ids)

    @property
    def is_complete(self) -> bool:
        return bool(self.lesson_ids) and not self.missing_lesson_ids and not self.missing_quiz_ids

    @property
    def percent(self) -> int:
        """Whole per cent of steps done, rounded down: 100 only when nothing is missing."""
        total = self.lessons_total + self.quizzes_total
        return 100 * (self.lessons_done + self.quizzes_passed) // total if total else 0


def measure(
    *,
    lesson_ids: Sequence[int],
    quiz_ids: Sequence[int],
    done_lesson_ids: Collection[int],
    passed_quiz_ids: Collection[int],
    retired_lesson_ids: Collection[int] = (),
    retired_quiz_ids: Collection[int] = (),
) -> Progress:
    """Measure what a contract asks for against what is done.

    A step that is retired before it was done is no longer asked for; one that was done still counts.
    """
    lessons = tuple(n for n in lesson_ids if n not in retired_lesson_ids or n in done_lesson_ids)
    quizzes = tuple(n for n in quiz_ids if n not in retired_quiz_ids or n in passed_quiz_ids)
    return Progress(
        lesson_ids=lessons,
        quiz_ids=quizzes,
        missing_lesson_ids=tuple(n for n in lessons if n not in done_lesson_ids),
        missing_quiz_ids=tuple(n for n in quizzes if n not in passed_quiz_ids),
    )
