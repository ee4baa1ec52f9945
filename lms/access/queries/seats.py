from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q, QuerySet

from lms.access.models import Application, Seat, SeatPool
from lms.access.rules.ballot import Entry, Waiting, seats_by_carry_over
from lms.access.rules.seats import OPEN, RESERVED, Seats
from lms.access.rules.times import Times
from lms.accounts.models import User
from lms.lib.sql import table

State = Application.State
TAKEN = Q(application__isnull=False) | Q(block__isnull=False)  # of a seat: somebody sits on it, or a group may still


def pools_due(now: datetime) -> QuerySet[SeatPool, int]:
    """Return ids of pools in which time alone has something to change, the longest due first."""
    return SeatPool.objects.filter(next_due_at__lte=now).order_by("next_due_at").values_list("pk", flat=True)


def waiting_in(pool: SeatPool) -> QuerySet[Application]:
    """Return the waiting list of a pool, in no order."""
    return Application.objects.filter(pool=pool, state=State.WAITING)


def live_application(pool: SeatPool | int, person: User) -> Application | None:
    """Return a person's place in the list, or seat; None for who has neither."""
    return (
        Application.objects.select_related("seat").filter(pool=pool, person=person, state__in=Application.LIVE).first()
    )


def is_live_in(pool_id: int, person: User) -> bool:
    """Say whether a person waits or is seated in a pool."""
    return Application.objects.filter(pool=pool_id, person=person, state__in=Application.LIVE).exists()


def last_application(pool: SeatPool, person: User) -> Application | None:
    """Return a person's newest application, also one that has ended."""
    found = Application.objects.select_related("seat", "block__institution", "made_good__missed__pool", "owed").filter(
        pool=pool, person=person
    )
    return found.order_by("-number").first()


def free_seats(pool: SeatPool, *, at_most: int) -> dict[str, list[int]]:
    """Return ids of seats of each kind that nobody sits on and no group keeps, so many of each at most, the first of them.

    One query, in SQL: it is asked while all who apply at this moment wait, and the ORM takes five times as long to put it.
    """
    seats, applications = table(Seat), table(Application)
    of_one_kind = (
        f"SELECT * FROM (SELECT kind, id FROM {seats} AS seat WHERE pool_id = %s AND kind = %s AND block_id IS NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {applications} WHERE seat_id = seat.id) ORDER BY number LIMIT %s) AS free"
    )
    found: dict[str, list[int]] = {RESERVED: [], OPEN: []}
    with connection.cursor() as cursor:
        cursor.execute(f"{of_one_kind} UNION ALL {of_one_kind}", [pool.pk, RESERVED, at_most, pool.pk, OPEN, at_most])
        for kind, pk in cursor.fetchall():
            found[kind].append(pk)
    return found


def seats_used(pool: SeatPool) -> Seats:
    """Return how many seats of each kind are held or taken, or kept for a group."""
    return _by_kind(Seat.objects.filter(TAKEN, pool=pool))


def seats_in(pool: SeatPool) -> Seats:
    """Return how many seats of each kind there are."""
    return _by_kind(Seat.objects.filter(pool=pool))


def _by_kind(seats: QuerySet[Seat]) -> Seats:
    found = seats.aggregate(reserved=Count("pk", filter=Q(kind=RESERVED)), open=Count("pk", filter=Q(kind=OPEN)))
    return Seats(found["reserved"], found["open"])


def front_of_list(pool: SeatPool, *, reserved: int, open_order: int) -> Waiting:
    """Return the first of the list in each of its two orders, so many of each; `who` is the application's id."""
    ahead = ahead_of_list(pool)
    return Waiting(
        reserved=_front(waiting_in(pool).filter(is_priority=True), "reserved_key", ahead.reserved, reserved),
        open=_front(waiting_in(pool), "open_key", ahead.open, open_order),
    )


def ahead_of_list(pool: SeatPool) -> Seats:
    """Return how many seats of each kind may still go, ahead of the list, to those whom the run before left waiting."""
    if pool.carried_from_id is None:
        return Seats(0, 0)
    size = seats_in(pool)
    seated = Application.objects.filter(pool=pool, is_carried=True, state__in=Application.SEATED).aggregate(
        reserved=Count("pk", filter=Q(seat__kind=RESERVED)), open=Count("pk", filter=Q(seat__kind=OPEN))
    )
    return Seats(
        max(0, seats_by_carry_over(size.reserved) - seated["reserved"]),
        max(0, seats_by_carry_over(size.open) - seated["open"]),
    )


def _front(waiting: QuerySet[Application], key: str, ahead: int, at_most: int) -> Sequence[Entry]:
    if at_most <= 0:
        return []
    fields = ("pk", "is_priority", "number")
    first = list(waiting.filter(is_carried=True).order_by(key).values_list(*fields)[:ahead]) if ahead else []
    rest = waiting.exclude(pk__in=[pk for pk, _priority, _number in first]) if first else waiting
    found = [*first, *rest.order_by(key).values_list(*fields)[:at_most]]
    return [Entry(str(pk), is_priority, number) for pk, is_priority, number in found]


# -- What one person is shown --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a person stands in a pool; for nobody's eyes but theirs and reviewers'.

    application: the newest, None if there was none. place_open: 1 for who is first, None before the ballot and for who
    does not wait; place_reserved: also None for who has no priority.
    """

    pool: SeatPool
    times: Times
    application: Application | None
    is_waiting: bool
    is_seated: bool
    takes_applications: bool
    place_open: int | None = None
    waiting_open: int = 0
    place_reserved: int | None = None
    waiting_reserved: int = 0
    is_before_ballot: bool = False
    has_released: bool = False


def place_of(pool: SeatPool, person: User, *, now: datetime) -> Place:
    """Return where a person stands in a pool that has been settled; three queries, two more where a run before is carried over."""
    application = last_application(pool, person)
    times = pool.times
    is_waiting = application is not None and application.state == State.WAITING
    is_before_ballot = now < times.opens_at
    counts = waiting_in(pool).aggregate(all=Count("pk"), priority=Count("pk", filter=Q(is_priority=True)))
    place_open = place_reserved = None
    if application is not None and is_waiting:
        ahead = ahead_of_list(pool)
        is_batch_undrawn = pool.mode == SeatPool.Mode.BATCH and pool.drawn_at is None
        if not is_before_ballot and not is_batch_undrawn:
            place_open = _place(waiting_in(pool), application, "open_key", ahead.open)
        if application.is_priority and not is_batch_undrawn:
            waiting = waiting_in(pool).filter(is_priority=True)
            place_reserved = _place(waiting, application, "reserved_key", ahead.reserved)
    return Place(
        pool=pool,
        times=times,
        application=application,
        is_waiting=is_waiting,
        is_seated=application is not None and application.is_seated,
        takes_applications=pool.closed_at is None and times.takes_applications(now),
        place_open=place_open,
        waiting_open=counts["all"],
        place_reserved=place_reserved,
        waiting_reserved=counts["priority"],
        is_before_ballot=is_before_ballot,
        has_released=times.has_released(now),
    )


def _place(waiting: QuerySet[Application], application: Application, key: str, ahead: int) -> int:
    first = list(waiting.filter(is_carried=True).order_by(key).values_list("pk", flat=True)[:ahead]) if ahead else []
    if application.pk in first:
        return first.index(application.pk) + 1
    before = waiting.filter(**{f"{key}__lt": getattr(application, key)}).exclude(pk__in=first)
    return len(first) + before.count() + 1


# -- The pool in numbers -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """A pool in numbers. Those by tier are for programme leads alone, with cells under 10 hidden.

    kept: of the seats in use, those that groups have not named anybody for.
    """

    seats: Seats
    used: Seats
    held: int
    kept: int
    waiting: int
    priority_seated: int
    priority_waiting: int

    @property
    def free(self) -> int:
        return self.seats.total - self.used.total


def picture_of(pool: SeatPool) -> Picture:
    """Return a settled pool in numbers; three queries."""
    seated = Q(state__in=Application.SEATED)
    found = Application.objects.filter(pool=pool).aggregate(
        seated=Count("pk", filter=seated),
        held=Count("pk", filter=Q(state=State.HELD)),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        priority_seated=Count("pk", filter=seated & Q(is_priority=True)),
        priority_waiting=Count("pk", filter=Q(state=State.WAITING, is_priority=True)),
    )
    used = seats_used(pool)
    return Picture(
        seats=seats_in(pool),
        used=used,
        held=found["held"],
        kept=used.total - found["seated"],
        waiting=found["waiting"],
        priority_seated=found["priority_seated"],
        priority_waiting=found["priority_waiting"],
    )
