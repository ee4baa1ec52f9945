"""How reviewing went, week by week."""

from datetime import UTC, date, datetime

from django.db.models import OuterRef, Q, Subquery

from lms.access.models import AccessAppeal, Decision
from lms.access.rules.decisions import Review
from lms.access.rules.weeks import WEEK, Case, Week, monday_of, weeks_of


def weeks_of_reviews(*, now: datetime, number: int) -> list[Week]:
    """Return counts of requests and appeals of the last weeks, the newest first; two queries.

    A request ends with the next decision about the person: a reviewer's, or their own asking anew, which withdraws it.
    """
    today = now.astimezone(UTC).date()
    start = datetime.combine(monday_of(today) - WEEK * (number - 1), datetime.min.time(), UTC)
    return weeks_of([*_requests(start), *_appeals(start)], until=today, number=number)


def _requests(start: datetime) -> list[Case]:
    later = Decision.objects.filter(person=OuterRef("person")).filter(
        Q(decided_at__gt=OuterRef("decided_at")) | Q(decided_at=OuterRef("decided_at"), pk__gt=OuterRef("pk"))
    )
    following = later.order_by("decided_at", "pk")
    rows = (
        Decision.objects.filter(needs_review=True, person__is_active=True)
        .annotate(
            ended_at=Subquery(following.values("decided_at")[:1]), ended_by=Subquery(following.values("review")[:1])
        )
        .filter(Q(ended_at=None) | Q(ended_at__gte=start))
    )
    by = {Review.APPROVE.value: True, Review.DECLINE.value: False}
    return [
        Case(_day(came), _day(ended) if ended else None, by.get(review) if ended else None)
        for came, ended, review in rows.values_list("decided_at", "ended_at", "ended_by")
    ]


def _appeals(start: datetime) -> list[Case]:
    rows = AccessAppeal.objects.filter(Q(decided_at=None) | Q(decided_at__gte=start), person__is_active=True)
    return [
        Case(_day(came), _day(ended) if ended else None, outcome == AccessAppeal.Outcome.UPHELD if ended else None)
        for came, ended, outcome in rows.values_list("made_at", "decided_at", "outcome")
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
