from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from lms.access.models import Application, Seat, SeatPool
from lms.access.queries.decisions import has_priority
from lms.access.queries.seats import TAKEN, Place, place_of
from lms.access.rules.seats import OPEN, RESERVED, Seats
from lms.accounts.models import User


@dataclass(frozen=True)
class Outlook:
    """What a reader is told of a pool and of their place in it; for nobody's eyes but theirs.

    place: None for who is signed out. seats: how many there are; free: how many nobody holds. has_priority: of the reader, now.
    """

    pool: SeatPool
    now: datetime
    place: Place | None
    seats: Seats
    free: Seats
    waiting: int
    has_priority: bool

    @property
    def application(self) -> Application | None:
        return self.place.application if self.place else None

    @property
    def is_before_ballot(self) -> bool:
        return self.now < self.pool.opens_at

    @property
    def has_released(self) -> bool:
        return self.pool.times.has_released(self.now)

    @property
    def takes_applications(self) -> bool:
        return self.pool.closed_at is None and self.pool.times.takes_applications(self.now)

    @property
    def concerns_priority(self) -> bool:
        """Say whether having priority, or asking for it, makes or made a difference to the reader here."""
        if self.place is None or not self.seats.reserved:
            return False
        return self.has_priority or not (self.has_released or self.place.is_seated or not self.takes_applications)


def outlook_of(pool: SeatPool, person: User | None, *, now: datetime) -> Outlook:
    """Return what somebody is told of a pool that has been settled; person: None for who is signed out."""
    of_kind = {kind: Q(kind=kind) for kind in (RESERVED, OPEN)}
    seats = Seat.objects.filter(pool=pool).aggregate(
        reserved=Count("pk", filter=of_kind[RESERVED]),
        open=Count("pk", filter=of_kind[OPEN]),
        reserved_used=Count("pk", filter=of_kind[RESERVED] & TAKEN),
        open_used=Count("pk", filter=of_kind[OPEN] & TAKEN),
    )
    place = place_of(pool, person, now=now) if person else None
    waiting = Application.objects.filter(pool=pool, state=Application.State.WAITING)
    return Outlook(
        pool=pool,
        now=now,
        place=place,
        seats=Seats(seats["reserved"], seats["open"]),
        free=Seats(seats["reserved"] - seats["reserved_used"], seats["open"] - seats["open_used"]),
        waiting=place.waiting_open if place else waiting.count(),
        has_priority=person is not None and has_priority(person, now),
    )
