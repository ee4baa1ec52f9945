"""Reviewers answer requests, appeals and audits."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.access.errors import AlreadyDecided, NotYours, StillDeclined, UnusableAnswer
from lms.access.models import AccessAppeal, Audit, Finding
from lms.access.queries.decisions import current_decision, has_priority
from lms.access.queries.reviews import queue
from lms.access.services.decisions import record_decision
from lms.access.services.records import differences_in
from lms.access.services.requests import request_access
from lms.access.services.reviews import Answer, answer_appeal, answer_audit, answer_request
from lms.mail.models import OutgoingMail
from tests.factories.access import appealed, audited, queued
from tests.factories.accounts import InstitutionFactory, ProgrammeLeadFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def person():
    return UserFactory(country="DE")


@pytest.fixture
def reviewer():
    return ProgrammeLeadFactory()


def newest_mail() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


# -- Requests ------------------------------------------------------------------------------------------------------


def test_an_approved_request_is_priority_with_the_reviewers_reason(person, reviewer):
    decision = answer_request(queued(person, now=NOW).pk, Answer("remote"), by=reviewer, now=LATER)
    assert (decision.tier, decision.review_code, decision.by) == ("P2", "remote", reviewer)
    assert has_priority(person, LATER)
    assert not queue().exists()
    assert differences_in(decision) == []


def test_a_declined_request_keeps_the_person_from_asking_for_a_year(person, reviewer):
    decision = answer_request(queued(person, now=NOW).pk, Answer("not-shown"), by=reviewer, now=LATER)
    assert (decision.tier, decision.valid_until.isoformat()) == ("S", "2027-12-04")
    with pytest.raises(StillDeclined):
        request_access(person, country="DE", sentences={}, now=LATER)


def test_the_person_is_told_once_in_words_with_the_reviewers_own_sentence(person, reviewer):
    before = OutgoingMail.objects.count()
    asked = queued(person, now=NOW)
    answer = Answer("not-shown", word="Which laboratory is the nearest?", note="Called twice.")
    decision = answer_request(asked.pk, answer, by=reviewer, now=LATER)
    assert OutgoingMail.objects.count() == before + 2
    mail = newest_mail()
    assert mail.key == f"access-decision:{decision.pk}"
    assert "What you told us does not show that genomics has few resources where you work." in mail.text
    assert "The reviewer adds:\nWhich laboratory is the nearest?" in mail.text
    assert "appeal there within 30 days" in mail.text
    assert "Called twice." not in mail.text
    assert decision.finding.note == "Called twice."


def test_a_request_is_answered_once(person, reviewer):
    asked = queued(person, now=NOW)
    answer_request(asked.pk, Answer("shown"), by=reviewer, now=LATER)
    with pytest.raises(AlreadyDecided):
        answer_request(asked.pk, Answer("untrue"), by=ProgrammeLeadFactory(), now=LATER)
    assert Finding.objects.count() == 1
    assert has_priority(person, LATER)


def test_a_request_that_was_made_anew_is_answered_in_its_new_form(person, reviewer):
    asked = queued(person, now=NOW)
    queued(person, letters="abce", now=NOW + timedelta(hours=1))
    with pytest.raises(AlreadyDecided):
        answer_request(asked.pk, Answer("shown"), by=reviewer, now=LATER)
    assert [since for _occasion, _case, since in queue()] == [NOW]  # the place in the queue stays


def test_nobody_answers_about_a_colleague_or_themselves(person, reviewer):
    asked = queued(person, now=NOW)
    person.institution = reviewer.institution = InstitutionFactory()
    person.save()
    for by in (reviewer, person):
        with pytest.raises(NotYours):
            answer_request(asked.pk, Answer("shown"), by=by, now=LATER)
    assert queue().count() == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer("stands"),
        Answer(""),
        Answer("shown", word="x" * 301),
        Answer("shown", note="x" * 501),
        Answer("shown", word="a\u202eb"),
    ],
)
def test_only_answers_that_a_request_has_are_taken(person, reviewer, answer):
    with pytest.raises(UnusableAnswer):
        answer_request(queued(person, now=NOW).pk, answer, by=reviewer, now=LATER)
    assert not Finding.objects.exists()


# -- Appeals -------------------------------------------------------------------------------------------------------


def test_an_appeal_that_is_upheld_is_priority_and_one_mail(person, reviewer):
    appeal = appealed(person, now=NOW)
    decision = answer_appeal(appeal.pk, Answer("mistake"), by=reviewer, now=LATER)
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.led_to, appeal.decided_by) == ("upheld", decision, reviewer)
    assert has_priority(person, LATER)
    assert newest_mail().subject == "Your appeal was upheld"
    assert (
        OutgoingMail.objects.filter(created_at__isnull=False).count() == 3
    )  # the rules' no, the appeal has come, this


def test_an_appeal_that_is_declined_leaves_the_decision_and_says_why(person, reviewer):
    appeal = appealed(person, now=NOW)
    assert answer_appeal(appeal.pk, Answer("stands", word="Ask again when you move."), by=reviewer, now=LATER) is None
    appeal.refresh_from_db()
    assert (appeal.outcome, appeal.led_to, appeal.reason_code) == ("declined", None, "stands")
    assert current_decision(person, now=LATER) == appeal.decision
    assert "We found no reason to decide otherwise." in newest_mail().text
    assert "Ask again when you move." in newest_mail().text


def test_who_decided_before_does_not_decide_the_appeal(person, reviewer):
    first = answer_request(queued(person, now=NOW).pk, Answer("not-shown"), by=reviewer, now=NOW)
    appeal = AccessAppeal.objects.create(person=person, decision=first, text="Please look again.", made_at=LATER)
    with pytest.raises(NotYours):
        answer_appeal(appeal.pk, Answer("mistake"), by=reviewer, now=LATER)
    answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=LATER)
    assert has_priority(person, LATER)


def test_an_appeal_is_answered_once(person, reviewer):
    appeal = appealed(person, now=NOW)
    answer_appeal(appeal.pk, Answer("stands"), by=reviewer, now=LATER)
    with pytest.raises(AlreadyDecided):
        answer_appeal(appeal.pk, Answer("mistake"), by=ProgrammeLeadFactory(), now=LATER)
    assert not has_priority(person, LATER)


# -- Audits --------------------------------------------------------------------------------------------------------


def test_priority_is_looked_at_where_the_verified_institution_is_elsewhere(person):
    assert audited(person, now=NOW).cause == "institution"


def test_priority_is_looked_at_where_the_country_changed_often(monkeypatch, person):
    monkeypatch.setattr("lms.access.services.audits.is_drawn_for_audit", lambda decision_id, salt: False)
    for day, country in enumerate(("EG", "NP", "EG", "NP", "EG")):
        record_decision(person, country=country, attested="a", now=NOW + timedelta(days=day))
    assert Audit.objects.get().cause == "moves"


def test_of_priority_that_the_rules_gave_one_in_twenty_is_drawn(monkeypatch, person):
    monkeypatch.setattr("lms.access.services.audits.is_drawn_for_audit", lambda decision_id, salt: bool(salt))
    record_decision(person, country="DE", now=NOW)
    assert not Audit.objects.exists()
    decision = record_decision(person, country="NP", now=NOW)
    assert Audit.objects.get().decision == decision
    record_decision(person, country="NP", now=LATER)
    assert Audit.objects.count() == 1


def test_a_reviewers_yes_is_not_audited(monkeypatch, person, reviewer):
    monkeypatch.setattr("lms.access.services.audits.is_drawn_for_audit", lambda decision_id, salt: True)
    answer_request(queued(person, now=NOW).pk, Answer("shown"), by=reviewer, now=LATER)
    assert not Audit.objects.exists()


def test_a_false_declaration_costs_priority_for_a_year(person, reviewer):
    audit = audited(person, now=NOW)
    decision = answer_audit(audit.pk, Answer("untrue"), by=reviewer, now=LATER)
    assert (decision.tier, decision.valid_until.isoformat()) == ("S", "2027-12-04")
    assert not has_priority(person, LATER)
    assert "What you told us about where you work is not so." in newest_mail().text


def test_a_declaration_that_is_confirmed_changes_nothing_and_tells_nobody(person, reviewer):
    audit, mails = audited(person, now=NOW), OutgoingMail.objects.count()
    assert answer_audit(audit.pk, Answer("confirmed"), by=reviewer, now=LATER) is None
    assert has_priority(person, LATER)
    assert OutgoingMail.objects.count() == mails
    with pytest.raises(AlreadyDecided):
        answer_audit(audit.pk, Answer("untrue"), by=reviewer, now=LATER)


# -- The person is erased ------------------------------------------------------------------------------------------


def test_what_was_said_goes_with_the_person_and_decisions_stay(person, reviewer):
    decision = answer_request(queued(person, now=NOW).pk, Answer("shown", note="Seen."), by=reviewer, now=LATER)
    person.delete()
    assert not Finding.objects.exists()
    decision.refresh_from_db()
    assert decision.person is None


def test_answers_of_a_reviewer_who_leaves_stay(person, reviewer):
    answer_request(queued(person, now=NOW).pk, Answer("shown"), by=reviewer, now=LATER)
    reviewer.delete()
    assert Finding.objects.get().by is None
