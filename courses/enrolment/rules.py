from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Protocol, TypeVar

from lms.access.rules.times import Times
from lms.access.rules.windows import Windows, first_windows, moved_windows

T = TypeVar("T")

Percents = tuple[tuple[int, int], ...]  # (id, per cent), each id once


class Asks(Protocol):
    """What terms and the contract made of them say alike."""

    @property
    def lesson_ids(self) -> Collection[int]: ...
    @property
    def quiz_ids(self) -> Collection[int]: ...
    @property
    def recordings(self) -> Collection[Collection[int]]: ...


@dataclass(frozen=True)
class Terms:
    """What completing a course asks for: lessons, quizzes and recordings by id, in order, and how much of them.

    Optional lessons and quizzes for practice are not asked for. lesson_minutes: of the lessons asked for, in their
    order. quiz_marks: of every quiz of the course, also of those for practice. pass_mark_percent: the course's own.
    recordings: (id, per cent to be watched, id of the lesson it stands in), each recording once.
    """

    title: str
    version_name: str
    lesson_ids: tuple[int, ...]
    lesson_minutes: tuple[int, ...]
    quiz_ids: tuple[int, ...]
    quiz_marks: Percents
    pass_mark_percent: int
    minutes: int
    recordings: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Easing:
    """What later versions have taken off a contract. lowest_marks, lowest_shares: of each quiz and each recording that
    they name, the lowest mark since and the lowest share to be watched.

    A learner is held to the version in force when they enrolled, less every single thing that a later version asks of
    nobody, and to the lowest mark or share of each since. So whenever a later version is easier as a whole (it asks for
    no step that theirs does not, and for no higher mark), they are held to no more than it; and when it takes some steps
    away and adds others, they gain the first and are spared the second. What was let go stays so: putting a lesson back
    or raising a mark makes a version for those who enrol from then on. A recording that has moved to another lesson is
    let go in the first and new in the second.
    """

    lesson_ids: frozenset[int] = frozenset()
    quiz_ids: frozenset[int] = frozenset()
    recording_ids: frozenset[int] = frozenset()
    lowest_marks: Percents = ()
    lowest_shares: Percents = ()

    def eased_by(self, later: Terms, *, of: Asks) -> "Easing":
        """Return the easing once a later version is published. of: the contract that is eased.

        It only ever grows, and versions may come in any order and more than once.
        """
        recordings_let_go = _let_go(_places(of), _places(later))
        return Easing(
            lesson_ids=self.lesson_ids | _let_go(of.lesson_ids, later.lesson_ids),
            quiz_ids=self.quiz_ids | _let_go(of.quiz_ids, later.quiz_ids),
            recording_ids=self.recording_ids | {item_id for item_id, _lesson_id in recordings_let_go},
            lowest_marks=lowest(self.lowest_marks, later.quiz_marks),
            lowest_shares=lowest(self.lowest_shares, ((one, percent) for one, percent, _lesson in later.recordings)),
        )


def lowest(*percents: Iterable[Iterable[int]]) -> Percents:
    """Return the lowest per cent that any of these says for each id, by id."""
    found: dict[int, int] = {}
    for one, percent in chain(*percents):
        found[one] = min(percent, found.get(one, percent))
    return tuple(sorted(found.items()))


def _let_go(asked: Iterable[T], asked_later: Collection[T]) -> frozenset[T]:
    return frozenset(asked).difference(asked_later)


def _places(asks: Asks) -> set[tuple[int, int]]:
    return {(item_id, lesson_id) for item_id, _percent, lesson_id in asks.recordings}


# -- The seats of a cohort ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeatWishes:
    """What an organiser says about the seats of a cohort. reserved_percent: None for what the policy says."""

    capacity: int
    opens_early_at: datetime
    deadline: datetime
    mode: str
    precedence: str
    reserved_percent: int | None = None

    @property
    def share(self) -> Decimal | None:
        return None if self.reserved_percent is None else Decimal(self.reserved_percent) / 100

    def times(self, starts_at: datetime, *, release_days: int) -> Windows:
        """Return the times of a new pool. release_days: as the policy says."""
        return first_windows(
            opens_early_at=self.opens_early_at, opens_at=self.deadline, starts_at=starts_at, release_days=release_days
        )

    def moved(self, starts_at: datetime, *, old: Times, now: datetime) -> Windows:
        """Return the times of a pool that is changed."""
        return moved_windows(
            old, opens_early_at=self.opens_early_at, opens_at=self.deadline, starts_at=starts_at, now=now
        )
