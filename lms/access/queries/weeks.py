"""How reviewing went, week by week."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from lms.access.models import AccessAppeal, Decision, ErasedCase
from lms.access.rules.decisions import Review
from lms.access.rules.weeks import WEEK, Case, Week, monday_of, weeks_of
from lms.accounts.models import User

IS_APPROVED = {Review.APPROVE.value: True, Review.DECLINE.value: False}


def weeks_of_reviews(*, now: datetime, number: int) -> list[Week]:
    """Return counts of requests and appeals of the last weeks, the newest first; three queries.

    A request ends with a reviewer's decision about the person, or with one of their own that asks for no reviewer, which
    withdraws it; asking anew while it waits goes on with it.
    """
    today = now.astimezone(UTC).date()
    start = datetime.combine(monday_of(today) - WEEK * (number - 1), datetime.min.time(), UTC)
    waits = Q(ended_at=None, person__is_active=True)
    requests = _requests(Decision.objects.filter(person__isnull=False)).filter(waits | Q(ended_at__gte=start))
    appeals = AccessAppeal.objects.filter(Q(decided_at=None, person__is_active=True) | Q(decided_at__gte=start))
    erased = ErasedCase.objects.filter(ended_on__gte=start.date())
    return weeks_of([*_told(requests), *_told_of(appeals), *map(_case, erased)], until=today, number=number)


def cases_about(person: User) -> list[Case]:
    """Return all requests and appeals of one person."""
    requests = _requests(Decision.objects.filter(person=person))
    return [*_told(requests), *_told_of(AccessAppeal.objects.filter(person=person))]


def _requests(decisions: QuerySet[Any]) -> QuerySet[Any]:
    """Return the decision that began each request, with when it ended and by which review."""
    about = Decision.objects.filter(person=OuterRef("person"))
    later = Q(decided_at__gt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__gt=OuterRef("pk"))
    earlier = Q(decided_at__lt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__lt=OuterRef("pk"))
    ending = about.filter(later, needs_review=False).order_by("decided_at", "pk")
    before = about.filter(earlier).order_by("-decided_at", "-pk")
    return (
        decisions.filter(needs_review=True)
        .annotate(
            was_waiting=Subquery(before.values("needs_review")[:1]),
            ended_at=Subquery(ending.values("decided_at")[:1]),
            ended_by=Subquery(ending.values("review")[:1]),
        )
        .filter(Q(was_waiting=None) | Q(was_waiting=False))
    )


def _told(requests: QuerySet[Any]) -> list[Case]:
    return [
        Case(_day(came), _day(ended) if ended else None, IS_APPROVED.get(review) if ended else None)
        for came, ended, review in requests.values_list("decided_at", "ended_at", "ended_by")
    ]


def _told_of(appeals: QuerySet[AccessAppeal]) -> list[Case]:
    return [
        Case(_day(came), _day(ended) if ended else None, outcome == AccessAppeal.Outcome.UPHELD if ended else None)
        for came, ended, outcome in appeals.values_list("made_at", "decided_at", "outcome")
    ]


def _case(erased: ErasedCase) -> Case:
    return Case(erased.came_on, erased.ended_on, erased.is_approved)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
