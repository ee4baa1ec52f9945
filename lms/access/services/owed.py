"""An appeal that is upheld after a run has begun: one of the reserved seats of its next run is the person's.

A sweep gives the seat as soon as the next run has a pool, so opening a pool knows nothing of it; it is held for the person until
reserved seats are released.
"""

from datetime import datetime

from django.db import transaction

from lms.access.models import AccessAppeal, Application, OwedSeat, SeatPool
from lms.access.queries.owed import gives_owed_seats, missed_by, run_that_gives
from lms.access.queries.seats import free_seats, live_application
from lms.access.rules.seats import OPEN, RESERVED, Grant
from lms.access.services.mails import tell_seat_owed
from lms.access.services.seats import give_seats, lock_pool, resettle
from lms.accounts.models import User

State = Application.State


@transaction.atomic
def owe_seats(appeal: AccessAppeal, *, now: datetime) -> list[OwedSeat]:
    """Owe somebody whose appeal is upheld a seat for each run that they missed by it, and tell them where it is yet to come.

    The caller holds the person's row. The sweep gives the seats in transactions of their own: this one holds pools already.
    """
    owed = []
    for missed in missed_by(appeal).select_related("pool", "person"):
        one = OwedSeat.objects.create(missed=missed, appeal=appeal, after=missed.pool, made_at=now)
        _before, pool = run_that_gives(missed.pool, now=now)
        if pool is None or not free_seats(pool, at_most=1)[RESERVED]:
            tell_seat_owed(one)
        owed.append(one)
    return owed


@transaction.atomic
def give_owed_seat(owed_id: int, *, now: datetime) -> bool:
    """Hold a reserved seat of the next run for whom it is owed to, and say whether it is given; a second call changes nothing.

    A next run that is called off, has released its reserve or never had one leaves it to the run after it.
    """
    owed = OwedSeat.objects.select_related("missed").get(pk=owed_id)
    person = User.objects.select_for_update(no_key=True).get(pk=owed.missed.person_id)
    owed.refresh_from_db()
    if owed.given_at is not None:
        return True
    owed.after, pool = run_that_gives(owed.after, now=now)
    application = None
    if pool is not None:
        pool, then = lock_pool(pool.pk, now=now)
        if gives_owed_seats(pool, now=then) and (application := _give(pool, person, now=then)):
            is_first = not OwedSeat.objects.filter(given=application).exists()
            owed.given, owed.given_at = application if is_first else None, then
        resettle(pool, now=then)
    owed.save(update_fields=["after", "given", "given_at"])
    return application is not None


def _give(pool: SeatPool, person: User, *, now: datetime) -> Application | None:
    """Hold a free reserved seat until the release; None where there is none.

    Whoever has a seat already keeps that one; an open seat that is only offered may yet lapse, so it is waited for.
    """
    until = max(pool.releases_at, pool.times.held_until(now))
    application = live_application(pool, person)
    if application and application.state == State.HELD and application.seat and application.seat.kind == OPEN:
        return None
    if application is None or not application.is_seated:
        seats = free_seats(pool, at_most=1)[RESERVED]
        if not seats:
            return None
        if application is None:
            key = f"1{pool.next_number:010}"  # of no use, since they do not wait
            application = Application.objects.create(
                pool=pool,
                person=person,
                number=pool.next_number,
                joined_at=now,
                is_priority=True,
                open_key=key,
                reserved_key=key,
            )
            pool.next_number += 1
        Application.objects.filter(pk=application.pk).update(is_priority=True)
        give_seats(pool, [Grant(str(application.pk), RESERVED, until)], {RESERVED: seats}, now=now)
    Application.objects.filter(pk=application.pk, state=State.HELD).update(held_until=until)
    return application
