"""Seats that are owed since an appeal was upheld too late for a run."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from lms.access.models import AccessAppeal, Application, OwedSeat, SeatPool
from lms.access.queries.seats import seats_in
from lms.accounts.models import User


def missed_by(appeal: AccessAppeal) -> QuerySet[Application]:
    """Return the applications that ended on a list, without priority, after the decision that was wrong.

    What was called off is left out: nobody had a seat there.
    """
    return Application.objects.filter(
        person=appeal.person_id,
        state=Application.State.CLOSED,
        is_priority=False,
        ended_at__gte=appeal.decision.decided_at,
        pool__closed_at=None,
        owed=None,
    ).order_by("pk")


def gives_owed_seats(pool: SeatPool, *, now: datetime) -> bool:
    """Say whether a pool has reserved seats that are not released yet; what it does not have then, it never has."""
    return pool.closed_at is None and not pool.times.has_released(now) and seats_in(pool).reserved > 0


def run_that_gives(after: SeatPool, *, now: datetime) -> tuple[SeatPool, SeatPool | None]:
    """Return the next run after one that can give an owed seat, None where there is none; before it, the last that cannot."""
    while following := SeatPool.objects.filter(carried_from=after).order_by("starts_at", "pk").first():
        if gives_owed_seats(following, now=now):
            return after, following
        after = following
    return after, None


def seats_to_give() -> QuerySet[OwedSeat]:
    """Return the seats still owed for which a next run is there, the oldest first."""
    following = SeatPool.objects.filter(carried_from=OuterRef("after"))
    return OwedSeat.objects.filter(Exists(following), given_at=None).order_by("made_at", "pk")


def seats_owed_to(person: User) -> QuerySet[OwedSeat]:
    """Return the seats that are still owed to a person, with the run in which they had none."""
    return OwedSeat.objects.filter(missed__person=person, given_at=None).select_related("missed__pool").order_by("pk")
