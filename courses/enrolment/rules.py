from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """What completing a course asks for: lessons and quizzes by id, in order, and the pass mark of each quiz.

    Optional lessons and quizzes for practice are not among them. lesson_minutes: of the lessons asked for, in their order.
    """

    title: str
    version_name: str
    lesson_ids: tuple[int, ...]
    lesson_minutes: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    pass_mark_percent: int
    minutes: int


@dataclass(frozen=True)
class Easing:
    """What later versions have taken off a contract. lowest_mark_percent: the lowest pass mark since, or None.

    A learner is held to the version in force when they enrolled, less every single thing that a later version asks of
    nobody, and to the lowest pass mark since. So whenever a later version is easier as a whole (it asks for no step that
    theirs does not, and for no higher mark), they are held to no more than it; and when it takes some steps away and adds
    others, they gain the first and are spared the second. What was let go stays so: putting a lesson back or raising
    the mark makes a version for those who enrol from then on.
    """

    lesson_ids: frozenset[int] = frozenset()
    quiz_ids: frozenset[int] = frozenset()
    lowest_mark_percent: int | None = None

    def eased_by(self, later: Terms, *, lesson_ids: Iterable[int], quiz_ids: Iterable[int]) -> "Easing":
        """Return the easing once a later version is published. lesson_ids, quiz_ids: what the contract itself asks for.

        It only ever grows, and versions may come in any order and more than once.
        """
        mark = later.pass_mark_percent
        return Easing(
            lesson_ids=self.lesson_ids | _let_go(lesson_ids, later.lesson_ids),
            quiz_ids=self.quiz_ids | _let_go(quiz_ids, later.quiz_ids),
            lowest_mark_percent=mark if self.lowest_mark_percent is None else min(mark, self.lowest_mark_percent),
        )


def _let_go(asked: Iterable[int], asked_later: Collection[int]) -> frozenset[int]:
    return frozenset(asked).difference(asked_later)
