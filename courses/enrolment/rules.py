from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

Percents = tuple[tuple[int, int], ...]  # (id, per cent), each id once


@dataclass(frozen=True)
class Terms:
    """What completing a course asks for: lessons and quizzes by id, in order, and the pass mark of each quiz.

    Optional lessons and quizzes for practice are not asked for. lesson_minutes: of the lessons asked for, in their
    order. quiz_marks: of every quiz of the course, also of those for practice. pass_mark_percent: the course's own.
    """

    title: str
    version_name: str
    lesson_ids: tuple[int, ...]
    lesson_minutes: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    quiz_marks: Percents
    pass_mark_percent: int
    minutes: int


@dataclass(frozen=True)
class Easing:
    """What later versions have taken off a contract. lowest_marks: of each quiz they name, the lowest mark since.

    A learner is held to the version in force when they enrolled, less every single thing that a later version asks of
    nobody, and to the lowest pass mark of each quiz since. So whenever a later version is easier as a whole (it asks for
    no step that theirs does not, and for no higher mark), they are held to no more than it; and when it takes some steps
    away and adds others, they gain the first and are spared the second. What was let go stays so: putting a lesson back
    or raising a mark makes a version for those who enrol from then on.
    """

    lesson_ids: frozenset[int] = frozenset()
    quiz_ids: frozenset[int] = frozenset()
    lowest_marks: Percents = ()

    def eased_by(self, later: Terms, *, lesson_ids: Iterable[int], quiz_ids: Iterable[int]) -> "Easing":
        """Return the easing once a later version is published. lesson_ids, quiz_ids: what the contract itself asks for.

        It only ever grows, and versions may come in any order and more than once.
        """
        return Easing(
            lesson_ids=self.lesson_ids | _let_go(lesson_ids, later.lesson_ids),
            quiz_ids=self.quiz_ids | _let_go(quiz_ids, later.quiz_ids),
            lowest_marks=lowest(self.lowest_marks, later.quiz_marks),
        )


def lowest(*percents: Iterable[Iterable[int]]) -> Percents:
    """Return the lowest per cent that any of these says for each id, by id."""
    found: dict[int, int] = {}
    for one, percent in chain(*percents):
        found[one] = min(percent, found.get(one, percent))
    return tuple(sorted(found.items()))


def _let_go(asked: Iterable[int], asked_later: Collection[int]) -> frozenset[int]:
    return frozenset(asked).difference(asked_later)
