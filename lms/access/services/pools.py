"""What an organiser does to a pool: open it, change its size and dates within what has been promised, call it off."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lms.access.errors import CapacityUsed, Frozen, UnusableTimes
from lms.access.models import Application, Notice, Seat, SeatPool
from lms.access.models.seats import LARGEST_POOL
from lms.access.queries.facts import policy_on
from lms.access.queries.seats import free_seats, seats_in, seats_used
from lms.access.rules.changes import Problem, problem_of, problem_of_move
from lms.access.rules.seats import (
    LARGEST_SHARE,
    OPEN,
    RESERVED,
    Seats,
    resize,
)
from lms.access.rules.times import Times
from lms.access.services.notices import add_notices
from lms.access.services.seats import lock_pool, resettle
from lms.access.signals import seats_changed
from lms.access.words import PROBLEMS
from lms.lib.events import announce

Labels = Mapping[str, Mapping[str, str]]


@transaction.atomic
def open_pool(
    *,
    capacity: int,
    opens_early_at: datetime,
    opens_at: datetime,
    releases_at: datetime,
    starts_at: datetime,
    labels: Labels,
    now: datetime,
    share: Decimal | None = None,
    mode: str = SeatPool.Mode.ROLLING,
    precedence: str = SeatPool.Precedence.OPEN_FIRST,
    carried_from: SeatPool | None = None,
) -> SeatPool:
    """Make a pool with all its seats.

    share: of the seats that are reserved, 0 to 0.6; None for the policy's. labels: language -> title and path of what the
    seats are for. carried_from: the pool of the run before, whose list goes ahead in this one. Raises UnusableTimes,
    CapacityUsed.
    """
    policy = policy_on(now.date())
    terms = policy.seat_terms
    pool = SeatPool(
        mode=mode,
        precedence=precedence,
        capacity=capacity,
        share=terms.reserved_share if share is None else share,
        opens_early_at=opens_early_at,
        opens_at=opens_at,
        releases_at=releases_at,
        starts_at=starts_at,
        hold_hours=terms.hold_hours,
        policy=policy,
        carried_from=carried_from,
        labels=dict(labels),
        settled_at=now,
        created_at=now,
    )
    _check_size(pool)
    _refuse(problem_of(pool.times, window=_window(pool), has_reserve=pool.size.reserved > 0), pool)
    _refuse(Problem.PAST if starts_at <= now else None, pool)
    pool.next_due_at = _first_due(pool.times, now)
    pool.save()
    Seat.objects.bulk_create(_seats_of(pool, pool.size))
    return pool


@transaction.atomic
def change_pool(
    pool_id: int,
    *,
    now: datetime,
    capacity: int | None = None,
    share: Decimal | None = None,
    precedence: str | None = None,
    labels: Labels | None = None,
    opens_early_at: datetime | None = None,
    opens_at: datetime | None = None,
    releases_at: datetime | None = None,
    starts_at: datetime | None = None,
) -> SeatPool:
    """Change what is given of a pool, as far as the policy lets it; what has not changed may be given too.

    From the early opening on the share and the precedence are frozen. Capacity never falls below the seats in use; the share
    applies to an increase only before the release. Everybody on the list or seated is told of dates that have moved.
    Raises Frozen, UnusableTimes, CapacityUsed.
    """
    pool, now = lock_pool(pool_id, now=now)
    old = pool.times
    has_opened = old.opens_early_at <= now
    for name, value in (("share", share), ("precedence", precedence)):
        if value is not None and value != getattr(pool, name):
            if has_opened:
                raise Frozen(
                    _(
                        "The share of reserved seats and the order of a draw are fixed once people can apply. Only the number of "
                        "seats and the dates can still be changed."
                    )
                )
            setattr(pool, name, value)
    new = replace(
        old,
        opens_early_at=opens_early_at or old.opens_early_at,
        opens_at=opens_at or old.opens_at,
        releases_at=releases_at or old.releases_at,
        starts_at=starts_at or old.starts_at,
    )
    if capacity is not None:
        pool.capacity = capacity
    _check_size(pool)
    if new != old:
        window = min(_window(pool), old.opens_at - old.opens_early_at)
        _refuse(problem_of_move(old, new, now=now), pool)
        _refuse(problem_of(new, window=window, has_reserve=pool.size.reserved > 0), pool)
    if labels is not None:
        pool.labels = dict(labels)
    pool.opens_early_at, pool.opens_at = new.opens_early_at, new.opens_at
    pool.releases_at, pool.starts_at = new.releases_at, new.starts_at
    _fit_seats(pool, now=now)
    pool.save()
    if new != old:
        _tell_of_move(pool, now=now)
    resettle(pool, now=now)
    return pool


@transaction.atomic
def close_pool(pool_id: int, *, now: datetime) -> None:
    """Call an offering off: everybody on the list or seated is told, and nobody is seated any more. A second call changes nothing."""
    pool, now = lock_pool(pool_id, now=now)
    if pool.closed_at is not None:
        return
    live = Application.objects.filter(pool=pool, state__in=Application.LIVE)
    told = list(live.values_list("pk", flat=True))
    live.update(state=Application.State.CLOSED, seat=None, held_until=None, ended_at=now)
    add_notices(Notice.Kind.CANCELLED, told, now=now)
    pool.closed_at, pool.next_due_at = now, None
    pool.save(update_fields=["closed_at", "next_due_at", "settled_at"])
    announce(seats_changed, sender=SeatPool, pool_id=pool.pk)


def _seats_of(pool: SeatPool, size: Seats) -> list[Seat]:
    kinds = [RESERVED] * size.reserved + [OPEN] * size.open
    return [Seat(pool=pool, number=number, kind=kind) for number, kind in enumerate(kinds, 1)]


def _fit_seats(pool: SeatPool, *, now: datetime) -> None:
    """Add, turn over or take away free seats until there are as many of each kind as the rules say."""
    have, used = seats_in(pool), seats_used(pool)
    if pool.capacity < used.total:
        raise CapacityUsed(
            _(
                "%(used)s seats are taken, offered or kept for a group, so there cannot be fewer. Give at least that number."
            )
            % {"used": used.total}
        )
    size = resize(have, pool.capacity, share=pool.share, used=used, times=pool.times, now=now)
    missing = {RESERVED: size.reserved - have.reserved, OPEN: size.open - have.open}
    free = free_seats(pool, at_most=have.total)
    for kind, other in ((RESERVED, OPEN), (OPEN, RESERVED)):
        surplus = free[kind][: max(0, -missing[kind])]
        turned = surplus[: max(0, missing[other])]
        Seat.objects.filter(pk__in=turned).update(kind=other)
        Seat.objects.filter(pk__in=surplus[len(turned) :]).delete()
        missing[other] -= len(turned)
    last = Seat.objects.filter(pool=pool).aggregate(last=Max("number"))["last"] or 0
    kinds = [RESERVED] * max(0, missing[RESERVED]) + [OPEN] * max(0, missing[OPEN])
    Seat.objects.bulk_create(Seat(pool=pool, number=last + n, kind=kind) for n, kind in enumerate(kinds, 1))


def _tell_of_move(pool: SeatPool, *, now: datetime) -> None:
    """Cut holds that would pass the new start, and tell everybody concerned."""
    live = Application.objects.filter(pool=pool, state__in=Application.LIVE)
    live.filter(held_until__gt=pool.starts_at).update(held_until=pool.starts_at)
    add_notices(Notice.Kind.MOVED, list(live.values_list("pk", flat=True)), now=now, occasion=now.isoformat())


def _check_size(pool: SeatPool) -> None:
    if not 1 <= pool.capacity <= LARGEST_POOL:
        raise CapacityUsed(_("Give a number of seats from 1 to %(most)s.") % {"most": LARGEST_POOL})
    if not 0 <= pool.share <= LARGEST_SHARE:
        raise Frozen(_("At most 60 % of the seats can be reserved."))


def _window(pool: SeatPool) -> timedelta:
    return timedelta(days=pool.policy.seat_terms.window_days)


def _refuse(problem: Problem | None, pool: SeatPool) -> None:
    if problem is not None:
        raise UnusableTimes(str(PROBLEMS[problem]) % {"days": pool.policy.seat_terms.window_days})


def _first_due(times: Times, now: datetime) -> datetime:
    return min(moment for moment in (times.opens_at, times.releases_at, times.starts_at) if moment > now)
