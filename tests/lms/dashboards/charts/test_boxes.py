import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import Quartiles, quartiles

thirds = st.lists(st.floats(0, 3000), min_size=3, max_size=3).map(sorted)


@given(st.lists(thirds, max_size=6))
def test_every_box_lies_on_the_axis_with_its_median_inside(groups):
    chart = quartiles(Quartiles("Group", *figures, people=12) for figures in groups)
    assert chart.end == 2 * chart.half
    for row in chart.rows:
        assert 0 <= row.box.start <= row.box.start + row.box.width <= 100.05
        assert row.box.start <= row.box.median <= row.box.start + row.box.width + 0.05
        assert row.first <= row.median <= row.third <= chart.end


@pytest.mark.parametrize(("highest", "end"), [(0, 2), (2, 2), (3, 4), (41, 100), (100, 100), (101, 200)])
def test_the_axis_ends_at_the_next_round_number(highest, end):
    assert quartiles([Quartiles("Group", 0, 0, highest, people=12)]).end == end


def test_a_group_with_a_withheld_figure_has_no_box():
    (row,) = quartiles([Quartiles("Group", 4, None, 900, people=None)]).rows
    assert row.box is row.first is row.median is row.third is None
