"""A course drawn as a ring, as genomes are: one arc per lesson, as long as the lesson, clockwise from the top."""

from collections.abc import Sequence

from certificates.rendering.chromosome import SHADES

GAP = 0.006  # of the whole turn, between two arcs
ASSESSMENT = 1 / 30  # of all lessons' time, as in the chromosome


def draw_ring(lesson_minutes: Sequence[int], *, has_assessment: bool) -> list[tuple[str, float, float]]:
    """Return arcs as (shade, start, end) in turns. An assessment that was passed is the last arc, marigold."""
    arcs = [(SHADES[n % len(SHADES)], float(max(minutes, 1))) for n, minutes in enumerate(lesson_minutes)]
    if has_assessment:
        arcs.append(("k5", sum(length for _shade, length in arcs) * ASSESSMENT or 1.0))
    total = sum(length for _shade, length in arcs)
    gap = min(GAP, 0.3 / max(len(arcs), 1))  # of very many lessons, some of each is still to be seen
    drawn, at = [], gap / 2
    for shade, length in arcs:
        share = length / total * (1 - gap * len(arcs))
        drawn.append((shade, round(at, 5), round(at + share, 5)))
        at += share + gap
    return drawn
