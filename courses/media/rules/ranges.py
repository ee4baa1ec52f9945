"""Stretches of a recording that somebody has played, as (start, end) in seconds."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

Range = tuple[float, float]

MOST_RANGES = 200  # kept for one learner and recording; a learner who watches seldom leaves more than ten
BRIDGED_SECONDS = 0.5  # a gap as short as this is a player's rounding, not something skipped


def merge(ranges: Iterable[Sequence[float]], *, duration: float) -> tuple[Range, ...]:
    """Return the union as ordered ranges that do not touch, within [0, duration], to a tenth of a second.

    The order does not matter, nor how often a range is given. Beyond MOST_RANGES the shortest gaps are closed.
    """
    within = sorted((round(max(start, 0.0), 1), round(min(end, duration), 1)) for start, end in ranges)
    merged: list[Range] = []
    for start, end in within:
        if start >= end:
            continue
        if merged and start - merged[-1][1] <= BRIDGED_SECONDS:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    while len(merged) > MOST_RANGES:
        gaps = [later[0] - earlier[1] for earlier, later in pairwise(merged)]
        here = gaps.index(min(gaps))
        merged[here : here + 2] = [(merged[here][0], merged[here + 1][1])]
    return tuple(merged)


def share(ranges: Iterable[Sequence[float]], *, duration: float) -> float:
    """Return how much of a recording the ranges cover, in [0, 1]; all of it, if what is missing is a player's rounding."""
    if duration <= 0:
        return 0.0
    covered = sum(end - start for start, end in merge(ranges, duration=duration))
    return 1.0 if duration - covered <= BRIDGED_SECONDS else min(covered / duration, 1.0)
