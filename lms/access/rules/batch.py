"""Seats of a cohort with a deadline, given in one run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from lms.access.rules.ballot import carry_ahead, draw, seats_by_carry_over
from lms.access.rules.seats import OPEN, RESERVED, Seats

OPEN_FIRST, RESERVED_FIRST = "open_first", "reserved_first"


@dataclass(frozen=True)
class Applicant:
    who: str
    is_priority: bool
    merit: Decimal = Decimal(0)
    is_carried: bool = False


@dataclass(frozen=True)
class Allocation:
    """pools: who is seated -> in which pool, in the order in which seats were given; waiting: the others, in order."""

    pools: dict[str, str]
    waiting: list[Applicant]


def allocate(applicants: Iterable[Applicant], size: Seats, *, salt: str, precedence: str) -> Allocation:
    """Seat the applicants by merit, higher first, and by the ballot among equals; each is there once.

    precedence: RESERVED_FIRST makes the reserve a minimum for priority; OPEN_FIRST gives it over and above what
    priority gets of the open seats. What priority cannot fill of the reserve goes to the next in order.
    """
    ordered = sorted(applicants, key=lambda applicant: (applicant.merit.copy_negate(), draw(salt, applicant.who)))
    pools: dict[str, str] = {}

    def give(pool: str, order: Sequence[Applicant], seats: int) -> None:
        remaining: Iterator[str] = (applicant.who for applicant in order if applicant.who not in pools)
        for who in islice(remaining, seats):
            pools[who] = pool

    def give_reserved() -> None:
        priority = [applicant for applicant in ordered if applicant.is_priority and applicant.who not in pools]
        give(RESERVED, carry_ahead(priority, seats_by_carry_over(size.reserved)), size.reserved)

    def give_open() -> None:
        remaining = [applicant for applicant in ordered if applicant.who not in pools]
        give(OPEN, carry_ahead(remaining, seats_by_carry_over(size.open)), size.open)

    for give_pool in (give_reserved, give_open) if precedence == RESERVED_FIRST else (give_open, give_reserved):
        give_pool()
    give(RESERVED, ordered, size.total - len(pools))
    return Allocation(pools, [applicant for applicant in ordered if applicant.who not in pools])
