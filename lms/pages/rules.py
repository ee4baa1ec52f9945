from collections.abc import Sequence
from dataclasses import dataclass

from courses.lessons.rules import IDEOGRAM_LENGTH, Ideogram

WIDTH, HEIGHT = 532, 324  # of the drawing's coordinates
TALLEST = 270  # the longest course, both arms together, within TOP and the codes below
TOP, CODES_AT = 14, 317
GAP, END = 1, 5  # between two bands; between a band and the rounded end of an arm
BROADEST, THINNEST = 26, 14
SHORTEST_ARM = 14
PALE = "k1"  # the body's own shade: a band of it need not be drawn


@dataclass(frozen=True)
class Bar:
    """A band or an arm: its shade (a CSS class), where it begins and how high it is."""

    shade: str
    y: int
    height: int


@dataclass(frozen=True)
class Chromosome:
    """A course drawn upright. x: its left edge; column: left edge of its column, which is what a finger meets."""

    x: int
    column: int
    middle: int
    arms: tuple[Bar, ...]
    bands: tuple[Bar, ...]


@dataclass(frozen=True)
class Karyogram:
    """Courses side by side as chromosomes, their waists on one line."""

    chromosomes: tuple[Chromosome, ...]
    width: int
    column_width: int


def draw_karyogram(courses: Sequence[tuple[Ideogram, int]]) -> Karyogram:
    """Return courses, each its lying drawing and its minutes, as chromosomes: the longer the course, the longer the arms."""
    if not courses:
        return Karyogram(chromosomes=(), width=0, column_width=0)
    column = WIDTH // len(courses)
    width = max(THINNEST, min(BROADEST, round(column * 0.4)))
    longest = max(minutes for _drawing, minutes in courses)
    upper = [TALLEST * minutes / longest * _waist(drawing) for drawing, minutes in courses]
    lower = [TALLEST * minutes / longest * (1 - _waist(drawing)) for drawing, minutes in courses]
    scale = min(1.0, TALLEST / (max(upper) + max(lower)))
    line = TOP + round(max(upper) * scale)
    return Karyogram(
        chromosomes=tuple(
            _chromosome(
                drawing,
                column=n * column,
                x=n * column + (column - width) // 2,
                width=width,
                line=line,
                length=TALLEST * minutes / longest * scale,
            )
            for n, (drawing, minutes) in enumerate(courses)
        ),
        width=width,
        column_width=column,
    )


def _waist(drawing: Ideogram) -> float:
    return drawing.waist / IDEOGRAM_LENGTH if drawing.waist is not None else 0.4


def _chromosome(drawing: Ideogram, *, column: int, x: int, width: int, line: int, length: float) -> Chromosome:
    waist = _waist(drawing) * IDEOGRAM_LENGTH
    top = line - max(round(length * waist / IDEOGRAM_LENGTH), SHORTEST_ARM)
    bottom = line + max(round(length * (1 - waist / IDEOGRAM_LENGTH)), SHORTEST_ARM)

    def place(position: float) -> float:
        """Return the height at which a point of the lying drawing stands."""
        if position <= waist:
            return top + (line - top) * position / waist
        return line + (bottom - line) * (position - waist) / (IDEOGRAM_LENGTH - waist)

    bands = []
    for band in drawing.bands:
        if band.shade == PALE:
            continue
        is_upper = band.x + band.width / 2 < waist
        start = max(round(place(band.x)) + GAP, (top if is_upper else line) + END)
        end = min(round(place(band.x + band.width)) - GAP, (line if is_upper else bottom) - END)
        if end > start:
            bands.append(Bar(shade=band.shade, y=start, height=end - start))
    return Chromosome(
        x=x,
        column=column,
        middle=x + width // 2,
        arms=(Bar(PALE, top, line - top - GAP), Bar(PALE, line + GAP, bottom - line - GAP)),
        bands=tuple(bands),
    )
