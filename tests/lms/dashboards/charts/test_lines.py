import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import line_chart, plot

figures = st.none() | st.integers(0, 3_000_000)


@given(st.lists(st.lists(figures, min_size=12, max_size=12), min_size=1, max_size=3), st.booleans())
def test_every_mark_stands_within_the_plot_and_higher_means_more(series, rtl):
    chart = line_chart(series, rtl=rtl)
    assert 2 <= len(chart.ticks) <= 6
    left, right = (plot.WIDTH - plot.RIGHT, plot.WIDTH - plot.LEFT) if rtl else (plot.LEFT, plot.RIGHT)
    for values, line in zip(series, chart.lines, strict=True):
        known = [value for value in values if value is not None]
        assert all(left <= dot.x <= right and plot.TOP <= dot.y <= plot.BOTTOM for dot in line.dots)
        by_value = sorted(zip(known, line.dots, strict=True), key=lambda pair: pair[0])
        heights = [dot.y for _value, dot in by_value]
        assert heights == sorted(heights, reverse=True)


def test_a_withheld_figure_breaks_the_line():
    (line,) = line_chart([[10, 20, None, 30, 20]], rtl=False).lines
    assert line.path.count("M") == 2
    assert len(line.dots) == 4
    assert line_chart([[10, None]], rtl=False).has_gaps
    assert not line_chart([[10, 20]], rtl=False).has_gaps


@pytest.mark.parametrize(
    ("values", "ticks"), [([0, 91], [0, 50, 100]), ([0, 7], [0, 2, 4, 6, 8]), ([None, None], [0, 1])]
)
def test_ticks_are_round_and_reach_the_highest_figure(values, ticks):
    assert [tick.value for tick in line_chart([values], rtl=False).ticks] == ticks
