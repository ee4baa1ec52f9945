from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.decisions import Review, Tier
from lms.access.rules.standing import Decided, declined_until, standing, tier_on

GRANTED = Decided(1, "PH", "bd", Review.NONE, Tier.P2, date(2027, 3, 9))
QUEUED = Decided(2, "PH", "bd", Review.NONE, Tier.S, None)
DECLINED = Decided(3, "PH", "bd", Review.DECLINE, Tier.S, date(2027, 9, 1))


def test_nobody_has_priority_without_a_decision():
    assert standing([], date(2026, 5, 1)) is None
    assert tier_on([], date(2026, 5, 1)) is Tier.S


def test_priority_lasts_to_its_last_day():
    assert [tier_on([GRANTED], day) for day in (date(2027, 3, 9), date(2027, 3, 10))] == [Tier.P2, Tier.S]


def test_a_decision_for_the_worse_leaves_priority_that_still_lasts():
    assert standing([GRANTED, QUEUED], date(2027, 3, 9)) == GRANTED
    assert standing([GRANTED, QUEUED], date(2027, 3, 10)) == QUEUED


def test_priority_ends_with_another_country_a_criterion_taken_back_or_a_reviewers_no():
    for later in (replace(QUEUED, country="DE"), replace(QUEUED, attested="b"), DECLINED):
        assert tier_on([GRANTED, later], date(2026, 5, 1)) is Tier.S


def test_an_approval_after_a_no_counts():
    approved = replace(GRANTED, id=4, review=Review.APPROVE)
    assert standing([DECLINED, approved], date(2026, 12, 1)) == approved
    assert declined_until([DECLINED, approved], date(2026, 12, 1)) is None


def test_a_no_lasts_to_its_last_day():
    assert declined_until([GRANTED, DECLINED, QUEUED], date(2027, 9, 1)) == date(2027, 9, 1)
    assert declined_until([DECLINED], date(2027, 9, 2)) is None


days = st.dates(date(2026, 1, 1), date(2028, 1, 1))
tiers = st.sampled_from([(Tier.S, None), (Tier.P2, date(2027, 6, 1)), (Tier.P1, date(2027, 1, 1))])
asked_again = st.lists(tiers.map(lambda one: replace(QUEUED, tier=one[0], valid_until=one[1])), max_size=5)


@given(asked_again, asked_again, days)
def test_i17_asking_again_never_takes_priority_away_whatever_data_set_decides_by_then(before, after, day):
    assert tier_on([*before, *after], day) <= tier_on(before, day)
