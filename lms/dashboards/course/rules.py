"""What the figures of a course say, on plain numbers; and how coarsely they are told to whoever may not see few people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from lms.dashboards.rules import LEAST, quartiles_of

STEPS = (1, 2, 5, 10)  # per cent
FALL = 5  # points; a smaller fall is not worth a word
MOST_FALLS = 3


class Pace(StrEnum):
    """How long a lesson takes beside what its author planned."""

    SLOW = "slow"  # more than twice as long
    QUICK = "quick"  # less than half as long


@dataclass(frozen=True)
class Measure:
    """How shares of a number of people are told. Exactly to who teaches them; to others coarsely, see docs/decisions.md."""

    whole: int
    is_exact: bool

    @property
    def step(self) -> int | None:
        """The per cent in which shares are told: the first of STEPS that is LEAST people or more; None if none is."""
        if self.is_exact:
            return 1
        return next((step for step in STEPS if step * self.whole >= 100 * LEAST), None)

    def percent(self, part: int) -> int | None:
        """Return a share in per cent; None where it is withheld or there is nobody."""
        if not self.whole or self.step is None or (not self.is_exact and part < LEAST):
            return None
        return self.step * round(Fraction(100 * part, self.whole * self.step))

    @property
    def least_fall(self) -> int:
        """The points of difference between shares, as told, that are more than their rounding."""
        return max(FALL, 2 * (self.step or 1))


def count_told(count: int, *, is_exact: bool) -> int | None:
    """Return a number of people, to whoever may not see few of them in tens; None where it is withheld."""
    if is_exact:
        return count
    return None if count < LEAST else (count + LEAST // 2) // LEAST * LEAST


def falls(changes: Sequence[int | None], *, least: int) -> frozenset[int]:
    """Return the places of the largest falls, MOST_FALLS at most, of so many points or more; of equal ones the first."""
    large = [place for place, change in enumerate(changes) if change is not None and change <= -least]
    return frozenset(sorted(large, key=lambda place: (changes[place], place))[:MOST_FALLS])


def passed_over(opened: Sequence[int | None], *, least: int) -> list[int]:
    """Return the places of lessons that were opened by fewer than the next one is, by so many points or more."""
    pairs = enumerate(pairwise(opened))
    return [place for place, (here, after) in pairs if here is not None and after is not None and after - here >= least]


def quartiles(histogram: Mapping[int, int]) -> tuple[int, int, int] | None:
    """Return what a quarter, half and three quarters of people needed at most; None under LEAST people.

    histogram: minutes or days -> people.
    """
    return quartiles_of(histogram) if sum(histogram.values()) >= LEAST else None


def pace(median: int, planned: int) -> Pace | None:
    """Return whether a lesson takes far longer, or far less, than planned."""
    if median > 2 * planned:
        return Pace.SLOW
    return Pace.QUICK if 2 * median < planned else None
