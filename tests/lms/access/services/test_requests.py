from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from lms.access.errors import (
    CannotBeAppealed,
    CannotBeRenewed,
    StillDeclined,
    TooManyRequests,
    Unchangeable,
    UnknownCountry,
    UnknownCriterion,
    UnusableWords,
)
from lms.access.models import AccessAppeal, AccessRequest, Decision
from lms.access.queries.decisions import has_priority
from lms.access.queries.requests import often_moved, people_decided_elsewhere
from lms.access.rules.decisions import Review
from lms.access.services.appeals import appeal_decision
from lms.access.services.decisions import record_decision
from lms.access.services.requests import MOST_A_DAY, renew_access, request_access, restart_decision
from lms.accounts.models import User
from tests.factories.accounts import NewcomerFactory, ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
SAID = {
    "a": "Our laboratory has one machine for the whole region.",
    "c": "No test has been ordered here this year.",
    "e": "The nearest university is six hours away.",
}


def asked(person=None, *, country="EG", letters="a", now=NOW) -> AccessRequest:
    return request_access(
        person or UserFactory(country=country),
        country=country,
        sentences={letter: SAID[letter] for letter in letters},
        now=now,
    )


def later(**time) -> datetime:
    return NOW + timedelta(**time)


# -- Asking --------------------------------------------------------------------------------------------------------


def test_a_request_is_kept_with_what_was_said_and_leads_to_a_decision():
    request = asked(letters="ca")
    request.refresh_from_db()
    assert (request.sentences, request.wording_version) == ({"a": SAID["a"], "c": SAID["c"]}, 1)
    assert (request.decision.attested, request.decision.tier, request.decision.person) == ("ac", "P2", request.person)


def test_the_country_of_a_request_becomes_the_country_of_work():
    person = NewcomerFactory()
    asked(person, country="NP", letters="")
    assert (person.country, User.objects.get(pk=person.pk).country) == ("NP", "NP")


def test_three_criteria_in_a_high_income_country_wait_for_a_person():
    request = asked(country="DE", letters="ace")
    assert (request.decision.tier, request.decision.needs_review) == ("S", True)


def test_sentences_are_kept_on_one_line_and_composed():
    request = request_access(UserFactory(), country="EG", sentences={"b": "  Le re\u0301seau\r\nest  lent. "}, now=NOW)
    assert request.sentences == {"b": "Le réseau est lent."}


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Too short",
        " ".join("x" * 200),
        "x" * 301,
        "It is hidden\x00 from you.",
        "Right \u202eto left it goes.",
        "\ud800" * 20,
    ],
)
def test_words_that_are_no_plain_sentence_are_refused_and_nothing_is_kept(sentence):
    with pytest.raises(UnusableWords):
        request_access(UserFactory(), country="EG", sentences={"a": sentence}, now=NOW)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("country", "letter", "refusal"),
    [("EG", "f", UnknownCriterion), ("EG", "", UnknownCriterion), ("ZZ", "a", UnknownCountry)],
)
def test_unknown_letters_and_countries_are_refused_and_the_profile_stays(country, letter, refusal):
    person = UserFactory(country="GH")
    with pytest.raises(refusal):
        request_access(person, country=country, sentences={letter: SAID["a"]}, now=NOW)
    assert User.objects.get(pk=person.pk).country == "GH"


def test_a_double_click_is_one_request():
    person = UserFactory()
    assert asked(person) == asked(person, now=later(seconds=1))
    assert asked(person, now=later(days=1)) != asked(person, letters="ac", now=later(days=1))


def test_a_thousand_requests_in_a_day_lead_to_a_few_decisions():
    person = UserFactory()
    for number in range(MOST_A_DAY):
        asked(person, letters="ac"[number % 2], now=later(minutes=number))
    for number in range(20):
        with pytest.raises(TooManyRequests):
            asked(person, letters="e", now=later(hours=1, minutes=number))
    assert Decision.objects.count() == AccessRequest.objects.count() == MOST_A_DAY
    assert asked(person, letters="ace", now=later(days=1, hours=1))


def test_whoever_was_declined_is_told_until_when():
    person = UserFactory()
    record_decision(person, country="EG", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=NOW)
    with pytest.raises(StillDeclined, match="1 December 2027"):
        asked(person)


def test_a_request_can_be_neither_changed_nor_deleted_but_goes_with_the_person():
    request = asked()
    for attempt in (request.save, request.delete, AccessRequest.objects.all().delete):
        with pytest.raises(Unchangeable):
            attempt()
    request.person.delete()
    assert not AccessRequest.objects.exists()
    assert Decision.objects.get().person is None


# -- Renewing ------------------------------------------------------------------------------------------------------


def test_priority_is_renewed_from_thirty_days_before_its_last_day_with_what_was_said():
    person = UserFactory()
    first = asked(person, letters="ae")
    with pytest.raises(CannotBeRenewed, match="1 November 2027"):
        renew_access(person, now=datetime(2027, 10, 31, 23, 59, tzinfo=UTC))
    renewed = renew_access(person, now=datetime(2027, 11, 1, tzinfo=UTC))
    assert (renewed.sentences, renewed.decision.attested) == (first.sentences, "ae")
    assert str(renewed.decision.valid_until) == "2028-11-01"
    with pytest.raises(CannotBeRenewed):
        renew_access(person, now=datetime(2027, 11, 1, 1, tzinfo=UTC))


def test_priority_is_renewed_after_it_has_ended():
    person = UserFactory()
    asked(person)
    assert renew_access(person, now=later(days=900)).decision.tier == "P2"


def test_priority_that_a_reviewer_gave_is_looked_at_again_and_lasts_meanwhile():
    person, end = UserFactory(country="DE"), datetime(2027, 11, 20, tzinfo=UTC)
    asked(person, country="DE", letters="ace")
    record_decision(
        person, country="DE", attested="ace", review=Review.APPROVE, by=ProgrammeLeadFactory(), now=later(days=1)
    )
    renewed = renew_access(person, now=end)
    assert renewed.decision.needs_review
    assert has_priority(person, end)
    with pytest.raises(CannotBeRenewed, match="A person will look"):
        renew_access(person, now=end + timedelta(hours=1))


def test_whoever_never_had_priority_has_nothing_to_renew():
    person = UserFactory(country="DE")
    with pytest.raises(CannotBeRenewed):
        renew_access(person, now=NOW)
    asked(person, country="DE", letters="a")
    with pytest.raises(CannotBeRenewed):
        renew_access(person, now=later(days=900))


# -- Working elsewhere ---------------------------------------------------------------------------------------------


def moved(person: User, country: str) -> User:
    User.objects.filter(pk=person.pk).update(country=country)
    return User.objects.get(pk=person.pk)


def test_a_new_country_of_work_is_decided_by_itself_without_what_was_said_of_the_old_one():
    person = UserFactory(country="EG")
    asked(person)
    moved(person, "NP")
    restarted = restart_decision(person.pk, now=later(days=1))
    assert (restarted.country, restarted.attested, restarted.tier) == ("NP", "", "P1")
    assert restart_decision(person.pk, now=later(days=2)) is None
    moved(person, "DE")
    restart_decision(person.pk, now=later(days=3))
    assert not has_priority(person, later(days=3))


def test_nothing_is_decided_about_whoever_has_not_asked_or_is_declined():
    person = moved(UserFactory(country="EG"), "NP")
    assert restart_decision(person.pk, now=NOW) is None
    record_decision(person, country="EG", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=NOW)
    assert restart_decision(person.pk, now=NOW) is None
    assert not people_decided_elsewhere(now=NOW).exists()
    assert people_decided_elsewhere(now=later(days=400)).get() == person


def test_a_country_that_flickers_is_decided_about_a_few_times_a_day_and_flagged():
    person, steady = UserFactory(country="EG"), UserFactory(country="EG")
    asked(person)
    asked(steady)
    for number in range(9):
        moved(person, ("NP", "DE")[number % 2])
        restart_decision(person.pk, now=later(minutes=number))
    assert Decision.objects.filter(person=person).count() == MOST_A_DAY
    assert often_moved([person.pk, steady.pk], now=later(hours=1)) == {person.pk}
    assert not often_moved([person.pk], now=later(days=400))
    assert people_decided_elsewhere(now=later(hours=1)).get() == person
    assert restart_decision(person.pk, now=later(days=1, hours=1)).country == "NP"


# -- Appeals -------------------------------------------------------------------------------------------------------

WHY = "Our hospital serves a district without any laboratory."


def declined(person: User, *, now=NOW) -> Decision:
    return record_decision(person, country="DE", review=Review.DECLINE, by=ProgrammeLeadFactory(), now=now)


def test_a_decision_is_appealed_against_once_within_thirty_days():
    person = UserFactory()
    decision = declined(person)
    appeal = appeal_decision(person, decision.pk, text=WHY, now=later(days=30))
    assert (appeal.is_waiting, appeal.text, appeal.decision) == (True, WHY, decision)
    with pytest.raises(CannotBeAppealed, match="already"):
        appeal_decision(person, decision.pk, text=WHY, now=later(days=30))
    other = declined(UserFactory())
    with pytest.raises(CannotBeAppealed, match="over"):
        appeal_decision(other.person, other.pk, text=WHY, now=later(days=30, seconds=1))


def test_what_gives_priority_or_waits_is_not_appealed_against():
    for request in (asked(), asked(country="DE", letters="ace")):
        with pytest.raises(CannotBeAppealed):
            appeal_decision(request.person, request.decision.pk, text=WHY, now=NOW)


def test_another_persons_decision_is_as_if_it_were_not_there():
    with pytest.raises(Decision.DoesNotExist):
        appeal_decision(UserFactory(), declined(UserFactory()).pk, text=WHY, now=NOW)


def test_one_appeal_waits_at_a_time_and_what_it_leads_to_stands():
    person = UserFactory()
    first, second = declined(person), declined(person, now=later(days=1))
    appeal = appeal_decision(person, first.pk, text=WHY, now=later(days=2))
    with pytest.raises(CannotBeAppealed, match="waiting"):
        appeal_decision(person, second.pk, text=WHY, now=later(days=2))
    last = declined(person, now=later(days=3))
    AccessAppeal.objects.filter(pk=appeal.pk).update(
        outcome="declined", decided_at=later(days=3), decided_by=last.by, led_to=last
    )
    with pytest.raises(CannotBeAppealed, match="stands"):
        appeal_decision(person, last.pk, text=WHY, now=later(days=4))


@pytest.mark.parametrize("text", ["", "No.", "x" * 1001, "It is hidden\x07 from you."])
def test_an_appeal_is_plain_text_of_a_bounded_length(text):
    decision = declined(UserFactory())
    with pytest.raises(UnusableWords):
        appeal_decision(decision.person, decision.pk, text=text, now=NOW)


def test_the_table_refuses_a_second_waiting_appeal_and_one_that_is_decided_without_a_day():
    person = UserFactory()
    appeal_decision(person, declined(person).pk, text=WHY, now=NOW)
    with pytest.raises(IntegrityError):
        AccessAppeal.objects.create(person=person, decision=declined(person), text=WHY, made_at=NOW)


def test_the_table_refuses_an_outcome_without_its_moment():
    person = UserFactory()
    appeal_decision(person, declined(person).pk, text=WHY, now=NOW)
    with pytest.raises(IntegrityError):
        AccessAppeal.objects.update(outcome="upheld")
