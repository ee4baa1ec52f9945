from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import plot


@given(st.lists(st.floats(0, 300), max_size=4))
def test_labels_keep_their_order_and_never_lie_on_each_other(wanted):
    places = plot.labels_apart(wanted, height=17, lowest=plot.BOTTOM)
    assert all(place <= plot.BOTTOM for place in places)
    in_order = [places[number] for number in sorted(range(len(wanted)), key=lambda number: wanted[number])]
    assert all(lower - upper >= 17 - 0.2 for upper, lower in pairwise(in_order))


def test_a_label_with_room_stays_where_it_wants_to_be():
    assert plot.labels_apart([40, 90], height=17, lowest=plot.BOTTOM) == [40, 90]


@given(st.integers(1, 40))
def test_right_to_left_is_the_mirror_image(columns):
    ltr, rtl = (plot.frame(columns, rtl=rtl) for rtl in (False, True))
    assert all(abs(plot.WIDTH - x - y) < 0.11 for x, y in zip(ltr.columns, rtl.columns, strict=True))
    assert (ltr.scale_x, ltr.labels_x) == (plot.WIDTH - rtl.scale_x, plot.WIDTH - rtl.labels_x)


@given(st.floats(0, 1e9), st.integers(2, 5))
def test_few_round_steps_reach_the_figure(highest, ticks):
    step = plot.round_step(highest, ticks=ticks)
    assert step * ticks >= highest
    assert str(step)[0] in "125"
    assert set(str(step)[1:]) <= {"0"}
