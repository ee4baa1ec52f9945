"""Requests to pay less for a seat: those that wait, one person's own, what a reviewer is to know of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import QuerySet

from lms.access.models import HardshipRequest, SeatPool
from lms.access.rules.reviewing import Conflict, Party, conflict_of, working_days_left
from lms.accounts.models import User

WAITING = HardshipRequest.State.WAITING


@dataclass(frozen=True)
class WaitingHardship:
    """One request, for one reviewer. conflict: why they must leave it to another."""

    request: HardshipRequest
    days_left: int
    conflict: Conflict | None

    @property
    def due_on(self) -> date:
        return self.request.due_on


def hardship_requests_of(person: User, pool: SeatPool) -> QuerySet[HardshipRequest]:
    """Return what a person has asked for one offering, the newest first."""
    return HardshipRequest.objects.filter(person=person, pool=pool).order_by("-asked_at", "-pk")


def waiting_hardship() -> QuerySet[HardshipRequest]:
    """Return the requests that wait for an answer, the oldest first."""
    waiting = HardshipRequest.objects.filter(state=WAITING, person__is_active=True)
    return waiting.select_related("person__institution", "pool").order_by("asked_at", "pk")


def seen_by(reviewer: User, requests: Iterable[HardshipRequest], *, now: datetime) -> list[WaitingHardship]:
    """Return requests with their terms; no query."""
    return [_seen(reviewer, one, now=now) for one in requests]


def _seen(reviewer: User, request: HardshipRequest, *, now: datetime) -> WaitingHardship:
    person = request.person
    return WaitingHardship(
        request=request,
        days_left=working_days_left(now.astimezone(UTC).date(), request.due_on),
        conflict=conflict_of(Party(reviewer.pk, reviewer.institution_id), Party(person.pk, person.institution_id)),
    )
