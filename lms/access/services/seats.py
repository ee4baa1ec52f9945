"""Who sits where: every verb locks the pool, does what time has made due, acts, and lets free seats fall by the rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lms.access.errors import NoOffer, NotOpen, PoolClosed
from lms.access.models import Application, Notice, Seat, SeatPool
from lms.access.queries.decisions import has_priority
from lms.access.queries.seats import free_seats, front_of_list, live_application, waiting_in
from lms.access.rules.ballot import draw
from lms.access.rules.batch import Applicant, allocate
from lms.access.rules.seats import OPEN, RESERVED, Grant, Seats, fill
from lms.access.services.notices import add_notices
from lms.access.signals import seats_changed
from lms.accounts.models import User
from lms.lib.events import announce

State = Application.State
AT_ONCE = 500  # rows named in one statement


@transaction.atomic
def apply_for_seat(pool_id: int, person: User, *, now: datetime) -> Application:
    """Put somebody at the back of the list, and give them a seat at once where the rules say so.

    Somebody who has a seat or waits already keeps what they have. Raises NotOpen, PoolClosed.
    """
    # The person before the pool, as in record_decision: so a decision is either seen here, or sees this application.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=person.pk)
    is_priority = has_priority(person, now)
    pool, now = lock_pool(pool_id, now=now)
    if found := live_application(pool, person):
        return found
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
        number=pool.next_number,
        joined_at=now,
        is_priority=is_priority,
        open_key=f"1{pool.next_number:010}",
        reserved_key=f"1{pool.next_number:010}",
    )
    if times.is_drawn(now):
        application.open_key = "0" + draw(pool.salt, application.drawn_as)
        application.is_carried = _is_carried(pool, person)
    application.save()
    pool.next_number += 1
    _fill(pool, now=now, applying=application)
    if application.state == State.WAITING:
        add_notices(Notice.Kind.WAITING, [application.pk], now=now)
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


def _fill(pool: SeatPool, *, now: datetime, applying: Application | None = None) -> None:
    """Let free seats fall to the list as rules.seats.fill says; no more of either is read than can be given.

    applying: who has just joined a settled list; so nobody but they can get a seat, and one is enough.
    """
    if pool.closed_at is not None or now >= pool.starts_at:
        return
    if pool.mode == SeatPool.Mode.BATCH and pool.drawn_at is None:
        if now >= pool.opens_at:
            _draw(pool, now=now)
        return
    waiting = 1 if applying else waiting_in(pool).count()
    if not waiting:
        return
    times = pool.times
    reserved = free_seats(pool, RESERVED, at_most=waiting)
    open_seats = free_seats(pool, OPEN, at_most=waiting) if times.gives_open_seats(now) else []
    if not reserved and not open_seats:
        return
    free = Seats(len(reserved), len(open_seats))
    # Who gets a reserved seat stands in the open order too, so it is read that much further.
    in_open_order = 2 * free.reserved + free.open if times.gives_open_seats(now) else 0
    front = front_of_list(pool, reserved=free.reserved, open_order=in_open_order)
    grants = fill(free, front, now, times, applying=str(applying.pk) if applying else None)
    give_seats(pool, grants, {RESERVED: reserved, OPEN: open_seats}, now=now)
    if applying and grants:
        applying.refresh_from_db()


def _draw(pool: SeatPool, *, now: datetime) -> None:
    """Give the seats of a batch in one run, and put who is left into the order of the run."""
    applications = {
        application.drawn_as: application
        for application in waiting_in(pool).only("person_id", "is_priority", "merit", "is_carried")
    }
    seats = {kind: free_seats(pool, kind, at_most=pool.capacity) for kind in (RESERVED, OPEN)}
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


def give_seats(pool: SeatPool, grants: Sequence[Grant], seats: Mapping[str, Sequence[int]], *, now: datetime) -> None:
    """Seat waiting applications in a locked pool, and note their mails. grants: who is an application's id; seats: ids by kind."""
    if not grants:
        return
    left = {kind: iter(ids) for kind, ids in seats.items()}
    rows = [(int(grant.who), next(left[grant.pool]), grant.until) for grant in grants]
    _seat_rows(rows, now=now)
    if confirmed := [pk for pk, _seat, until in rows if until is None]:
        add_notices(Notice.Kind.CONFIRMED, confirmed, now=now)
        announce(seats_changed, sender=SeatPool, pool_id=pool.pk)
    if held := [pk for pk, _seat, until in rows if until is not None]:
        add_notices(Notice.Kind.OFFERED, held, now=now)
        until = pool.times.held_until(now)
        pool.next_due_at = min(until, pool.next_due_at or until)


def _seat_rows(rows: Sequence[tuple[int, int, datetime | None]], *, now: datetime) -> None:
    """Seat waiting applications, each given as its id, its seat and the end of its hold, in one round trip.

    In SQL, since thousands are seated at once when a large pool opens: Django's bulk_update takes ten times as long.
    """
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {connection.ops.quote_name(Application._meta.db_table)} "
            "SET state = %s, seat_id = %s, held_until = %s, seated_at = %s WHERE id = %s AND state = %s",
            [
                (
                    State.CONFIRMED.value if until is None else State.HELD.value,
                    seat_id,
                    until and moment(until),
                    moment(now),
                    pk,
                    State.WAITING.value,
                )
                for pk, seat_id, until in rows
            ],
        )


def _is_carried(pool: SeatPool, person: User) -> bool:
    """Say whether somebody ended the run before on its list, without having been carried into it: that counts once only."""
    if pool.carried_from_id is None:
        return False
    before = Application.objects.filter(pool=pool.carried_from_id, person=person).order_by("-number").first()
    return before is not None and before.state == State.CLOSED and not before.is_carried
