from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.bands import Band, CountryFacts, Income, Override, add_months, band_on, steps
from lms.access.rules.terms import Terms

TERMS = Terms()
START = date(2025, 7, 1)
CHANGE = date(2026, 7, 1)


def history(*said: tuple[date, Income | None, bool]) -> list[CountryFacts]:
    return [CountryFacts(day, income, is_least_developed) for day, income, is_least_developed in said]


def band(day: date, facts: list[CountryFacts], override: Override | None = None) -> str:
    return band_on(day, history=facts, override=override, terms=TERMS).band.value


def changed(before: tuple[Income | None, bool], after: tuple[Income | None, bool]) -> list[CountryFacts]:
    return history((START, *before), (CHANGE, *after))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 12, 1), 24, date(2028, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
        (date(9998, 6, 1), 24, date.max),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last_of_a_shorter_month(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("income", "is_least_developed", "expected"),
    [
        (Income.LOW, False, "B1"),
        (Income.HIGH, True, "B1"),
        (None, True, "B1"),
        (Income.LOWER_MIDDLE, False, "B2"),
        (Income.UPPER_MIDDLE, False, "B3"),
        (None, False, "B3"),
        (Income.HIGH, False, "B4"),
    ],
)
def test_one_data_set_says_the_band_before_its_day_too(income, is_least_developed, expected):
    facts = history((START, income, is_least_developed))
    assert {band(day, facts) for day in (date.min, START, date.max)} == {expected}


def test_a_country_that_no_data_set_knows_is_like_one_without_a_group():
    assert band(START, []) == "B3"


def test_a_move_to_less_priority_waits_twelve_months():
    facts = changed((Income.LOWER_MIDDLE, False), (Income.UPPER_MIDDLE, False))
    assert [band(day, facts) for day in (CHANGE, date(2027, 6, 30), date(2027, 7, 1))] == ["B2", "B2", "B3"]


def test_a_move_to_more_priority_counts_at_once():
    facts = changed((Income.HIGH, False), (Income.LOW, False))
    assert [band(day, facts) for day in (date(2026, 6, 30), CHANGE)] == ["B4", "B1"]


def test_leaving_the_list_of_least_developed_countries_waits_thirty_six_months():
    facts = changed((Income.LOWER_MIDDLE, True), (Income.LOWER_MIDDLE, False))
    assert [band(day, facts) for day in (CHANGE, date(2029, 6, 30), date(2029, 7, 1))] == ["B1", "B1", "B2"]


def test_a_country_that_lost_its_group_keeps_its_last_band_for_twenty_four_months():
    for income, kept in ((Income.LOWER_MIDDLE, "B2"), (Income.HIGH, "B4")):
        facts = changed((income, False), (None, False))
        assert [band(day, facts) for day in (CHANGE, date(2028, 6, 30), date(2028, 7, 1))] == [kept, kept, "B3"]


def test_a_group_given_again_is_compared_with_the_band_that_was_kept():
    again = (date(2027, 1, 1), Income.UPPER_MIDDLE, False)
    facts = history((START, Income.LOWER_MIDDLE, False), (CHANGE, None, False), again)
    assert [band(day, facts) for day in (date(2027, 12, 31), date(2028, 1, 1))] == ["B2", "B3"]
    late = (date(2028, 8, 1), Income.UPPER_MIDDLE, False)  # by then it counted as B3 already
    assert band(late[0], history((START, Income.LOWER_MIDDLE, False), (CHANGE, None, False), late)) == "B3"


def test_two_graces_run_beside_each_other():
    facts = history(
        (START, Income.LOWER_MIDDLE, True),
        (CHANGE, Income.LOWER_MIDDLE, False),
        (date(2028, 7, 1), Income.UPPER_MIDDLE, False),
    )
    assert steps(facts, since=START, terms=TERMS) == [(START, "B1"), (date(2029, 7, 1), "B3")]


def test_an_override_wins_on_its_days_alone():
    facts = history((START, Income.LOW, False))
    override = Override(Band.B4, date(2026, 3, 1), date(2026, 3, 31))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert [band(day, facts, override) for day in days] == ["B1", "B4", "B4", "B1"]


days = st.dates(date(2024, 1, 1), date(2032, 1, 1))
said = st.tuples(days, st.sampled_from([None, *Income]), st.booleans())
histories = st.lists(said, max_size=5, unique_by=lambda one: one[0]).map(lambda rows: history(*sorted(rows)))


@given(histories, days)
def test_steps_and_days_agree(facts, day):
    found = steps(facts, since=date(2024, 1, 1), terms=TERMS)
    assert [band.value for start, band in found if start <= day][-1] == band(day, facts)


@given(histories, days, st.sampled_from([None, *Income]), st.booleans())
def test_a_later_data_set_never_touches_the_days_before_it(facts, day, income, is_least_developed):
    before = [one for one in facts if one.effective_from < day] or history((date(2024, 1, 1), Income.LOW, False))
    added = [*before, CountryFacts(day, income, is_least_developed)]
    assert all(band(one, before) == band(one, added) for one in (date(2024, 1, 1), date(2024, 6, 1)) if one < day)


@given(histories, days)
def test_no_band_is_worse_than_what_every_data_set_of_the_time_says(facts, day):
    known = [one for one in facts if one.effective_from <= day] or facts[:1]
    worst = max((band(one.effective_from, [one]) for one in known), default="B3")
    assert band(day, facts) <= max(worst, "B3")
