from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.periods import YEAR, country_changes

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_changes_are_counted_from_one_decision_to_the_next_within_a_year():
    days_and_countries = [(400, "NP"), (370, "DE"), (300, "DE"), (200, "NP"), (100, "DE"), (0, "NP"), (-1, "DE")]
    decided = [(NOW - timedelta(days=days), country) for days, country in days_and_countries]
    assert country_changes(decided, until=NOW) == 3
    assert country_changes([], until=NOW) == 0


@given(st.lists(st.tuples(st.integers(0, 800), st.sampled_from(["NP", "DE", "EG"])), max_size=20))
def test_a_decision_about_the_same_country_changes_no_count(rows):
    decided = [(NOW - timedelta(days=days), country) for days, country in sorted(rows, key=lambda row: -row[0])]
    doubled = [one for pair in zip(decided, decided, strict=True) for one in pair]
    assert country_changes(doubled, until=NOW) == country_changes(decided, until=NOW) < max(len(rows), 1)
    assert country_changes(decided, until=NOW - YEAR) <= len(rows)
