"""What an attempt earned, and what a ruling on one of its questions does to that."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from courses.assessments.rules.marks import has_passed


class Counted(Protocol):
    """A marked answer: the share it earned of its points, and whether it still counts."""

    points: int
    score_fraction: float
    is_removed: bool


@dataclass(frozen=True)
class Result:
    """Points earned, of those that could be. Where nothing counts any more, everything is earned."""

    points: float
    possible: int

    @property
    def fraction(self) -> float:
        return self.points / self.possible if self.possible else 1.0

    def passes(self, pass_mark_percent: int) -> bool:
        return not self.possible or has_passed(self.points, self.possible, pass_mark_percent)


def result_of(answers: Iterable[Counted]) -> Result:
    """Return the result of an attempt, without the answers that were taken out of it."""
    counted = [answer for answer in answers if not answer.is_removed]
    return Result(
        points=sum(answer.score_fraction * answer.points for answer in counted),
        possible=sum(answer.points for answer in counted),
    )


def after_ruling(before: Result, now: Result, *, had_passed: bool) -> Result:
    """Return what stands of an attempt whose answers were marked again: who had passed keeps the better of the two."""
    return before if had_passed and now.fraction < before.fraction else now


def is_covered(revision_id: int | None, *, up_to: int | None, is_new_key: bool) -> bool:
    """Say whether a ruling holds for a revision: all up to one, with a new key all before the one that brought it.

    None: a revision from before they were noted, and the earliest.
    """
    if revision_id is None:
        return True
    return up_to is not None and (revision_id < up_to if is_new_key else revision_id <= up_to)
