"""Reserved seats for groups: kept for an institution, offered to the learners it names, given back at the release.

Each verb locks people before the pool, as everywhere.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from lms.access.errors import CannotBeKept, CannotBeNamed
from lms.access.models import Application, Seat, SeatBlock, SeatPool
from lms.access.queries.blocks import most_to_keep
from lms.access.queries.decisions import with_priority
from lms.access.queries.seats import free_seats, seats_in
from lms.access.rules.seats import RESERVED, Grant
from lms.access.services.seats import give_seats, lock_pool, resettle
from lms.accounts.models import Institution, User

State = Application.State


@transaction.atomic
def keep_block(pool_id: int, institution: Institution, *, seats: int, by: User, now: datetime) -> SeatBlock:
    """Keep free reserved seats for learners whom a verified institution will name. Raises CannotBeKept."""
    pool, now = lock_pool(pool_id, now=now)
    _refuse_late(pool, now)
    if not institution.is_verified:
        raise CannotBeKept(_("This institution has not been checked yet. Check it first, under Institutions."))
    if SeatBlock.objects.filter(pool=pool, institution=institution, ended_at=None).exists():
        raise CannotBeKept(
            _("Seats are kept for this institution already. Give those back first, to keep another number.")
        )
    size, most = seats_in(pool), most_to_keep(pool)
    if not 1 <= seats <= most:
        raise CannotBeKept(
            _(
                "At most %(most)s can be kept for one group: a fifth of the %(reserve)s reserved seats, as far as they are free."
            )
            % {"most": most, "reserve": size.reserved}
        )
    block = SeatBlock.objects.create(
        pool=pool, institution=institution, seats=seats, reserve=size.reserved, made_at=now, by=by
    )
    Seat.objects.filter(pk__in=free_seats(pool, at_most=seats)[RESERVED]).update(block=block)
    resettle(pool, now=now)
    return block


@transaction.atomic
def give_back_block(block_id: int, *, now: datetime) -> None:
    """Give back the seats for which nobody is named; who is named keeps theirs. A second call changes nothing."""
    block = SeatBlock.objects.get(pk=block_id)
    pool, now = lock_pool(block.pool_id, now=now)
    if SeatBlock.objects.filter(pk=block.pk, ended_at=None).update(ended_at=now):
        Seat.objects.filter(block=block).update(block=None)
    resettle(pool, now=now)


@transaction.atomic
def name_learners(block_id: int, emails: Sequence[str], *, now: datetime) -> int:
    """Offer seats of a block to people, given by their addresses, and return to how many; all of the list or nothing.

    Who was named before and still has the seat may be on the list again. Raises CannotBeNamed, which names the row, and
    CannotBeKept where it is too late or too early.
    """
    block = SeatBlock.objects.get(pk=block_id)
    if len(emails) > block.seats:
        raise CannotBeNamed(
            _("The list has %(rows)s rows, and %(seats)s seats are kept. Name at most so many.")
            % {"rows": len(emails), "seats": block.seats}
        )
    found = User.objects.annotate(lower=Lower("email")).filter(
        lower__in={email.lower() for email in emails}, is_active=True
    )
    people = {
        person.email.lower(): person for person in found.select_for_update(no_key=True, of=("self",)).order_by("pk")
    }
    prioritised = with_priority([person.pk for person in people.values()], now)
    pool, now = lock_pool(block.pool_id, now=now)
    block.refresh_from_db()
    _refuse_late(pool, now)
    if block.ended_at is not None:
        raise CannotBeKept(_("The seats of this group were given back."))
    if not pool.times.takes_applications(now):
        raise CannotBeKept(_("Learners can be named from the day on which applications open."))
    applications = Application.objects.filter(pool=pool, person__in=people.values(), state__in=Application.LIVE)
    live = {application.person_id: application for application in applications}
    seats = list(Seat.objects.filter(block=block, application=None).order_by("number").values_list("pk", flat=True))
    named: dict[int, User] = {}
    for row, email in enumerate(emails, 1):
        person = people.get(email.lower())
        application = live.get(person.pk) if person else None
        is_seated = application is not None and application.is_seated
        if application is not None and is_seated and application.block_id == block.pk:
            continue
        problem = ""
        if person is None:
            problem = _(
                "Nobody has an account with this address. Ask the learner to make one, or which address it has."
            )
        elif person.pk in named:
            problem = _("This address is on the list twice. Take one of them off.")
        elif is_seated:
            problem = _("This person has a seat already. Take them off the list.")
        elif person.pk not in prioritised and not (application and application.is_priority):
            problem = _(
                "This person has no priority, which a reserved seat asks for. They can ask for it on their page."
            )
        elif len(named) == len(seats):
            problem = _("No seat of the group is left for this person. Take them off the list.")
        if problem or person is None:
            raise CannotBeNamed(f"{_('Row %(row)s, %(email)s.') % {'row': row, 'email': email}} {problem}")
        named[person.pk] = person
    _offer(pool, block, list(named.values()), live, seats, now=now)
    resettle(pool, now=now)
    return len(named)


def _offer(
    pool: SeatPool,
    block: SeatBlock,
    people: Sequence[User],
    live: dict[int, Application],
    seats: list[int],
    *,
    now: datetime,
) -> None:
    """Hold a seat of the block for each of these people, as for everybody who is offered one."""
    new = []
    for person in people:
        if person.pk not in live:
            key = f"1{pool.next_number:010}"  # of no use, since they do not wait
            new.append(
                Application(
                    pool=pool,
                    person=person,
                    number=pool.next_number,
                    joined_at=now,
                    is_priority=True,
                    open_key=key,
                    reserved_key=key,
                )
            )
            pool.next_number += 1
    Application.objects.bulk_create(new)
    ids = [live[person.pk].pk for person in people if person.pk in live] + [one.pk for one in new]
    Application.objects.filter(pk__in=ids).update(block=block, is_priority=True)
    until = pool.times.held_until(now)
    give_seats(pool, [Grant(str(pk), RESERVED, until) for pk in ids], {RESERVED: seats}, now=now)


def _refuse_late(pool: SeatPool, now: datetime) -> None:
    if pool.closed_at is not None:
        raise CannotBeKept(_("This has been called off, so no seats can be kept for anybody."))
    if pool.times.has_released(now):
        raise CannotBeKept(_("The reserved seats are released already, so none can be kept for a group any more."))
