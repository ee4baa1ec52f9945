from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from courses.webinars.models import Meeting, Webinar
from courses.webinars.queries import webinars_of
from lms.access.queries.seats import waiting_in
from lms.accounts.models import User


def listed_webinars(person: User) -> QuerySet[Webinar]:
    """Return somebody's webinars, that which starts last first, with how many are registered for each."""
    counted = Count("registrations", filter=Q(registrations__ended_at=None))
    return webinars_of(person).annotate(registered=counted).order_by(F("starts_at").desc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class Places:
    """How many are registered, have cancelled, and wait for a seat; waiting is None where everybody may come."""

    registered: int
    cancelled: int
    waiting: int | None


def places_of(webinar: Webinar) -> Places:
    """Return how a webinar's places stand; two queries."""
    counted = webinar.registrations.aggregate(
        live=Count("pk", filter=Q(ended_at=None)), ended=Count("pk", filter=Q(ended_at__isnull=False))
    )
    waiting = None
    if webinar.pool is not None and webinar.has_limited_seats:
        waiting = waiting_in(webinar.pool).count()
    return Places(counted["live"], counted["ended"], waiting)


def recordings_of(webinar: Webinar) -> list[dict[str, str | int]]:
    """Return the recordings that a meeting's server offers: address, kind and minutes of each; one query."""
    found = Meeting.objects.filter(webinar=webinar).values_list("recordings", flat=True).first()
    return found or []
