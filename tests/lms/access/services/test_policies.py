from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from lms.access.errors import Unchangeable, UnusablePolicy
from lms.access.models import PolicyVersion
from lms.access.queries.facts import policy_on
from lms.access.rules.terms import SeatTerms, Terms
from lms.access.services.decisions import record_decision
from lms.access.services.policies import Wording, add_policy, change_policy, remove_policy
from lms.access.services.records import differences_in
from tests.factories.access import loaded, pool_of
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
TOMORROW = date(2026, 12, 2)


def wording(**changes) -> Wording:
    first = PolicyVersion.objects.first()
    said = Wording(NOW.date(), first.data_set, Terms(), SeatTerms(), "Who works with few resources comes first.")
    return replace(said, **changes)


def test_a_new_version_decides_from_its_day_on_and_earlier_decisions_replay_as_they_were():
    before = record_decision(UserFactory(), country="EG", attested="a", now=NOW - timedelta(days=1))
    add_policy(wording(terms=Terms(criteria_b2=2)), now=NOW)
    after = record_decision(UserFactory(), country="EG", attested="a", now=NOW)
    assert (before.tier, before.policy.number, after.tier, after.policy.number) == ("P2", 1, "S", 2)
    assert differences_in(before) == differences_in(after) == []


def test_offerings_take_their_seat_terms_from_the_policy_of_the_day_on_which_they_are_made():
    add_policy(wording(seat_terms=SeatTerms(reserved_share=Decimal("0.25"), hold_hours=48)), now=NOW)
    pool = pool_of(capacity=20, share=None)
    assert (pool.share, pool.hold_hours, pool.size.reserved) == (Decimal("0.25"), 48, 5)


@pytest.mark.parametrize("changes", [{"effective_from": date(2026, 11, 30)}, {"effective_from": date(2020, 1, 1)}])
def test_no_version_begins_in_the_past(changes):
    with pytest.raises(UnusablePolicy):
        add_policy(wording(**changes), now=NOW)
    assert PolicyVersion.objects.count() == 1


def test_no_version_rests_on_data_that_begin_later():
    with pytest.raises(UnusablePolicy):
        add_policy(wording(data_set=loaded(date(2027, 7, 1))), now=NOW)


def test_a_version_to_come_can_be_changed_and_taken_back():
    policy = add_policy(wording(effective_from=TOMORROW), now=NOW)
    change_policy(policy.pk, wording(effective_from=TOMORROW, terms=Terms(months_p1=36)), now=NOW)
    assert policy_on(TOMORROW).terms.months_p1 == 36
    with pytest.raises(UnusablePolicy):
        change_policy(policy.pk, wording(), now=NOW)
    remove_policy(policy.pk, now=NOW)
    assert PolicyVersion.objects.count() == 1


def test_a_version_in_force_stays_as_it_is():
    policy = add_policy(wording(), now=NOW)
    with pytest.raises(Unchangeable):
        change_policy(policy.pk, wording(effective_from=TOMORROW), now=NOW)
    with pytest.raises(Unchangeable):
        remove_policy(policy.pk, now=NOW)


def test_a_version_that_an_offering_rests_on_is_used():
    policy = PolicyVersion.objects.get()
    assert not policy.is_used
    pool_of(capacity=3)
    assert policy.is_used
    with pytest.raises(Unchangeable):
        policy.save()


def test_a_data_set_that_is_loaded_keeps_the_terms_of_seats():
    add_policy(wording(seat_terms=SeatTerms(hold_hours=48)), now=NOW)
    loaded(date(2027, 7, 1))
    assert policy_on(date(2027, 7, 1)).seat_terms.hold_hours == 48
