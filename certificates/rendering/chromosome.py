"""A course drawn as a chromosome, standing: one band per lesson, as long as the lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

HEIGHT = 360.0  # of the drawing's own units, both arms and the waist between them
WAIST = 3.0
CAP = 11.0  # the round end of an arm, where no band stands
GAP = 5.0  # between two bands
SHADES = ("k4", "k3", "k2", "k3")
SHORT_ARM = 0.32  # of the lessons' time: most human chromosomes have a short and a long arm


@dataclass(frozen=True)
class Arm:
    """One arm of a chromosome: where it begins and how long it is, and its bands as (shade, y, height)."""

    y: float
    height: float
    bands: tuple[tuple[str, float, float], ...]


def draw_chromosome(lesson_minutes: Sequence[int], *, has_assessment: bool) -> tuple[Arm, Arm]:
    """Return the two arms. An assessment that was passed is the last band, marigold."""
    steps = [(SHADES[n % len(SHADES)], float(max(minutes, 1))) for n, minutes in enumerate(lesson_minutes)]
    total = sum(length for _shade, length in steps)
    upper_count = _lessons_above_waist([length for _shade, length in steps])
    if has_assessment:
        steps.append(("k5", total / 30 if total else 1.0))
    arms = steps[:upper_count], steps[upper_count:]
    # Each arm's bands share what is left once caps and gaps are taken off, so a minute is as long in both.
    free = HEIGHT - WAIST - sum(2 * CAP + GAP * max(len(arm) - 1, 0) for arm in arms)
    unit = free / (sum(length for _shade, length in steps) or 1.0)
    upper = _draw_arm(arms[0], y=0.0, unit=unit, at_least=free * SHORT_ARM if not steps else 0.0)
    start = upper.height + WAIST
    return upper, _draw_arm(arms[1], y=start, unit=unit, at_least=HEIGHT - start)


def _lessons_above_waist(lengths: Sequence[float]) -> int:
    ends = list(accumulate(lengths))
    return min(range(1, len(ends)), key=lambda n: abs(ends[n - 1] - SHORT_ARM * ends[-1]), default=0)


def _draw_arm(steps: Sequence[tuple[str, float]], *, y: float, unit: float, at_least: float) -> Arm:
    bands, at = [], y + CAP
    for shade, length in steps:
        bands.append((shade, round(at, 2), round(length * unit, 2)))
        at += length * unit + GAP
    height = at - y + CAP - (GAP if steps else 0.0)
    return Arm(y=round(y, 2), height=round(max(height, at_least), 2), bands=tuple(bands))
