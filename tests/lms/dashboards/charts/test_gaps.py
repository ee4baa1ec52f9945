import itertools

from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import GapPoint, gap_chart, plot

rates = st.none() | st.floats(0, 100)
columns = st.lists(st.tuples(rates, rates), max_size=16)


def chart_of(*pairs, rtl=False):
    points = [GapPoint(f"Q{number}", *pair) for number, pair in enumerate(pairs)]
    return gap_chart(points, names=("Standard", "Priority"), rtl=rtl)


@given(columns, st.booleans())
def test_every_dot_stands_within_the_scale(pairs, rtl):
    chart = chart_of(*pairs, rtl=rtl)
    assert 2 <= len(chart.ticks) <= 6
    assert all(plot.TOP <= dot.y <= plot.BOTTOM for series in chart.series for dot in series.dots)
    assert chart.ticks[0].y == plot.BOTTOM
    assert chart.ticks[-1].y == plot.TOP


@given(columns)
def test_the_gap_is_what_whoever_subtracts_the_shown_rates_finds(pairs):
    for row in chart_of(*pairs).rows:
        assert row.points == (None if None in (row.first, row.second) else row.first - row.second)


@given(columns)
def test_the_last_column_is_named_and_names_have_room(pairs):
    chart = chart_of(*pairs)
    assert [name for _x, name in chart.words][-1:] == [row.label for row in chart.rows][-1:]
    places = [x for x, _name in chart.words]
    assert all(right - left >= 55 for left, right in itertools.pairwise(places))


def test_the_gap_is_shaded_only_where_both_rates_are_known():
    assert chart_of((44, 29), (45, 30)).area.count("z") == 1
    assert chart_of((44, 29), (45, 30), (46, None), (47, 40), (47, 41)).area.count("z") == 2
    assert chart_of((44, None), (None, 30)).area == ""
    assert chart_of((44, 29), (45, None)).area == ""


def test_the_first_gap_is_written_into_it_where_there_is_room():
    assert chart_of((44, 29), (45, 30), (46, 33), (47, 35)).word.points == 15
    assert chart_of((44, 43), (45, 30), (46, 33), (47, 35)).word is None  # too low
    assert chart_of((44, 29)).word is None  # too short
    assert chart_of((44, 29), (29, 44), (29, 44)).word is None  # the lines cross
    assert chart_of((None, 29), (44, 29), (44, 29), (44, 29)).word is None  # not the first


def test_names_at_the_ends_show_the_last_known_rates():
    first, second = chart_of((44, 29), (48.4, 43.6), (None, None)).series
    assert (first.name, first.last, second.name, second.last) == ("Standard", 48, "Priority", 44)
    assert abs(first.label_y - second.label_y) >= 36


def test_without_any_figure_there_is_an_empty_frame():
    chart = chart_of()
    assert chart.area == ""
    assert [series.last for series in chart.series] == [None, None]
