"""Who may look at whose case, and by when."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.reviewing import (
    ANSWERS,
    AUDITED,
    Conflict,
    Occasion,
    Party,
    conflict_of,
    is_drawn_for_audit,
    review_due_on,
    working_days_after,
    working_days_left,
)

DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2036, 1, 1))
IDS = st.integers(1, 4)
PARTIES = st.builds(Party, IDS, st.none() | st.integers(1, 3))


@given(reviewer=PARTIES, person=PARTIES, before=st.sets(IDS))
def test_nobody_decides_about_themselves_a_colleague_or_twice(reviewer, person, before):
    is_colleague = reviewer.institution is not None and reviewer.institution == person.institution
    may_not = reviewer.id == person.id or is_colleague or reviewer.id in before
    assert (conflict_of(reviewer, person, decided_before=before) is not None) is may_not


def test_people_who_name_no_institution_are_nobodys_colleagues():
    assert conflict_of(Party(1, None), Party(2, None)) is None
    assert conflict_of(Party(1, 7), Party(2, 7)) is Conflict.COLLEAGUE


@given(day=DAYS, number=st.integers(-40, 40))
def test_so_many_working_days_on_there_are_as_many_left(day, number):
    if number < 0:  # counted from a working day, since a weekend before it is no day of work
        day = working_days_after(day, 1)
    assert working_days_left(day, working_days_after(day, number)) == number


@given(today=DAYS, due=DAYS)
def test_working_days_are_counted_one_by_one(today, due):
    first, last = sorted((today, due))
    days = [first + timedelta(days=one) for one in range(1, min((last - first).days, 400) + 1)]
    expected = sum(day.weekday() < 5 for day in days)
    if (last - first).days <= 400:
        assert abs(working_days_left(today, due)) == expected


def test_a_request_of_a_friday_is_answered_by_the_friday_two_weeks_later():
    assert review_due_on(date(2026, 12, 4)) == date(2026, 12, 18)


@given(asked=DAYS, released=st.none() | DAYS)
def test_an_answer_comes_before_the_release_where_there_is_time_for_it(asked, released):
    due = review_due_on(asked, released_on=released)
    assert asked <= due <= working_days_after(asked, 10)
    if released is not None and released > asked + timedelta(days=7):
        day = timedelta(days=1)  # that of the answer counts, that of the release does not
        assert working_days_left(due - day, released - day) >= 5


def test_before_a_release_on_a_saturday_the_answer_comes_on_the_monday():
    assert review_due_on(date(2032, 3, 1), released_on=date(2032, 3, 13)) == date(2032, 3, 8)


def test_one_in_twenty_is_drawn_and_another_salt_draws_others():
    drawn = {number for number in range(20_000) if is_drawn_for_audit(number, salt="a")}
    assert abs(Fraction(len(drawn), 20_000) - AUDITED) < Fraction(1, 200)
    assert drawn != {number for number in range(20_000) if is_drawn_for_audit(number, salt="b")}


@pytest.mark.parametrize("occasion", Occasion)
def test_no_answer_says_both_yes_and_no(occasion):
    yes, no = ANSWERS[occasion]
    assert not set(yes) & set(no)
