from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.terms import SEAT_BOUNDS, SeatTerms, Terms, UnusableTerms

SEAT_TERMS = st.builds(
    SeatTerms,
    **{
        name: st.decimals(least, most, places=2) if isinstance(least, Decimal) else st.integers(least, most)
        for name, (least, most) in SEAT_BOUNDS.items()
    },
)


@given(SEAT_TERMS)
def test_terms_of_seats_are_read_back_exactly(terms):
    assert SeatTerms.of(terms.stored) == terms


def test_a_row_that_names_none_has_those_of_the_first_policy():
    assert SeatTerms.of({}) == SeatTerms()
    assert SeatTerms().stored == {
        "reserved_share": "0.4",
        "window_days": 7,
        "release_days_webinar": 7,
        "release_days_cohort": 14,
        "hold_hours": 72,
        "student_waiver": "0.5",
    }


@pytest.mark.parametrize(
    "stored",
    [
        {"reserved_share": "0.61"},
        {"window_days": 6},
        {"hold_hours": 0},
        {"student_waiver": "1.01"},
        {"reserved_share": "much"},
        {"reserved_share": "NaN"},
        {"priority": 1},
    ],
)
def test_terms_that_no_policy_can_have_are_refused(stored):
    with pytest.raises(UnusableTerms):
        SeatTerms.of(stored)


def test_terms_of_priority_do_not_name_those_of_seats():
    with pytest.raises(UnusableTerms):
        Terms.of({"hold_hours": 72})
