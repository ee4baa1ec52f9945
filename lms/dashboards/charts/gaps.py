"""Two rates over time and the gap between them."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.dashboards.charts import plot

LABEL_HEIGHT = 36  # a name, and the figure below it
COLUMN_WORD = 56  # how wide the name of a column may become
GAP_WORD, GAP_WORD_HEIGHT = 84, 30  # what "15 points" takes, with air around it


@dataclass(frozen=True)
class GapPoint:
    """A column: its name (such as Q1 26) and two rates in per cent; None where one is withheld."""

    label: str
    first: float | None
    second: float | None


@dataclass(frozen=True)
class Series:
    """One of the two lines. last: its last figure in whole per cent, which stands beside its name at label_y."""

    name: str
    path: str
    dots: tuple[plot.Dot, ...]
    last: int | None
    label_y: float


@dataclass(frozen=True)
class GapRow:
    """A line of the table, in whole per cent and points; what is withheld is None."""

    label: str
    first: int | None
    second: int | None
    points: int | None


@dataclass(frozen=True)
class GapWord:
    """A gap's size in points, written within it."""

    x: float
    y: float
    points: int


@dataclass(frozen=True)
class GapChart:
    """area: the path of the gap, where both rates are known. words: columns that are named, as (x, name)."""

    names: tuple[str, str]
    series: tuple[Series, Series]
    area: str
    word: GapWord | None
    ticks: tuple[plot.Tick, ...]
    frame: plot.Frame
    words: tuple[tuple[float, str], ...]
    rows: tuple[GapRow, ...]
    has_gaps: bool


def gap_chart(points: Sequence[GapPoint], *, names: tuple[str, str], rtl: bool) -> GapChart:
    """Return a chart of two rates, named in their order, such as standard and priority; the oldest column first.

    The scale begins where the figures do, not at nought: what is read is the distance of the lines.
    """
    values = [value for point in points for value in (point.first, point.second) if value is not None]
    lowest, highest = min(values, default=0), max(values, default=10)
    step = max(plot.round_step(highest - lowest, ticks=3), 5)
    bottom = int(lowest // step) * step
    top = max(int(-(-highest // step)) * step, bottom + step)
    frame = plot.frame(len(points), rtl=rtl)

    def dot(x: float, value: float | None) -> plot.Dot | None:
        return None if value is None else plot.Dot(x, plot.height(value, bottom=bottom, top=top))

    firsts = [dot(x, point.first) for x, point in zip(frame.columns, points, strict=True)]
    seconds = [dot(x, point.second) for x, point in zip(frame.columns, points, strict=True)]
    stretches = _stretches(firsts, seconds)
    rows = tuple(_row(point) for point in points)
    return GapChart(
        names=names,
        series=_series(names, (firsts, seconds), rows),
        area="".join(
            f"{plot.path(first)}L{plot.path(reversed(second))[1:]}z"
            for first, second in (tuple(zip(*stretch, strict=True)) for stretch in stretches if len(stretch) > 1)
        ),
        word=_word(rows, stretches[0] if stretches else [], rtl=rtl),
        ticks=tuple(
            plot.Tick(value, plot.height(value, bottom=bottom, top=top)) for value in range(bottom, top + 1, step)
        ),
        frame=frame,
        words=_words(points, frame),
        rows=rows,
        has_gaps=any(row.points is None for row in rows),
    )


def _row(point: GapPoint) -> GapRow:
    # The gap is that of the rounded rates: whoever subtracts what stands there finds it right.
    first, second = (None if value is None else round(value) for value in (point.first, point.second))
    return GapRow(point.label, first, second, None if first is None or second is None else first - second)


def _series(
    names: tuple[str, str], lines: tuple[Sequence[plot.Dot | None], Sequence[plot.Dot | None]], rows: Sequence[GapRow]
) -> tuple[Series, Series]:
    known = [tuple(dot for dot in line if dot is not None) for line in lines]
    label_ys = plot.labels_apart(
        [dots[-1].y - 2 if dots else plot.BOTTOM for dots in known], height=LABEL_HEIGHT, lowest=plot.BOTTOM - 14
    )
    lasts = [
        next((value for row in reversed(rows) if (value := getattr(row, side)) is not None), None)
        for side in ("first", "second")
    ]
    first, second = (
        Series(names[number], plot.path(lines[number]), known[number], lasts[number], label_ys[number])
        for number in (0, 1)
    )
    return first, second


def _stretches(
    firsts: Sequence[plot.Dot | None], seconds: Sequence[plot.Dot | None]
) -> list[list[tuple[plot.Dot, plot.Dot]]]:
    """Return the runs of columns in which both rates are known."""
    stretches: list[list[tuple[plot.Dot, plot.Dot]]] = [[]]
    for first, second in zip(firsts, seconds, strict=True):
        if first is not None and second is not None:
            stretches[-1].append((first, second))
        elif stretches[-1]:
            stretches.append([])
    return [stretch for stretch in stretches if stretch]


def _word(rows: Sequence[GapRow], pairs: Sequence[tuple[plot.Dot, plot.Dot]], *, rtl: bool) -> GapWord | None:
    """Return the size of the first column's gap, if the gap after it is high and long enough to hold the words."""
    if not pairs or rows[0].points is None:
        return None
    start = pairs[0][0].x
    reached = next((number for number, pair in enumerate(pairs) if abs(pair[0].x - start) >= GAP_WORD), None)
    if reached is None:
        return None
    beside = pairs[: reached + 1]
    ceiling = max(min(first.y, second.y) for first, second in beside)
    floor = min(max(first.y, second.y) for first, second in beside)
    lines_cross = len({first.y < second.y for first, second in beside}) > 1
    if lines_cross or floor - ceiling < GAP_WORD_HEIGHT:
        return None
    return GapWord(round(start + (-9 if rtl else 9), 1), round((ceiling + floor) / 2 + 4, 1), abs(rows[0].points))


def _words(points: Sequence[GapPoint], frame: plot.Frame) -> tuple[tuple[float, str], ...]:
    """Return the columns that are named: the last, and before it as many as have room."""
    width = (plot.RIGHT - plot.LEFT) / max(len(points) - 1, 1)
    every = max(-int(-COLUMN_WORD // width), 1)
    last = len(points) - 1
    return tuple(
        (x, point.label)
        for number, (x, point) in enumerate(zip(frame.columns, points, strict=True))
        if (last - number) % every == 0
    )
