"""What would become of a list under another number of seats, another share or other dates, tried on a copy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.access.rules.batch import Applicant, allocate
from lms.access.rules.rolling import RollingPool
from lms.access.rules.seats import Seats
from lms.access.rules.times import Moment, Times


@dataclass(frozen=True)
class Applied:
    """Somebody on the copy: who they are in the ballot, when they came, and under what. group: that named them, or ""."""

    who: str
    joined_at: Moment
    is_priority: bool
    is_carried: bool = False
    group: str = ""


@dataclass(frozen=True)
class Outcome:
    """How many would have a seat, and how many none, when it starts."""

    priority_seated: int
    standard_seated: int
    priority_waiting: int
    standard_waiting: int


def outcome(
    applied: Sequence[Applied],
    size: Seats,
    times: Times,
    *,
    salt: str,
    precedence: str | None = None,
    blocks: Mapping[str, int] | None = None,
) -> Outcome:
    """Return what comes of these applications if nobody else applies, and everybody takes the seat that falls to them.

    precedence: of a batch; None where seats are given as people come. blocks: group -> seats kept for it.
    """
    if precedence is not None:
        named = {one.who for one in applied if one.group}
        left = Seats(max(0, size.reserved - len(named)), size.open)
        applicants = [
            Applicant(one.who, one.is_priority, is_carried=one.is_carried) for one in applied if one.who not in named
        ]
        return _counted(applied, named | set(allocate(applicants, left, salt=salt, precedence=precedence).pools))
    pool = RollingPool(size, times, salt)
    for group, seats in (blocks or {}).items():
        pool.keep_block(group, seats, times.opens_early_at)
    moments = [times.opens_at, times.releases_at]
    for one in sorted(applied, key=lambda one: one.joined_at):
        while moments and moments[0] <= one.joined_at:
            _take_all(pool, moments.pop(0))
        pool.name(one.who, one.group, one.joined_at, is_priority=one.is_priority)
        pool.accept(one.who, one.joined_at)
        pool.apply(one.who, one.joined_at, is_priority=one.is_priority, is_carried=one.is_carried)
    for moment in moments:
        _take_all(pool, moment)
    return _counted(applied, set(pool.seats))


def _take_all(pool: RollingPool, moment: Moment) -> None:
    pool.tick(moment)
    for who in [who for who, seat in pool.seats.items() if seat.until is not None]:
        pool.accept(who, moment)


def _counted(applied: Sequence[Applied], seated: set[str]) -> Outcome:
    counts = {(tier, has_seat): 0 for tier in (True, False) for has_seat in (True, False)}
    for one in applied:
        counts[one.is_priority, one.who in seated] += 1
    return Outcome(counts[True, True], counts[False, True], counts[True, False], counts[False, False])
