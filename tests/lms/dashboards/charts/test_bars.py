from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.charts import RateRow, bar_widths, funnel, rates

counts = st.none() | st.integers(0, 3_000_000)


@given(st.lists(counts, max_size=8))
def test_bars_of_a_funnel_fit_their_cell_and_show_who_reached_the_step(people):
    steps = funnel([("Step", count) for count in people]).steps
    widths = [step.width for step in steps if step.width is not None]
    assert all(0 <= width <= 100 for width in widths)
    if any(people):
        assert max(widths) == 100


@given(st.lists(st.none() | st.integers(1, 3_000_000), min_size=1, max_size=8))
def test_a_withheld_step_has_no_share_and_gives_none_to_the_next(people):
    steps = funnel([("Step", count) for count in people]).steps
    for number, step in enumerate(steps):
        assert (step.of_first is None) == (None in (people[0], step.count))
        assert (step.of_before is None) == (number == 0 or None in (people[number - 1], step.count))


def test_shares_are_of_the_first_step_and_of_the_one_before():
    step = funnel([("Enrolled", 200), ("Started", 100), ("Half way", 50)]).steps[2]
    assert (step.of_first, step.of_before, step.width) == (25, 50, 25.0)


def test_a_funnel_that_nobody_entered_has_no_shares():
    assert [step.of_first for step in funnel([("Enrolled", 0), ("Started", 0)]).steps] == [None, None]


def test_rates_are_in_per_cent_of_each_group():
    nurses, held, nobody = rates(
        [RateRow("Nurses", 1, 3, flag="most stop here"), RateRow("Others", None, 12), RateRow("Nobody", 0, 0)]
    ).rates
    assert (nurses.percent, nurses.width, nurses.whole, nurses.flag) == (33, 33.3, 3, "most stop here")
    assert held.percent is held.width is nobody.percent is None
    assert held.whole == 12


def test_bars_are_parts_of_the_longest():
    assert bar_widths([(200, 50), (100, None), (None, None)]) == [(100.0, 25.0), (50.0, 0.0), None]
    assert bar_widths([]) == []
