"""Quartiles on a common axis: where the middle half of a group lies, and its median."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True)
class Quartiles:
    """A group: how long a quarter, half and three quarters of it took at most, and how many people that is about.

    A group of which any of the three is withheld has no box.
    """

    label: str
    first: float | None
    median: float | None
    third: float | None
    people: int | None


@dataclass(frozen=True)
class Box:
    """The box of a row, in per cent of the axis."""

    start: float
    width: float
    median: float


@dataclass(frozen=True)
class BoxRow:
    """A row: its figures, rounded to whole days, and its box; all None where it is withheld."""

    label: str
    first: int | None
    median: int | None
    third: int | None
    people: int | None
    box: Box | None


@dataclass(frozen=True)
class Boxes:
    """The rows, and the axis: from nought by half to its end, an even number."""

    rows: tuple[BoxRow, ...]
    end: int
    half: int


def quartiles(rows: Iterable[Quartiles]) -> Boxes:
    """Return a box per group, in the order given, on an axis that all of them fit."""
    rows = list(rows)
    end = _round_end(max((row.third for row in rows if row.third is not None), default=0))
    return Boxes(tuple(_row(row, end) for row in rows), end, end // 2)


def _row(row: Quartiles, end: int) -> BoxRow:
    if row.first is None or row.median is None or row.third is None:
        return BoxRow(row.label, None, None, None, row.people, None)
    start, median, last = (round(100 * value / end, 1) for value in (row.first, row.median, row.third))
    return BoxRow(
        row.label,
        round(row.first),
        round(row.median),
        round(row.third),
        row.people,
        Box(start, round(last - start, 1), median),
    )


def _round_end(highest: float) -> int:
    """Return the first of 2, 4, 10, 20, 40, 100 ... that is not below a figure, so that its half is round too."""
    return next(end for power in count() for end in (2 * 10**power, 4 * 10**power, 10 * 10**power) if end >= highest)
