from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.access.errors import StillDeclined, Unchangeable, UnknownCountry, UnknownCriterion
from lms.access.models import Application, BandOverride, CountryDataSet, CountryRow, Decision, PolicyVersion
from lms.access.queries.decisions import current_decision, has_priority, with_priority
from lms.access.queries.facts import grounds
from lms.access.rules.decisions import Review
from lms.access.services.decisions import record_decision
from lms.access.services.facts import ensure_first_data_set
from lms.access.services.seats import apply_for_seat, settle_pool
from lms.access.words import SENTENCES, sentence_of
from tests.factories.access import LOWER_MIDDLE, OFF_THE_LIST, T1, T3, UNCLASSIFIED, UPPER_MIDDLE, at, loaded, pool_of
from tests.factories.accounts import ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)


def decided(country="EG", attested="", *, person=None, now=NOW, **rest) -> Decision:
    return record_decision(person or UserFactory(), country=country, attested=attested, now=now, **rest)


# -- The first data set --------------------------------------------------------------------------------------------


def test_a_new_database_has_the_built_in_facts_and_a_policy_and_gets_them_once():
    ensure_first_data_set()
    policy = PolicyVersion.objects.get()
    assert (policy.number, policy.effective_from, policy.data_set.rows.count()) == (1, date(2026, 7, 1), 249)
    assert policy.stored_terms["grace_months_least_developed"] == 36
    rows = CountryRow.objects
    assert [rows.filter(income=name).count() for name in ("low", "lower-middle", "upper-middle", "high", "")] == [
        *(25, 47, 58, 86, 33)
    ]
    assert rows.filter(is_least_developed=True).count() == 44


# -- Decisions -----------------------------------------------------------------------------------------------------


def test_a_decision_is_recorded_with_all_that_it_rests_on():
    decision = decided("EG", "db")
    decision.refresh_from_db()
    assert (decision.tier, decision.old_tier, decision.band, decision.attested) == ("P2", "S", "B2", "bd")
    assert decision.valid_until == date(2027, 12, 1)
    assert (decision.policy.number, decision.by, decision.needs_review) == (1, None, False)
    assert decision.inputs["history"] == [
        {"effective_from": "2026-07-01", "income": "lower-middle", "is_least_developed": False}
    ]
    assert [sentence_of(reason) for reason in decision.reasons] == [
        "Your country of work is Egypt, which the World Bank lists as a lower middle income country.",
        "You named 2 of the five criteria, and 1 is enough: you have priority.",
        "This decision is valid until 1 December 2027.",
    ]


def test_the_old_tier_is_the_one_that_counted_before():
    person = UserFactory()
    decided("NP", person=person)
    assert decided("DE", "ace", person=person).old_tier == "P1"
    reviewer = ProgrammeLeadFactory()
    approved = decided("DE", "ace", person=person, review=Review.APPROVE, review_code="rural", by=reviewer)
    assert (approved.old_tier, approved.tier, approved.by) == ("S", "P2", reviewer)


def test_priority_lasts_to_its_last_day_and_is_asked_for_many_in_one_query():
    person, other = UserFactory(), UserFactory()
    decided("NP", person=person)
    decided("DE", "ace", person=other)
    assert has_priority(person, datetime(2028, 12, 1, 23, 59, tzinfo=UTC))
    assert not has_priority(person, datetime(2028, 12, 2, tzinfo=UTC))
    assert current_decision(person, now=datetime(2029, 1, 1, tzinfo=UTC)).tier == "P1"  # expired, and still on record
    assert current_decision(UserFactory(), now=NOW) is None
    with CaptureQueriesContext(connection) as asked:
        assert with_priority([person.pk, other.pk, 0], NOW) == {person.pk}
    assert len(asked) == 1


def test_whoever_was_declined_asks_again_when_the_no_has_lapsed_whatever_the_country():
    person = UserFactory()
    decided("EG", "b", person=person)
    decided("EG", "b", person=person, review=Review.DECLINE, review_code="fraud", by=ProgrammeLeadFactory())
    assert not has_priority(person, NOW)
    with pytest.raises(StillDeclined, match="1 December 2027"):
        decided("NP", person=person)
    assert decided("EG", "b", person=person, now=datetime(2027, 12, 2, tzinfo=UTC)).tier == "P2"


@pytest.mark.parametrize(
    ("country", "attested", "refusal"),
    [("ZZ", "", UnknownCountry), ("", "", UnknownCountry), ("NP", "f", UnknownCriterion)],
)
def test_what_is_no_country_or_criterion_is_refused_and_nothing_recorded(country, attested, refusal):
    with pytest.raises(refusal):
        decided(country, attested)
    assert not Decision.objects.exists()


def test_an_override_wins_on_its_days():
    BandOverride.objects.create(
        country="DE", band="B1", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1), reason="A flood."
    )
    assert decided("DE").tier == "P1"
    assert decided("DE", now=datetime(2026, 12, 2, tzinfo=UTC)).tier == "S"


def test_deciding_asks_the_same_number_of_queries_for_one_data_set_and_for_three(monkeypatch):
    monkeypatch.setattr("lms.access.services.audits.is_drawn_for_audit", lambda decision_id, salt: False)
    person = UserFactory()
    with CaptureQueriesContext(connection) as few:
        decided("NP", person=person)
    loaded(date(2026, 9, 1), {"NP": LOWER_MIDDLE})
    loaded(date(2026, 10, 1), {"NP": UPPER_MIDDLE})
    with CaptureQueriesContext(connection) as many:
        decided("NP", person=person)
    assert len(many) == len(few)


def test_kosovo_is_decided_about_like_any_country_without_a_group():
    assert (decided("XK", "ab").band, decided("XK", "ab").needs_review) == ("B3", True)


# -- Records stay --------------------------------------------------------------------------------------------------


def test_a_decision_can_be_neither_changed_nor_deleted():
    decision = decided("NP")
    decision.tier = "S"
    attempts = [
        decision.save,
        decision.delete,
        Decision.objects.all().delete,
        lambda: Decision.objects.update(tier="S"),
        lambda: Decision.objects.bulk_update([decision], ["tier"]),
        lambda: Decision.objects.update_or_create(pk=decision.pk, defaults={"tier": "S"}),
    ]
    for attempt in attempts:
        with pytest.raises(Unchangeable):
            attempt()
    assert Decision.objects.get().tier == "P1"


def test_a_policy_stays_as_it_is_once_a_decision_rests_on_it():
    policy = PolicyVersion.objects.get()
    policy.text = "New text."
    policy.save()
    decided("NP")
    for attempt in (policy.save, policy.delete):
        with pytest.raises(Unchangeable):
            attempt()
    with pytest.raises(ValidationError, match="whole number"):
        PolicyVersion(stored_terms={"months_p1": 0}).clean()


def test_data_sets_stay_too():
    for attempt in (CountryDataSet.objects.get().delete, CountryRow.objects.first().save):
        with pytest.raises(Unchangeable):
            attempt()


def test_when_a_person_is_erased_the_decision_stays_about_nobody():
    decision = decided("NP")
    decision.person.delete()
    assert Decision.objects.get().person is None


@pytest.mark.parametrize(
    "wrong",
    [{"valid_until": None}, {"tier": "P3"}, {"needs_review": True}, {"band": "B5"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_the_table_itself_refuses_decisions_that_cannot_be(wrong):
    decision = decided("NP")
    decision.pk, decision._state.adding = None, True
    for name, value in wrong.items():
        setattr(decision, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save()


# -- New data sets -------------------------------------------------------------------------------------------------


def test_a_new_data_set_decides_from_its_day_on_under_a_new_version_with_the_same_terms():
    loaded(date(2027, 7, 1), {"EG": UPPER_MIDDLE})
    first, second = PolicyVersion.objects.all()
    assert second.stored_terms == first.stored_terms
    known = grounds(country="EG")
    assert [known.policy_on(day).number for day in (date(2020, 1, 1), date(2027, 6, 30), date(2027, 7, 1))] == [1, 1, 2]
    bands = [
        decided(
            "EG", now=datetime(2027, month, day, tzinfo=UTC) if month > 6 else datetime(2028, month, day, tzinfo=UTC)
        ).band
        for month, day in ((7, 1), (6, 30))
    ]
    assert bands == ["B2", "B2"]
    assert decided("EG", now=datetime(2028, 7, 1, tzinfo=UTC)).band == "B3"


def test_an_earlier_data_set_gives_grace_and_changes_no_policy_that_has_a_later_one():
    assert decided("PH", "bd").band == "B3"
    loaded(date(2025, 7, 1), {"PH": LOWER_MIDDLE})
    assert decided("PH", "bd").band == "B2"
    assert [(policy.number, policy.effective_from.year) for policy in PolicyVersion.objects.all()] == [
        (2, 2025),
        (1, 2026),
    ]


def test_a_policy_that_begins_later_keeps_its_day_and_its_terms_on_the_new_data():
    first = PolicyVersion.objects.get()
    PolicyVersion.objects.create(
        number=2,
        effective_from=date(2027, 9, 1),
        data_set=first.data_set,
        stored_terms=first.stored_terms | {"criteria_b2": 2},
        text="Two.",
        created_at=NOW,
    )
    loaded(date(2027, 7, 1), {"EG": OFF_THE_LIST})
    known = grounds()
    policies = [known.policy_on(day) for day in (date(2027, 8, 31), date(2027, 9, 1))]
    assert [policy.terms.criteria_b2 for policy in policies] == [1, 2]
    assert {policy.data_set.effective_from for policy in policies} == {date(2027, 7, 1)}


def test_a_policy_decides_by_the_data_it_pins_whatever_else_is_loaded():
    loaded(date(2026, 10, 1), {"DE": LOWER_MIDDLE})
    first = PolicyVersion.objects.get(number=1)
    PolicyVersion.objects.create(
        number=3,
        effective_from=date(2026, 11, 1),
        data_set=first.data_set,
        stored_terms=first.stored_terms,
        text="Three.",
        created_at=NOW,
    )
    assert decided("DE", "b").band == "B4"


def test_a_second_file_for_the_same_day_corrects_the_first():
    loaded(date(2027, 7, 1), {"EG": UPPER_MIDDLE})
    loaded(date(2027, 7, 1), {"NP": OFF_THE_LIST})
    assert decided("EG", now=datetime(2029, 7, 1, tzinfo=UTC)).band == "B2"


changes = st.dictionaries(
    st.sampled_from(["EG", "NP", "DE", "PH"]),
    st.sampled_from([UPPER_MIDDLE, LOWER_MIDDLE, UNCLASSIFIED, OFF_THE_LIST]),
)


@settings(max_examples=15)
@given(changes, st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.sampled_from(["EG", "NP", "DE"]))
def test_i17_a_new_data_set_changes_no_decision_and_takes_no_priority_nor_seat_away(changed, day, country):
    with transaction.atomic():
        person = UserFactory()
        before = decided(country, "abc", person=person)
        days = [datetime(2026 + years, 11, 30, tzinfo=UTC) for years in range(1, 4)]
        had = [has_priority(person, one) for one in days]
        application = apply_for_seat(pool_of(capacity=2).pk, person, now=at(T1))
        loaded(day, changed)
        after = Decision.objects.get(pk=before.pk)
        assert (after.tier, after.valid_until, after.inputs) == (before.tier, before.valid_until, before.inputs)
        decided(country, "abc", person=person)  # asked again, by the new data
        assert all(has_priority(person, one) for one, was in zip(days, had, strict=True) if was)
        settle_pool(application.pool_id, now=at(T3))
        assert Application.objects.get(pk=application.pk).seat == application.seat is not None
        transaction.set_rollback(True)


def test_every_reason_has_a_sentence_with_its_facts():
    said = " ".join(str(sentence) for sentence in SENTENCES.values())
    assert "%(until)s" in said
    facts = {"country": "NP", "until": "2027-01-01", "since": "2026-01-01", "named": 2, "asked": 3}
    for code, sentence in SENTENCES.items():
        assert str(sentence) % facts, code
