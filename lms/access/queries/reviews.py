"""Cases that wait for a reviewer: requests, appeals and audits, with what a reviewer is to know of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import CharField, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Value

from lms.access.models import AccessAppeal, Application, Audit, Decision, Finding
from lms.access.queries.decisions import decisions_of
from lms.access.rules.periods import MOST_COUNTRY_CHANGES, appeal_answered_by, country_changes
from lms.access.rules.reviewing import (
    Conflict,
    Occasion,
    Party,
    conflict_of,
    review_due_on,
    working_days_left,
)
from lms.accounts.models import User

Row = tuple[str, int, datetime]  # occasion, id of the case, since when it waits


@dataclass(frozen=True)
class WaitingCase:
    """One case, for one reviewer. id: of the decision for a request, else of the appeal or audit.

    days_left: working days for a request, days for an appeal; None for an audit, which has no term. conflict: why this
    reviewer must leave it to another.
    """

    occasion: Occasion
    id: int
    decision: Decision
    person: User
    since: datetime
    due_on: date | None
    days_left: int | None
    is_elsewhere: bool
    is_often_moved: bool
    waits_for_release: bool
    conflict: Conflict | None
    appeal: AccessAppeal | None = None
    audit: Audit | None = None


def queued_decisions() -> QuerySet[Decision]:
    """Return requests that wait for a reviewer: the newest decision about each person who is in the queue.

    Each with `asked_at`: whoever asks anew while they wait keeps their place, for which the time of the first request counts.
    A decision that asks for no reviewer ends the waiting.
    """
    newer = Decision.objects.filter(person=OuterRef("person")).filter(
        Q(decided_at__gt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__gt=OuterRef("pk"))
    )
    ended_since = Decision.objects.filter(person=OuterRef("person"), needs_review=False).filter(
        Q(decided_at__gt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__gt=OuterRef("pk"))
    )
    asked = Decision.objects.filter(~Exists(ended_since), person=OuterRef("person"), needs_review=True)
    return Decision.objects.filter(~Exists(newer), needs_review=True, person__is_active=True).annotate(
        asked_at=Subquery(asked.order_by("decided_at").values("decided_at")[:1])
    )


def waiting_appeals() -> QuerySet[AccessAppeal]:
    return AccessAppeal.objects.filter(outcome=AccessAppeal.Outcome.WAITING, person__is_active=True)


def waiting_audits() -> QuerySet[Audit]:
    return Audit.objects.filter(closed_at=None, person__is_active=True)


def queue() -> QuerySet[Any]:
    """Return a Row for each request and appeal that waits, the oldest first, whatever it is."""
    requests = _rows(queued_decisions(), Occasion.REQUEST, since="asked_at")
    return requests.union(_rows(waiting_appeals(), Occasion.APPEAL, since="made_at"), all=True).order_by(
        "since", "occasion", "case"
    )


def audits() -> QuerySet[Any]:
    """Return a Row for each audit that waits, the oldest first."""
    return _rows(waiting_audits(), Occasion.AUDIT, since="made_at").order_by("since", "occasion", "case")


def waiting_row(occasion: Occasion, case_id: int) -> Row | None:
    """Return the Row of one case; None where it does not wait, or not any more."""
    cases, since = {
        Occasion.REQUEST: (queued_decisions(), "asked_at"),
        Occasion.APPEAL: (waiting_appeals(), "made_at"),
        Occasion.AUDIT: (waiting_audits(), "made_at"),
    }[occasion]
    return _rows(cases.filter(pk=case_id), occasion, since=since).first()


def _rows(cases: QuerySet[Any], occasion: Occasion, *, since: str) -> QuerySet[Any]:
    named = cases.order_by().annotate(
        occasion=Value(occasion.value, output_field=CharField()), case=F("pk"), since=F(since)
    )
    return named.values_list("occasion", "case", "since")


def cases_of(rows: Sequence[Row], *, reviewer: User, now: datetime) -> list[WaitingCase]:
    """Return the cases of a page of rows in their order; the same number of queries for any number."""
    ids = {occasion: [case for kind, case, _since in rows if kind == occasion] for occasion in Occasion}
    found: dict[tuple[str, int], Any] = {}
    beside = "person__institution"
    for decision in Decision.objects.filter(pk__in=ids[Occasion.REQUEST]).select_related(beside).defer("inputs"):
        found[Occasion.REQUEST, decision.pk] = decision
    for occasion, model in ((Occasion.APPEAL, AccessAppeal), (Occasion.AUDIT, Audit)):
        for case in model.objects.filter(pk__in=ids[occasion]).select_related(beside, "decision"):
            found[occasion, case.pk] = case
    people = {found[kind, case].person_id for kind, case, _since in rows if (kind, case) in found}
    about = _About(people, now=now)
    return [
        about.case(Occasion(kind), found[kind, case], since=since, reviewer=reviewer)
        for kind, case, since in rows
        if (kind, case) in found
    ]


class _About:
    """What is known of the people of a page of cases; three queries."""

    def __init__(self, people: set[int], *, now: datetime):
        self.now = now
        self.decisions = decisions_of(people)
        self.deciders = deciders_about(self.decisions)
        waiting = Application.objects.filter(person__in=people, state=Application.State.WAITING)
        releases = waiting.filter(pool__releases_at__gt=now).values_list("person")
        self.releases: dict[int, datetime] = dict(releases.annotate(first=Min("pool__releases_at")).order_by())

    def case(self, occasion: Occasion, row: Any, *, since: datetime, reviewer: User) -> WaitingCase:
        person: User = row.person
        decision = row if occasion is Occasion.REQUEST else row.decision
        made = self.decisions.get(person.pk, [])
        release = self.releases.get(person.pk) if occasion is Occasion.REQUEST else None
        due_on, days_left = _term(occasion, since, release, now=self.now)
        institution = person.institution
        return WaitingCase(
            occasion=occasion,
            id=row.pk,
            decision=decision,
            person=person,
            since=since,
            due_on=due_on,
            days_left=days_left,
            is_elsewhere=is_elsewhere(person, str(decision.country)),
            is_often_moved=country_changes([(one.decided_at, str(one.country)) for one in made], until=self.now)
            > MOST_COUNTRY_CHANGES,
            waits_for_release=release is not None,
            conflict=conflict_of(
                Party(reviewer.pk, reviewer.institution_id),
                Party(person.pk, institution.pk if institution else None),
                decided_before=self.deciders[person.pk] if occasion is Occasion.APPEAL else (),
            ),
            appeal=row if occasion is Occasion.APPEAL else None,
            audit=row if occasion is Occasion.AUDIT else None,
        )


def is_elsewhere(person: User, country: str) -> bool:
    """Say whether a person's verified institution is in another country than the one they say they work in."""
    institution = person.institution
    return institution is not None and institution.is_verified and institution.country != country


def deciders_about(made: Mapping[int, Sequence[Decision]]) -> dict[int, set[int]]:
    """Return the ids of all reviewers who have answered anything about each person. made: person -> their decisions."""
    found = defaultdict(
        set, {person: {one.by_id for one in decisions if one.by_id} for person, decisions in made.items()}
    )
    for person_id, reviewer_id in Finding.objects.filter(person__in=made, by__isnull=False).values_list("person", "by"):
        found[person_id].add(reviewer_id)
    return found


def findings_about(person: User) -> QuerySet[Finding]:
    """Return what reviewers have answered about a person so far, the newest first."""
    return Finding.objects.filter(person=person).select_related("by", "decision").order_by("-made_at", "-pk")


def _term(
    occasion: Occasion, since: datetime, release: datetime | None, *, now: datetime
) -> tuple[date | None, int | None]:
    today = now.astimezone(UTC).date()
    if occasion is Occasion.APPEAL:
        due_on = appeal_answered_by(since).astimezone(UTC).date()
        return due_on, (due_on - today).days
    if occasion is Occasion.AUDIT:
        return None, None
    due_on = review_due_on(
        since.astimezone(UTC).date(), released_on=release.astimezone(UTC).date() if release else None
    )
    return due_on, working_days_left(today, due_on)
