"""Counts over time, each series a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.dashboards.charts import plot

LABEL_HEIGHT = 17


@dataclass(frozen=True)
class Line:
    """A series over time. path: its unbroken stretches; a withheld figure breaks it. label_y: where its name stands."""

    path: str
    dots: tuple[plot.Dot, ...]
    last: int | None
    label_y: float


@dataclass(frozen=True)
class LineChart:
    lines: tuple[Line, ...]
    ticks: tuple[plot.Tick, ...]
    frame: plot.Frame
    has_gaps: bool


def line_chart(series: Sequence[Sequence[int | None]], *, rtl: bool) -> LineChart:
    """Return a chart of series of equal length, from nought up; None where a figure is withheld."""
    highest = max((value for line in series for value in line if value is not None), default=0)
    step = plot.round_step(highest)
    top = step * max(-(-highest // step), 1)
    frame = plot.frame(len(series[0]), rtl=rtl)
    dots = [
        [
            plot.Dot(x, plot.height(value, bottom=0, top=top)) if value is not None else None
            for x, value in zip(frame.columns, values, strict=True)
        ]
        for values in series
    ]
    known = [[dot for dot in line if dot is not None] for line in dots]
    label_ys = plot.labels_apart(
        [line[-1].y + 4 if line else plot.BOTTOM for line in known], height=LABEL_HEIGHT, lowest=plot.BOTTOM + 8
    )
    return LineChart(
        lines=tuple(
            Line(
                path=plot.path(dots[number]),
                dots=tuple(known[number]),
                last=next((value for value in reversed(values) if value is not None), None),
                label_y=label_ys[number],
            )
            for number, values in enumerate(series)
        ),
        ticks=tuple(plot.Tick(value, plot.height(value, bottom=0, top=top)) for value in range(0, top + 1, step)),
        frame=frame,
        has_gaps=any(value is None for line in series for value in line),
    )
