from hypothesis import given
from hypothesis import strategies as st

from lms.dashboards.course.rules import (
    MOST_FALLS,
    STEPS,
    Measure,
    Pace,
    count_told,
    falls,
    pace,
    passed_over,
    quartiles,
)
from lms.dashboards.rules import LEAST

crowds = st.integers(1, 5_000)
histograms = st.dictionaries(st.integers(0, 240), st.integers(1, 50), min_size=1, max_size=30)


@given(crowds, st.data())
def test_who_teaches_is_told_whole_per_cent(whole, data):
    part = data.draw(st.integers(0, whole))
    percent = Measure(whole, is_exact=True).percent(part)
    assert abs(percent - 100 * part / whole) <= 0.5


@given(crowds)
def test_a_share_that_leads_are_told_leaves_ten_people_or_more_open(whole):
    told: dict[int, list[int]] = {}
    for part in range(whole + 1):
        percent = Measure(whole, is_exact=False).percent(part)
        if percent is not None:
            told.setdefault(percent, []).append(part)
    inner = [parts for percent, parts in told.items() if percent not in (min(told), max(told))]
    assert all(len(parts) >= LEAST - 1 for parts in inner)  # a step of 10.4 people holds 10 of them, or 11
    assert all(min(parts) >= LEAST for parts in told.values())


@given(crowds, crowds)
def test_who_reached_more_lessons_is_never_told_to_be_fewer(whole, part):
    measure = Measure(whole, is_exact=False)
    less, more = measure.percent(min(part, whole) // 2), measure.percent(min(part, whole))
    assert less is None or more is None or less <= more


def test_the_step_is_as_fine_as_the_number_of_people_allows():
    assert [Measure(whole, is_exact=False).step for whole in (99, 100, 200, 500, 1_000)] == [None, 10, 5, 2, 1]
    assert Measure(3, is_exact=True).step == STEPS[0]


def test_of_nobody_there_is_no_share():
    assert Measure(0, is_exact=True).percent(0) is None


def test_leads_are_told_people_in_tens_and_nothing_of_few():
    assert [count_told(count, is_exact=False) for count in (0, 9, 10, 14, 15, 103)] == [None, None, 10, 10, 20, 100]
    assert count_told(9, is_exact=True) == 9


@given(st.lists(st.one_of(st.none(), st.integers(-100, 100)), max_size=30), st.integers(1, 20))
def test_falls_are_large_few_and_no_other_is_larger(changes, least):
    found = falls(changes, least=least)
    assert len(found) <= MOST_FALLS
    assert all(changes[place] <= -least for place in found)
    others = [change for place, change in enumerate(changes) if place not in found and change is not None]
    if len(found) == MOST_FALLS:
        assert all(change >= max(changes[place] for place in found) for change in others)
    else:
        assert all(change > -least for change in others)


def test_of_equal_falls_the_first_are_named():
    assert falls([-8, -8, -8, -8], least=5) == {0, 1, 2}


def test_a_rounded_fall_counts_when_it_is_more_than_rounding():
    assert [Measure(whole, is_exact=False).least_fall for whole in (100, 200, 1_000)] == [20, 10, 5]


def test_a_lesson_is_passed_over_when_more_opened_the_next():
    assert passed_over([90, 60, 80, 79, None, 85], least=2) == [1]
    assert passed_over([], least=2) == []


@given(histograms)
def test_quartiles_lie_in_order_among_what_was_taken(histogram):
    found = quartiles(histogram)
    if sum(histogram.values()) < LEAST:
        assert found is None
        return
    assert found == tuple(sorted(found))
    assert set(found) <= set(histogram)
    people = sum(histogram.values())
    for quarters, value in enumerate(found, start=1):
        assert 4 * sum(n for taken, n in histogram.items() if taken <= value) >= quarters * people
        assert 4 * sum(n for taken, n in histogram.items() if taken < value) < quarters * people


def test_a_lesson_is_slow_above_twice_and_quick_below_half_of_what_was_planned():
    assert [pace(median, 20) for median in (9, 10, 40, 41)] == [Pace.QUICK, None, None, Pace.SLOW]
