"""What the demo's people told about where they work, and what was decided: by the policy in force, reviewers where it asks for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lms.access.models import AccessAppeal, AccessRequest, Audit, Decision, Finding
from lms.access.queries.facts import Grounds, grounds
from lms.access.rules.decisions import CRITERIA, Review
from lms.access.rules.reviewing import Occasion
from lms.access.services.audits import note_audit
from lms.access.services.decisions import decision_about
from lms.access.services.reviews import Answer, answer_audit
from lms.access.wording import WORDING_VERSION
from lms.accounts.models import User

SENTENCES = {
    "a": "Demo answer: reagents reach our laboratory twice a year.",
    "b": "Demo answer: our hospital has no subscription to any journal.",
    "c": "Demo answer: nobody on my ward has ordered a genomic test yet.",
    "d": "Demo answer: genomics was two hours in all my training.",
    "e": "Demo answer: the next department of genetics is a day's journey away.",
}
APPEAL = "Demo appeal: my clinic is in a district that has no laboratory at all. Please look at it again."
ASKED = 0.7  # share of the generated learners who have asked
APPROVED = 0.6  # share of what reviewers look at
AUDITS_WAITING = 3
REVIEWED_AFTER = timedelta(days=6)
# Of generated learners: whose request from a rural clinic waits for a reviewer, and whose appeal does.
RURAL_CLINIC_IN, APPEAL_FROM = "FR", "BR"


@dataclass(frozen=True)
class _Asked:
    person: User
    letters: str
    at: datetime


def add_decisions(
    learners: Sequence[User], named: Sequence[tuple[User, str]], *, by: User, now: datetime, seed: int
) -> None:
    """Write requests, decisions, reviews, audits and an appeal; no mail. named: people with the letters of the criteria they name.

    by: the reviewer. Every decision is what the policy makes of it, so the record can be made again.
    """
    known = grounds()
    asked = [
        *(_Asked(person, letters, person.date_joined) for person, letters in named),
        *_asked(learners, now=now, seed=seed),
    ]
    decisions = Decision.objects.bulk_create(
        decision_about(
            one.person, country=str(one.person.country), attested=one.letters, now=one.at, earlier=(), known=known
        )
        for one in asked
    )
    AccessRequest.objects.bulk_create(
        AccessRequest(
            person=one.person,
            country=one.person.country,
            sentences={letter: SENTENCES[letter] for letter in one.letters},
            wording_version=WORDING_VERSION,
            signed_at=one.at,
            decision=decision,
        )
        for one, decision in zip(asked, decisions, strict=True)
    )
    reviewed = [
        _reviewed(decision, by=by, known=known, seed=seed)
        for decision in decisions
        if decision.needs_review and decision.decided_at + REVIEWED_AFTER < now
    ]
    answers = Decision.objects.bulk_create(reviewed)
    queued = {decision.person_id: decision for decision in decisions}
    Finding.objects.bulk_create(
        Finding(
            decision=queued[answer.person_id],
            occasion=Occasion.REQUEST,
            person=answer.person,
            by=by,
            made_at=answer.decided_at,
            code=answer.review_code,
            led_to=answer,
        )
        for answer in answers
    )
    _appeal(answers, now=now)
    _audit(decisions, by=by)


def _asked(learners: Sequence[User], *, now: datetime, seed: int) -> Iterable[_Asked]:
    """Return who asked, when, and what they named: most when they joined."""
    special = {
        country: next((person for person in learners if person.country == country), None)
        for country in (RURAL_CLINIC_IN, APPEAL_FROM)
    }
    for person in learners:
        chance = Random(f"{seed}/access/{person.email}")
        if person == special[RURAL_CLINIC_IN]:
            yield _Asked(person, "ace", now - timedelta(days=3, hours=4))
        elif person == special[APPEAL_FROM]:
            yield _Asked(person, "bd", now - REVIEWED_AFTER - timedelta(days=2))
        elif chance.random() < ASKED:
            letters = "".join(sorted(chance.sample(CRITERIA, chance.choice((1, 1, 2, 2, 3)))))
            yield _Asked(person, letters, min(person.date_joined + timedelta(minutes=chance.randint(5, 50)), now))


def _reviewed(decision: Decision, *, by: User, known: Grounds, seed: int) -> Decision:
    person = decision.person
    assert person is not None  # just written about somebody
    approves = person.country != APPEAL_FROM and Random(f"{seed}/review/{person.email}").random() < APPROVED
    return decision_about(
        person,
        country=str(decision.country),
        attested=decision.attested,
        review=Review.APPROVE if approves else Review.DECLINE,
        review_code="remote" if approves else "not-shown",
        by=by,
        now=decision.decided_at + REVIEWED_AFTER,
        earlier=[decision.decided],
        known=known,
    )


def _audit(decisions: Sequence[Decision], *, by: User) -> None:
    """Have the priority that was given without a reviewer audited as it always is; all but the newest audits are answered."""
    for decision in decisions:
        if decision.gives_priority and decision.person is not None:
            note_audit(decision, decision.person, earlier=[], now=decision.decided_at)
    waiting = Audit.objects.filter(person__is_demo=True, closed_at=None).order_by("-made_at", "-pk")
    for audit in waiting[AUDITS_WAITING:]:
        answer_audit(audit.pk, Answer("confirmed"), by=by, now=audit.made_at + REVIEWED_AFTER)


def _appeal(reviewed: Sequence[Decision], *, now: datetime) -> None:
    """Let the newest declined one of the appealing country appeal."""
    declined = [decision for decision in reviewed if decision.country == APPEAL_FROM]
    if not declined:
        return
    newest = max(declined, key=lambda decision: decision.decided_at)
    assert newest.person is not None  # just written about somebody
    AccessAppeal.objects.create(person=newest.person, decision=newest, text=APPEAL, made_at=now - timedelta(days=1))
