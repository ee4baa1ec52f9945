from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards import tiles
from lms.dashboards.charts import BOTTOM, LABEL_HEIGHT, LEFT, RIGHT, TOP, bar_widths, line_chart, tile_map

figures = st.none() | st.integers(0, 3_000_000)


@given(st.lists(st.lists(figures, min_size=12, max_size=12), min_size=1, max_size=3))
def test_every_mark_stands_within_the_plot_and_higher_means_more(series):
    chart = line_chart(series)
    assert 2 <= len(chart.ticks) <= 6
    for values, line in zip(series, chart.lines, strict=True):
        known = [value for value in values if value is not None]
        assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in line.dots)
        by_value = sorted(zip(known, line.dots, strict=True), key=lambda pair: pair[0])
        heights = [dot.y for _value, dot in by_value]
        assert heights == sorted(heights, reverse=True)


@given(st.lists(st.lists(figures, min_size=12, max_size=12), min_size=2, max_size=3))
def test_labels_never_lie_on_each_other(series):
    places = sorted(line.label_y for line in line_chart(series).lines)
    assert all(lower - upper >= LABEL_HEIGHT - 0.2 for upper, lower in pairwise(places))


def test_a_withheld_figure_breaks_the_line():
    (line,) = line_chart([[10, 20, None, 30, 20]]).lines
    assert line.path.count("M") == 2
    assert len(line.dots) == 4
    assert line_chart([[10, None]]).has_gaps
    assert not line_chart([[10, 20]]).has_gaps


def test_ticks_are_round_and_reach_the_highest_figure():
    assert [tick.value for tick in line_chart([[0, 91]]).ticks] == [0, 50, 100]
    assert [tick.value for tick in line_chart([[0, 7]]).ticks] == [0, 2, 4, 6, 8]
    assert [tick.value for tick in line_chart([[None, None]]).ticks] == [0, 1]


def test_no_two_countries_share_a_square():
    assert len(tiles.PLACES) == len(set(tiles.PLACES.values())) > 100


@given(st.integers(0, 10_000_000))
def test_the_darkest_shade_is_reached_and_the_lightest_begins_at_ten(largest):
    ladder = tiles.ladder_for(largest)
    assert len(ladder) == 4
    assert list(ladder) == sorted(set(ladder))
    assert ladder[0] == 10
    assert largest < 30 or ladder[-1] <= largest


def test_more_learners_are_darker_and_a_withheld_country_has_no_shade():
    squares = {square.code: square.shade for square in tile_map({"IN": 78, "GH": 27, "LS": 10}).squares}
    assert squares["IN"] > squares["GH"] > squares["LS"] == 1
    assert squares["FJ"] == 0


def test_a_country_without_a_square_is_named():
    assert tile_map({"VA": 12}).without_square == ("VA",)


def test_bars_are_parts_of_the_longest():
    assert bar_widths([(200, 50), (100, None), (None, None)]) == [(100.0, 25.0), (50.0, 0.0), None]
    assert bar_widths([]) == []
