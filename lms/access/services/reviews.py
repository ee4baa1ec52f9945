"""Reviewers answer requests, appeals and audits.

Each verb locks the person, so of two reviewers at once one answers and the other is told so; the table of findings has the
last word. Nobody answers about themselves or a colleague of the same institution. The access policy asks for two reviewers
on an appeal: the first is whoever decided before, the second, who decides the appeal, is none of them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.access.errors import AlreadyDecided, NotYours, UnusableAnswer
from lms.access.models import AccessAppeal, Audit, Decision, Finding
from lms.access.queries.decisions import decisions_of
from lms.access.queries.requests import newest_decision
from lms.access.queries.reviews import deciders_about
from lms.access.review_words import CONFLICTS
from lms.access.rules.decisions import Review
from lms.access.rules.reviewing import ANSWERS, LONGEST_NOTE, LONGEST_WORD, Occasion, Party, conflict_of
from lms.access.rules.statements import is_plain, tidied
from lms.access.services.decisions import record_decision
from lms.access.services.mails import tell_appeal_declined
from lms.access.services.owed import owe_seats
from lms.accounts.models import User


@dataclass(frozen=True)
class Answer:
    """What a reviewer says. code: one of those that rules.reviewing.ANSWERS has for the occasion.

    word: one more sentence to the person, or nothing. note: for other reviewers alone.
    """

    code: str
    word: str = ""
    note: str = ""


@transaction.atomic
def answer_request(decision_id: int, answer: Answer, *, by: User, now: datetime) -> Decision:
    """Approve or decline a request that waits, and tell the person; return the new decision.

    decision_id: of the decision that put the person into the queue. Raises AlreadyDecided, NotYours, UnusableAnswer.
    """
    queued = Decision.objects.select_related("person").get(pk=decision_id, person__isnull=False)
    person = _locked(queued.person)
    _refuse(person, Occasion.REQUEST, answer, by=by)
    newest = newest_decision(person)
    if not queued.needs_review or newest is None or newest.pk != queued.pk:
        raise AlreadyDecided(_("Somebody has answered this already, or the person has asked anew. Take the next one."))
    return _decide(queued, person, Occasion.REQUEST, answer, by=by, now=now)


@transaction.atomic
def answer_appeal(appeal_id: int, answer: Answer, *, by: User, now: datetime) -> Decision | None:
    """Uphold or decline an appeal that waits, and tell the person; return the new decision, None where the old one stands.

    Raises AlreadyDecided, NotYours, UnusableAnswer.
    """
    appeal = AccessAppeal.objects.select_related("person", "decision").get(pk=appeal_id)
    person = _locked(appeal.person)
    _refuse(person, Occasion.APPEAL, answer, by=by)
    is_upheld = answer.code in ANSWERS[Occasion.APPEAL][0]
    outcome = AccessAppeal.Outcome.UPHELD if is_upheld else AccessAppeal.Outcome.DECLINED
    waiting = AccessAppeal.objects.filter(pk=appeal.pk, outcome=AccessAppeal.Outcome.WAITING)
    if not waiting.update(outcome=outcome, decided_at=now, decided_by=by, reason_code=answer.code):
        raise AlreadyDecided(_("Somebody has answered this appeal already. Take the next one."))
    if is_upheld:
        decision = _decide(appeal.decision, person, Occasion.APPEAL, answer, by=by, now=now)
        AccessAppeal.objects.filter(pk=appeal.pk).update(led_to=decision)
        owe_seats(appeal, now=now)
        return decision
    finding = _find(appeal.decision, person, Occasion.APPEAL, answer, by=by, now=now)
    tell_appeal_declined(appeal, finding)
    return None


@transaction.atomic
def answer_audit(audit_id: int, answer: Answer, *, by: User, now: datetime) -> Decision | None:
    """Confirm priority that was given without a reviewer, or take it away for what is to come, and tell the person then.

    What the person has by it stays theirs: seats, enrolments, waived fees, certificates. Returns the new decision, None where
    the old one stands. Raises AlreadyDecided, NotYours, UnusableAnswer.
    """
    audit = Audit.objects.select_related("person", "decision").get(pk=audit_id)
    person = _locked(audit.person)
    _refuse(person, Occasion.AUDIT, answer, by=by)
    if not Audit.objects.filter(pk=audit.pk, closed_at=None).update(closed_at=now):
        raise AlreadyDecided(_("Somebody has answered this audit already. Take the next one."))
    if answer.code in ANSWERS[Occasion.AUDIT][1]:
        return _decide(audit.decision, person, Occasion.AUDIT, answer, by=by, now=now)
    _find(audit.decision, person, Occasion.AUDIT, answer, by=by, now=now)
    return None


def _locked(person: User | None) -> User:
    assert person is not None  # whoever is erased has no case
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _decide(about: Decision, person: User, occasion: Occasion, answer: Answer, *, by: User, now: datetime) -> Decision:
    """Record the decision that an answer comes to, and tell the person in one mail."""
    decision = record_decision(
        person,
        country=str(about.country),
        attested=about.attested,
        review=Review.APPROVE if answer.code in ANSWERS[occasion][0] else Review.DECLINE,
        review_code=answer.code,
        by=by,
        word=tidied(answer.word),
        on_appeal=occasion is Occasion.APPEAL,
        now=now,
    )
    _find(about, person, occasion, answer, by=by, now=now, led_to=decision)
    return decision


def _find(
    about: Decision,
    person: User,
    occasion: Occasion,
    answer: Answer,
    *,
    by: User,
    now: datetime,
    led_to: Decision | None = None,
) -> Finding:
    return Finding.objects.create(
        decision=about,
        occasion=occasion.value,
        person=person,
        by=by,
        made_at=now,
        code=answer.code,
        word=tidied(answer.word),
        note=tidied(answer.note),
        led_to=led_to,
    )


def _refuse(person: User, occasion: Occasion, answer: Answer, *, by: User) -> None:
    """Raise NotYours or UnusableAnswer where this reviewer may not give this answer."""
    before = deciders_about(decisions_of([person.pk]))[person.pk] if occasion is Occasion.APPEAL else set()
    conflict = conflict_of(
        Party(by.pk, by.institution_id), Party(person.pk, person.institution_id), decided_before=before
    )
    if conflict is not None:
        raise NotYours(str(CONFLICTS[conflict]))
    if not any(answer.code in codes for codes in ANSWERS[occasion]):
        raise UnusableAnswer(_("Choose one of the answers."))
    for text, longest in ((answer.word, LONGEST_WORD), (answer.note, LONGEST_NOTE)):
        if not is_plain(tidied(text), shortest=0, longest=longest):
            raise UnusableAnswer(_("Write at most %(longest)s characters of plain text.") % {"longest": longest})
