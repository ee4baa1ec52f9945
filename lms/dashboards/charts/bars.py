"""Bars in the rows of a table: how long each is, in per cent of its cell."""

from collections.abc import Iterable


def bar_widths(rows: Iterable[tuple[int | None, int | None]]) -> list[tuple[float, float] | None]:
    """Return the widths, in per cent of the longest, of an outer and an inner bar per row; None if the outer is withheld."""
    rows = list(rows)
    longest = max((outer for outer, _inner in rows if outer), default=0)
    return [
        (round(100 * outer / longest, 1), round(100 * (inner or 0) / longest, 1)) if outer and longest else None
        for outer, inner in rows
    ]
