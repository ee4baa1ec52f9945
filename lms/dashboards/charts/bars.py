"""Bars in the rows of a table: how long each is, in per cent of its cell."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FunnelStep:
    """A step, how many reached it, and its bar. of_first, of_before: whole per cent of these steps; None where either is withheld."""

    label: str
    count: int | None
    width: float | None
    of_first: int | None
    of_before: int | None


@dataclass(frozen=True)
class Funnel:
    steps: tuple[FunnelStep, ...]


def funnel(steps: Iterable[tuple[str, int | None]]) -> Funnel:
    """Return the steps from the first to the last, as (name, people); the bar of the largest is whole."""
    steps = list(steps)
    counts = [count for _label, count in steps]
    longest = max((count for count in counts if count), default=0)
    return Funnel(
        tuple(
            FunnelStep(
                label=label,
                count=count,
                width=_width(count, longest),
                of_first=_percent(count, counts[0]),
                of_before=_percent(count, counts[number - 1]) if number else None,
            )
            for number, (label, count) in enumerate(steps)
        )
    )


@dataclass(frozen=True)
class RateRow:
    """A group: how many there are, and how many of them did what is asked about.

    flag: why this row stands out, in a word or two that are shown beside its name; "" for all others. url: what the name leads to.
    """

    label: str
    part: int | None
    whole: int | None
    flag: str = ""
    url: str = ""


@dataclass(frozen=True)
class Rate:
    """A row as it is drawn. percent: whole, None where part or whole is withheld or there is nobody. width: of its bar."""

    label: str
    percent: int | None
    width: float | None
    whole: int | None
    flag: str
    url: str


@dataclass(frozen=True)
class Rates:
    rates: tuple[Rate, ...]


def rates(rows: Iterable[RateRow]) -> Rates:
    """Return a rate per group, in the order given; bars are parts of a hundred per cent, so charts compare with each other."""
    return Rates(
        tuple(
            Rate(
                label=row.label,
                percent=_percent(row.part, row.whole),
                width=_width(row.part, row.whole),
                whole=row.whole,
                flag=row.flag,
                url=row.url,
            )
            for row in rows
        )
    )


def bar_widths(rows: Iterable[tuple[int | None, int | None]]) -> list[tuple[float, float] | None]:
    """Return the widths, in per cent of the longest, of an outer and an inner bar per row; None if the outer is withheld."""
    rows = list(rows)
    longest = max((outer for outer, _inner in rows if outer), default=0)
    return [
        (round(100 * outer / longest, 1), round(100 * (inner or 0) / longest, 1)) if outer and longest else None
        for outer, inner in rows
    ]


def _percent(part: int | None, whole: int | None) -> int | None:
    return None if part is None or not whole else round(100 * part / whole)


def _width(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else round(100 * part / whole, 1)
