from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.weeks import Case, weeks_of

MONDAY = date(2026, 11, 30)


@st.composite
def cases(draw) -> Case:
    came = MONDAY - timedelta(days=draw(st.integers(0, 60)))
    if not draw(st.booleans()):
        return Case(came)
    ended = min(came + timedelta(days=draw(st.integers(0, 30))), MONDAY + timedelta(days=6))
    return Case(came, ended, draw(st.sampled_from([True, False, None])))


@given(st.lists(cases(), max_size=30))
def test_what_waits_is_what_waited_and_came_less_what_ended(found):
    weeks = weeks_of(found, until=MONDAY, number=12)[::-1]
    for before, week in pairwise(weeks):
        assert week.waiting == before.waiting + week.came - week.decided - week.withdrawn
    assert weeks[-1].waiting == sum(case.ended_on is None for case in found)


def test_the_median_counts_working_days_of_what_was_decided():
    found = [
        Case(MONDAY, MONDAY + timedelta(days=1), True),
        Case(MONDAY - timedelta(days=3), MONDAY + timedelta(days=2), False),  # a Friday to a Wednesday
        Case(MONDAY, MONDAY + timedelta(days=4), None),
    ]
    week = weeks_of(found, until=MONDAY, number=1)[0]
    assert (week.came, week.approved, week.declined, week.withdrawn, week.median_days) == (2, 1, 1, 1, 2)
