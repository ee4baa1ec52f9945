"""Who sits where: every verb locks the pool, does what time has made due, acts, and lets free seats fall by the rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.access.errors import NoOffer, NotOpen, PoolClosed
from lms.access.models import Application, Notice, Seat, SeatPool
from lms.access.queries.decisions import has_priority
from lms.access.queries.seats import free_seats, front_of_list, is_live_in, live_application, waiting_in
from lms.access.rules.ballot import Entry, draw
from lms.access.rules.batch import Applicant, allocate
from lms.access.rules.seats import OPEN, RESERVED, Grant, Seats, fill
from lms.access.services.notices import add_notices
from lms.access.services.rows import add_newcomer, hold_seats, number_newcomer
from lms.access.signals import notices_due, seats_changed
from lms.accounts.models import User
from lms.lib.events import announce

State = Application.State
AT_ONCE = 500  # rows named in one statement
NEWCOMER = "newcomer"  # among those who wait, who are named by the ids of their applications


@transaction.atomic
def apply_for_seat(pool_id: int, person: User, *, now: datetime) -> Application:
    """Put somebody at the back of the list, and give them a seat at once where the rules say so.

    Somebody who has a seat or waits already keeps what they have. Raises NotOpen, PoolClosed.
    """
    # The person before the pool, as in record_decision: so a decision is either seen here, or sees this application.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
    is_priority = has_priority(person, now)
    # Nobody joins a pool unless their row is locked, so who is not in it here is not in it once it is locked: hundreds may wait
    # for that lock, and what can be asked before it is not asked under it.
    if is_live_in(pool_id, person):
        settle_pool(pool_id, now=now)
        if found := live_application(pool_id, person):
            return found
    pool, now = _lock_to_join(pool_id, now=now)
    number, due_at = pool.next_number - 1, pool.next_due_at
    if pool.closed_at is not None:
        raise PoolClosed(_("This has been called off, so there is nothing to apply for."))
    times = pool.times
    if not times.takes_applications(now):
        raise NotOpen(
            _("Applications are not open yet.")
            if now < times.opens_early_at
            else _("Applications have ended, since it has begun.")
        )
    application = Application(
        pool=pool,
        person=person,
        number=number,
        joined_at=now,
        is_priority=is_priority,
        open_key=f"1{number:010}",
        reserved_key=f"1{number:010}",
    )
    if times.is_drawn(now):
        application.open_key = "0" + draw(pool.salt, application.drawn_as)
        application.is_carried = _is_carried(pool, person)
    _fill(pool, now=now, newcomer=application)
    kind = Notice.Kind.CONFIRMED if application.is_seated else Notice.Kind.WAITING
    add_newcomer(application, Notice(kind=kind, due_at=now))
    announce(notices_due, sender=Notice)
    if pool.next_due_at != due_at:
        _save(pool)
    return application


@transaction.atomic
def accept_seat(pool_id: int, person: User, *, now: datetime) -> Application:
    """Confirm the seat that is held for somebody; a second call changes nothing.

    A hold that ends at this very moment has lapsed. Raises NoOffer.
    """
    pool, now = lock_pool(pool_id, now=now)
    application = live_application(pool, person)
    if application is None or not application.is_seated:
        raise NoOffer(_("No seat is held for you any more. You can apply again; you then join the list at its end."))
    if application.state == State.HELD:
        application.state, application.held_until = State.CONFIRMED, None
        application.save(update_fields=["state", "held_until"])
        add_notices(Notice.Kind.CONFIRMED, [application.pk], now=now)
        announce(seats_changed, sender=SeatPool, pool_id=pool.pk)
    _save(pool)
    return application


@transaction.atomic
def give_up_seat(pool_id: int, person: User, *, now: datetime) -> None:
    """Take somebody's seat, or place in the list, away at their own wish; the seat falls to the next by its pool's rule."""
    pool, now = lock_pool(pool_id, now=now)
    application = live_application(pool, person)
    if application is not None:
        was_confirmed = application.state == State.CONFIRMED
        application.state, application.ended_at = State.GIVEN_UP, now
        application.seat, application.held_until = None, None
        application.save(update_fields=["state", "ended_at", "seat", "held_until"])
        add_notices(Notice.Kind.RELEASED, [application.pk], now=now)
        if was_confirmed:
            announce(seats_changed, sender=SeatPool, pool_id=pool.pk)
        _fill(pool, now=now)
    _save(pool)


def settle_pool(pool_id: int, *, now: datetime) -> None:
    """Do what time has made due in a pool: holds that have ended lapse together, and free seats fall.

    Where nothing is due it asks one question, so that every page that shows a pool can call it first.
    """
    if SeatPool.objects.filter(pk=pool_id, next_due_at__lte=now).exists():
        with transaction.atomic():
            pool, _now = lock_pool(pool_id, now=now)
            _save(pool)


@transaction.atomic
def note_priority(person: User, *, now: datetime) -> None:
    """Make somebody's waiting applications priority ones, each with its original place, now that they have priority.

    The caller holds the person's row, so no application of theirs is under way.
    """
    waiting = Application.objects.filter(person=person, state=State.WAITING, is_priority=False)
    for pool_id in sorted(waiting.values_list("pool_id", flat=True)):
        pool, then = lock_pool(pool_id, now=now)
        raised = waiting_in(pool).filter(person=person, is_priority=False)
        if found := raised.first():
            found.is_priority = True
            found.save(update_fields=["is_priority"])
            add_notices(Notice.Kind.PRIORITY, [found.pk], now=then)
            _fill(pool, now=then)
        _save(pool)


# -- Under the pool's lock -----------------------------------------------------------------------------------------


def lock_pool(pool_id: int, *, now: datetime) -> tuple[SeatPool, datetime]:
    """Lock a pool for the transaction, settle it, and return it with the moment that counts from here.

    Whoever waited for the lock may have read an earlier clock than the one before them: time never goes back.
    """
    pool = SeatPool.objects.select_for_update(no_key=True).get(pk=pool_id)
    now = max(now, pool.settled_at)
    if pool.is_due(now):
        _settle(pool, now)
    pool.settled_at = now
    return pool, now


def _lock_to_join(pool_id: int, *, now: datetime) -> tuple[SeatPool, datetime]:
    """Lock a pool as lock_pool does, with the number of one more application taken and everything stored."""
    pool = number_newcomer(pool_id, now=now)
    if pool.is_due(pool.settled_at):
        _settle(pool, pool.settled_at)
        _save(pool)
    return pool, pool.settled_at


def resettle(pool: SeatPool, *, now: datetime) -> None:
    """Do in a locked pool what follows from its new size or dates."""
    _settle(pool, now)
    _save(pool)


def _save(pool: SeatPool) -> None:
    pool.save(update_fields=["next_number", "next_due_at", "settled_at", "drawn_at"])


def _settle(pool: SeatPool, now: datetime) -> None:
    release = pool.releases_at
    if release <= now and pool.is_due(release):  # once: what groups have not named falls free, who was named stays
        Seat.objects.filter(pool=pool, block__isnull=False).update(block=None)
    held = Application.objects.filter(pool=pool, state=State.HELD)
    lapsed = list(held.filter(held_until__lte=now).values_list("pk", flat=True))
    if lapsed:
        held.filter(held_until__lte=now).update(state=State.LAPSED, seat=None, held_until=None, ended_at=now)
        add_notices(Notice.Kind.LAPSED, lapsed, now=now)
    if now >= pool.starts_at:
        left = list(waiting_in(pool).values_list("pk", flat=True))
        waiting_in(pool).update(state=State.CLOSED, ended_at=now)
        add_notices(Notice.Kind.CLOSED, left, now=now)
        pool.next_due_at = None
        return
    pool.next_due_at = _next_due(pool, now)
    _fill(pool, now=now)


def _next_due(pool: SeatPool, now: datetime) -> datetime:
    held = Application.objects.filter(pool=pool, state=State.HELD).order_by("held_until")
    ends = list(held.values_list("held_until", flat=True)[:1])
    return min(moment for moment in (pool.opens_at, pool.releases_at, pool.starts_at, *ends) if moment and moment > now)


def _fill(pool: SeatPool, *, now: datetime, newcomer: Application | None = None) -> None:
    """Let free seats fall to the list as rules.seats.fill says; no more of either is read than can be given.

    newcomer: who joins a settled list and is not in its rows yet; so nobody but they can get a seat, and one is enough. They
    get it as an application that can be inserted with it.
    """
    if pool.closed_at is not None or now >= pool.starts_at:
        return
    if pool.mode == SeatPool.Mode.BATCH and pool.drawn_at is None:
        if now >= pool.opens_at:
            _draw(pool, now=now)
        return
    waiting = 1 if newcomer else waiting_in(pool).count()
    if not waiting:
        return
    times = pool.times
    seats = free_seats(pool, at_most=waiting)
    free = Seats(len(seats[RESERVED]), len(seats[OPEN]) if times.gives_open_seats(now) else 0)
    if not free.total:
        return
    # Who gets a reserved seat stands in the open order too, so it is read that much further.
    in_open_order = 2 * free.reserved + free.open if times.gives_open_seats(now) else 0
    front = front_of_list(pool, reserved=free.reserved, open_order=in_open_order)
    if newcomer:
        front = front.joined_by(Entry(NEWCOMER, newcomer.is_priority, newcomer.number))
    grants = fill(free, front, now, times, applying=NEWCOMER)
    give_seats(pool, grants, seats, now=now, newcomer=newcomer)


def _draw(pool: SeatPool, *, now: datetime) -> None:
    """Give the seats of a batch in one run, and put who is left into the order of the run."""
    applications = {
        application.drawn_as: application
        for application in waiting_in(pool).only("person_id", "is_priority", "merit", "is_carried")
    }
    seats = free_seats(pool, at_most=pool.capacity)
    allocation = allocate(
        (Applicant(who, one.is_priority, one.merit, one.is_carried) for who, one in applications.items()),
        Seats(len(seats[RESERVED]), len(seats[OPEN])),
        salt=pool.salt,
        precedence=pool.precedence,
    )
    until = pool.times.held_until(now)
    grants = [Grant(str(applications[who].pk), kind, until) for who, kind in allocation.pools.items()]
    give_seats(pool, grants, seats, now=now)
    left = [applications[applicant.who] for applicant in allocation.waiting]
    for place, application in enumerate(left):
        application.open_key = application.reserved_key = f"0{place:010}"
    Application.objects.bulk_update(left, ["open_key", "reserved_key"], batch_size=AT_ONCE)
    pool.drawn_at = now


def give_seats(
    pool: SeatPool,
    grants: Sequence[Grant],
    seats: Mapping[str, Sequence[int]],
    *,
    now: datetime,
    newcomer: Application | None = None,
) -> None:
    """Hold seats in a locked pool for who waits, and note their mails. grants: who is an application's id; seats: ids by kind.

    newcomer: as in _fill.
    """
    left = {kind: iter(ids) for kind, ids in seats.items()}
    held: list[tuple[int, int, datetime]] = []
    for grant in grants:
        seat_id = next(left[grant.pool])
        if newcomer and grant.who == NEWCOMER:
            newcomer.state, newcomer.seat_id, newcomer.seated_at = State.CONFIRMED, seat_id, now
            announce(seats_changed, sender=SeatPool, pool_id=pool.pk)
        elif grant.until is not None:  # every seat but a newcomer's is held
            held.append((int(grant.who), seat_id, grant.until))
    if held:
        hold_seats(held, now=now)
        add_notices(Notice.Kind.OFFERED, [pk for pk, _seat, _until in held], now=now)
        first_end = min(until for _pk, _seat, until in held)
        pool.next_due_at = min(first_end, pool.next_due_at or first_end)


def _is_carried(pool: SeatPool, person: User) -> bool:
    """Say whether somebody ended the run before on its list, without having been carried into it: that counts once only."""
    if pool.carried_from_id is None:
        return False
    before = Application.objects.filter(pool=pool.carried_from_id, person=person).order_by("-number").first()
    return before is not None and before.state == State.CLOSED and not before.is_carried
