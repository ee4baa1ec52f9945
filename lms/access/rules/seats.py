"""How many seats are reserved, and to whom free seats fall. Source: the access policy, sections 3, 4 and 9."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import floor

from lms.access.rules.ballot import Waiting
from lms.access.rules.times import Moment, Times

RESERVED, OPEN = "reserved", "open"
HELD, CONFIRMED = "held", "confirmed"

LARGEST_SHARE = Decimal("0.6")
USUAL_SHARE = Decimal("0.4")
HOLD_HOURS = 72  # for which an offered seat waits for its answer
EARLY_WINDOW = timedelta(days=7)  # at least, from the early opening to the general one


@dataclass(frozen=True)
class Seats:
    """Seats of each pool: how many there are, are used, or are free."""

    reserved: int
    open: int

    @property
    def total(self) -> int:
        return self.reserved + self.open


@dataclass(frozen=True)
class Grant:
    """A seat that falls to somebody. until: when the hold ends; None for a confirmed seat."""

    who: str
    pool: str
    until: Moment | None

    @property
    def state(self) -> str:
        return CONFIRMED if self.until is None else HELD


def split(capacity: int, share: Decimal) -> Seats:
    """Return how many seats are reserved and how many open; exact, and at least one is open."""
    rounded = floor(capacity * Fraction(share) + Fraction(1, 2))
    reserved = max(0, min(rounded, capacity - 1))
    return Seats(reserved, capacity - reserved)


def resize(seats: Seats, capacity: int, *, share: Decimal, used: Seats, times: Times, now: Moment) -> Seats:
    """Return the seats of a pool once its capacity has changed; the capacity is at least the number of seats used.

    The share counts until the release: an increase after it is all open. No pool becomes smaller than what is used of it.
    """
    reserved = seats.reserved if times.has_released(now) else split(capacity, share).reserved
    reserved = max(used.reserved, min(reserved, capacity - used.open))
    return Seats(reserved, capacity - reserved)


def largest_block(seats: Seats) -> int:
    """Return how many reserved seats one institution may ask for as a block: a fifth."""
    return seats.reserved // 5


def block_seats_kept(asked: int, *, named: int, times: Times, now: Moment) -> int:
    """Return how many seats of a block count as used: all until the release, from then on those with a learner's name."""
    return min(asked, named) if times.has_released(now) else asked


def fill(free: Seats, waiting: Waiting, now: Moment, times: Times, *, applying: str | None = None) -> list[Grant]:
    """Return to whom the free seats fall at this moment, in the order in which they are given.

    applying: who applies at this moment; a seat that falls to them is confirmed, every other is held. No more of the
    list is read than there are seats, so it may come from the database in its order.
    """
    until = times.held_until(now)
    grants: list[Grant] = []
    seated: set[str] = set()

    def give(pool: str, who: str) -> None:
        grants.append(Grant(who, pool, None if who == applying else until))
        seated.add(who)

    if times.gives_reserved_seats(now):
        for entry in islice(waiting.reserved, free.reserved):
            give(RESERVED, entry.who)
    in_open_order = (entry.who for entry in waiting.open if entry.who not in seated)
    if times.gives_open_seats(now):
        if times.has_released(now):
            for who in islice(in_open_order, free.reserved - len(grants)):
                give(RESERVED, who)
        for who in islice(in_open_order, free.open):
            give(OPEN, who)
    return grants
