"""The frame of a drawing over time: its scale, its columns, and where words stand. Units are those of the SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 440, 236
LEFT, RIGHT, TOP, BOTTOM = 44, 336, 20, 206  # of the plot


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Tick:
    value: int
    y: float


@dataclass(frozen=True)
class Frame:
    """Where a drawing begins, as people read: scale_x ends the words of the scale, labels_x begins those of the lines.

    Right to left, time runs to the left: each x is mirrored. Words need no more, since their anchors follow the direction.
    """

    grid_x: float
    scale_x: float
    labels_x: float
    columns: tuple[float, ...]


def frame(columns: int, *, rtl: bool) -> Frame:
    """Return the frame of a plot of so many columns, evenly spaced from edge to edge."""
    width = (RIGHT - LEFT) / max(columns - 1, 1)

    def x(value: float) -> float:
        return round(WIDTH - value if rtl else value, 1)

    return Frame(
        grid_x=x(RIGHT if rtl else LEFT),
        scale_x=x(LEFT - 7),
        labels_x=x(RIGHT + 10),
        columns=tuple(x(LEFT + width * number) for number in range(columns)),
    )


def round_step(highest: float, *, ticks: int = 4) -> int:
    """Return a round distance of ticks (1, 2, 5, 10, 20, 50 ...), so that at most so many of them reach a figure."""
    step, factors = 1, (2, 2.5, 2)
    number = 0
    while highest > ticks * step:
        step = round(step * factors[number % 3])
        number += 1
    return step


def height(value: float, *, bottom: int, top: int) -> float:
    """Return the y of a value on a scale from bottom to top."""
    return round(BOTTOM - (BOTTOM - TOP) * (value - bottom) / (top - bottom), 1)


def path(dots: Iterable[Dot | None]) -> str:
    """Return the line through dots, broken where there is none."""
    parts, is_drawing = [], False
    for dot in dots:
        if dot is not None:
            parts.append(f"{'L' if is_drawing else 'M'}{dot.x:g} {dot.y:g}")
        is_drawing = dot is not None
    return "".join(parts)


def labels_apart(wanted: Sequence[float], *, height: float, lowest: float) -> list[float]:
    """Return where labels stand, as near as that goes to where they want to: none on another, none below the lowest place."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    places = list(wanted)
    free_from = float("-inf")
    for number in order:
        places[number] = max(places[number], free_from)
        free_from = places[number] + height
    free_to = lowest
    for number in reversed(order):
        places[number] = min(places[number], free_to)
        free_to = places[number] - height
    return [round(place, 1) for place in places]
