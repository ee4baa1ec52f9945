"""Where the marks of a chart stand: plain geometry, in the units of its SVG. Templates draw it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.dashboards import tiles

LEFT, RIGHT, TOP, BOTTOM = 40, 336, 20, 206  # of the plot inside a drawing of 440 by 236
LABEL_HEIGHT = 15


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A series over time. path: its unbroken stretches; a withheld figure breaks it. end: where its label stands."""

    path: str
    dots: tuple[Dot, ...]
    last: int | None
    label_y: float


@dataclass(frozen=True)
class Tick:
    value: int
    y: float


@dataclass(frozen=True)
class LineChart:
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    columns: tuple[float, ...]
    has_gaps: bool


def line_chart(series: Sequence[Sequence[int | None]]) -> LineChart:
    """Return a chart of series of equal length, from nought up; None where a figure is withheld."""
    highest = max((value for line in series for value in line if value is not None), default=0)
    step = _step(highest)
    top = step * max(-(-highest // step), 1)
    width = (RIGHT - LEFT) / max(len(series[0]) - 1, 1)

    def y(value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / top, 1)

    columns = tuple(round(LEFT + width * number, 1) for number in range(len(series[0])))
    lines = []
    for values in series:
        dots = [Dot(x, y(value)) if value is not None else None for x, value in zip(columns, values, strict=True)]
        known = [(value, dot) for value, dot in zip(values, dots, strict=True) if dot is not None]
        lines.append(
            Line(
                path=_path(dots),
                dots=tuple(dot for _value, dot in known),
                last=known[-1][0] if known else None,
                label_y=known[-1][1].y + 4 if known else BOTTOM,
            )
        )
    return LineChart(
        lines=tuple(_labels_apart(lines)),
        ticks=tuple(Tick(value, y(value)) for value in range(0, top + 1, step)),
        columns=columns,
        has_gaps=any(value is None for line in series for value in line),
    )


def _step(highest: int) -> int:
    """Return a round distance of ticks, so that three to five of them reach the highest figure."""
    step, factors = 1, (2, 2.5, 2)
    number = 0
    while highest > 4 * step:
        step = round(step * factors[number % 3])
        number += 1
    return step


def _path(dots: Sequence[Dot | None]) -> str:
    parts, is_drawing = [], False
    for dot in dots:
        if dot is not None:
            parts.append(f"{'L' if is_drawing else 'M'}{dot.x:g} {dot.y:g}")
        is_drawing = dot is not None
    return "".join(parts)


def _labels_apart(lines: Sequence[Line]) -> list[Line]:
    """Move labels down, from the top, until none lies on another."""
    moved: dict[int, float] = {}
    free_from = float("-inf")
    for number in sorted(range(len(lines)), key=lambda number: lines[number].label_y):
        moved[number] = max(lines[number].label_y, free_from)
        free_from = moved[number] + LABEL_HEIGHT
    return [
        Line(path=line.path, dots=line.dots, last=line.last, label_y=round(moved[number], 1))
        for number, line in enumerate(lines)
    ]


@dataclass(frozen=True)
class Square:
    """A country on the map. shade: 1 to 4, darker for more; 0 where nothing is shown."""

    code: str
    x: int
    y: int
    text_x: float
    text_y: int
    shade: int


@dataclass(frozen=True)
class TileMap:
    """The map, the figures from which each shade begins, and the countries that have figures but no square."""

    squares: tuple[Square, ...]
    ladder: tuple[int, ...]
    without_square: tuple[str, ...]


def tile_map(figures: Mapping[str, int]) -> TileMap:
    """Return a map of figures by country code; those that are not given are shown as withheld."""
    ladder = tiles.ladder_for(max(figures.values(), default=0))
    squares = []
    for code, (column, row) in tiles.PLACES.items():
        shade = sum(figures.get(code, 0) >= step for step in ladder)
        x, y = column * tiles.STEP + 1, row * tiles.STEP + 1
        squares.append(Square(code, x, y, text_x=x + tiles.SIZE / 2, text_y=y + 16, shade=shade))
    return TileMap(tuple(squares), ladder, tuple(sorted(set(figures) - set(tiles.PLACES))))


def bar_widths(rows: Iterable[tuple[int | None, int | None]]) -> list[tuple[float, float] | None]:
    """Return the widths, in per cent of the longest, of an outer and an inner bar per row; None if the outer is withheld."""
    rows = list(rows)
    longest = max((outer for outer, _inner in rows if outer), default=0)
    return [
        (round(100 * outer / longest, 1), round(100 * (inner or 0) / longest, 1)) if outer and longest else None
        for outer, inner in rows
    ]
