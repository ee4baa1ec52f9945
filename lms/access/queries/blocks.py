"""Reserved seats that are kept for groups, and who is named for them."""

from django.db.models import Count, Q, QuerySet

from lms.access.models import Application, SeatBlock, SeatPool
from lms.access.queries.seats import free_seats, seats_in
from lms.access.rules.seats import RESERVED, largest_block


def blocks_of(pool: SeatPool) -> QuerySet[SeatBlock]:
    """Return the blocks of a pool, the newest first, each with how many learners have or are offered a seat of it."""
    seated = Count("named", filter=Q(named__state__in=Application.SEATED))
    return pool.blocks.select_related("institution").annotate(seated=seated).order_by("-made_at", "-pk")


def most_to_keep(pool: SeatPool) -> int:
    """Return how many seats can be kept for one more group: a fifth of the reserve, and no more than nobody has."""
    most = largest_block(seats_in(pool))
    return len(free_seats(pool, at_most=most)[RESERVED]) if most else 0


def named_for(block: SeatBlock) -> QuerySet[Application]:
    """Return the applications of who was named for a block, as they stand, the newest first."""
    return block.named.select_related("person").order_by("-number")
