from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from lms.access.rules.ballot import Entry, Waiting, carry_ahead, draw, seats_by_carry_over
from lms.access.rules.seats import OPEN, RESERVED, Grant, Seats, block_seats_kept, fill, largest_block
from lms.access.rules.times import Moment, Times, has_lapsed

_open_key, _reserved_key = attrgetter("open_key"), attrgetter("reserved_key")


@dataclass
class _Block:
    seats: int
    named: set[str] = field(default_factory=set)


class RollingPool:
    """A pool in memory, to replay a history or to ask what would be; seats and waiting are there to be read.

    Each verb first moves the clock to `now`, which never goes back: holds that have ended lapse together and the free
    seats are filled; then it acts, and they are filled again.
    """

    def __init__(self, size: Seats, times: Times, salt: str):
        self.size, self.times, self.salt = size, times, salt
        self.now: Moment | None = None
        self.seats: dict[str, Grant] = {}
        self._entries: dict[str, Entry] = {}
        self._in_reserved_order: list[Entry] = []
        self._in_open_order: list[Entry] = []
        self._used = {RESERVED: 0, OPEN: 0}
        self._carried: set[str] = set()
        self._blocks: dict[str, _Block] = {}
        self._holds: deque[Grant] = deque()  # in the order in which they end, since each is as long
        self._next_number = 0

    @property
    def waiting(self) -> Waiting:
        if not any(who in self._entries for who in self._carried):
            return Waiting(self._in_reserved_order, self._in_open_order)
        seated = Counter(grant.pool for who, grant in self.seats.items() if who in self._carried)
        return Waiting(
            carry_ahead(self._in_reserved_order, seats_by_carry_over(self.size.reserved) - seated[RESERVED]),
            carry_ahead(self._in_open_order, seats_by_carry_over(self.size.open) - seated[OPEN]),
        )

    @property
    def used(self) -> Seats:
        return Seats(self._used[RESERVED], self._used[OPEN])

    @property
    def kept(self) -> int:
        """How many reserved seats are kept for groups that have not named a learner for them."""
        return sum(
            block_seats_kept(block.seats, named=len(block.named), times=self.times, now=self.now) - len(block.named)
            for block in self._blocks.values()
        )

    def tick(self, now: Moment) -> None:
        self.now = now
        while self._holds and has_lapsed(self._holds[0].until, now):
            held = self._holds.popleft()
            if self.seats.get(held.who) is held:
                self._free(held.who)
        self._fill()

    def apply(self, who: str, now: Moment, *, is_priority: bool, is_carried: bool = False) -> None:
        """Put somebody at the back of the list, if applications are taken and they are neither seated nor waiting.

        is_carried counts before t1 only: nobody goes ahead of a ballot that has been drawn.
        """
        self.tick(now)
        if not self.times.takes_applications(now) or who in self.seats or who in self._entries:
            return
        drawn = draw(self.salt, who) if self.times.is_drawn(now) else ""
        entry = Entry(who, is_priority, self._next_number, drawn, is_carried and drawn != "")
        self._next_number += 1
        if entry.is_carried:
            self._carried.add(who)
        self._join_list(entry)
        self._fill(applying=who)

    def accept(self, who: str, now: Moment) -> None:
        """Confirm the seat that is held for somebody, if there is one."""
        self.tick(now)
        if who in self.seats:
            self.seats[who] = replace(self.seats[who], until=None)

    def approve(self, who: str, now: Moment) -> None:
        """Make somebody who waits a priority applicant, with the place of their arrival."""
        self.tick(now)
        entry = self._entries.get(who)
        if entry is None or entry.is_priority:
            return
        self._leave_list(who)
        self._join_list(replace(entry, is_priority=True))
        self._fill()

    def cancel(self, who: str, now: Moment) -> None:
        """Take somebody's seat or place in the list away."""
        self.tick(now)
        if who in self.seats:
            self._free(who)
        elif who in self._entries:
            self._leave_list(who)
            self._carried.discard(who)
        self._fill()

    def keep_block(self, group: str, seats: int, now: Moment) -> None:
        """Keep free reserved seats for a group until the release: one block each, of a fifth of the reserve at most."""
        self.tick(now)
        most = min(largest_block(self.size), self.size.reserved - self._used[RESERVED] - self.kept)
        if group not in self._blocks and not self.times.has_released(now) and 1 <= seats <= most:
            self._blocks[group] = _Block(seats)

    def name(self, who: str, group: str, now: Moment, *, is_priority: bool) -> None:
        """Offer a seat of a group's block to one of its learners, if they have priority and no seat yet."""
        self.tick(now)
        block = self._blocks.get(group)
        if block is None or len(block.named) == block.seats or self.times.has_released(now):
            return
        if not self.times.takes_applications(now) or not is_priority or who in self.seats:
            return
        if who in self._entries:
            self._leave_list(who)
        else:
            self._next_number += 1
        block.named.add(who)
        self._seat(Grant(who, RESERVED, self.times.held_until(now)))

    def release_block(self, group: str, now: Moment) -> None:
        """Give back the seats of a block that nobody was named for; who was named keeps theirs."""
        self.tick(now)
        self._blocks.pop(group, None)
        self._fill()

    def _fill(self, *, applying: str | None = None) -> None:
        free = Seats(self.size.reserved - self._used[RESERVED] - self.kept, self.size.open - self._used[OPEN])
        for grant in fill(free, self.waiting, self.now, self.times, applying=applying):
            self._leave_list(grant.who)
            self._seat(grant)

    def _seat(self, grant: Grant) -> None:
        self.seats[grant.who] = grant
        self._used[grant.pool] += 1
        if grant.until is not None:
            self._holds.append(grant)

    def _free(self, who: str) -> None:
        self._used[self.seats.pop(who).pool] -= 1
        self._carried.discard(who)
        for block in self._blocks.values():
            block.named.discard(who)

    def _join_list(self, entry: Entry) -> None:
        self._entries[entry.who] = entry
        insort(self._in_open_order, entry, key=_open_key)
        if entry.is_priority:
            insort(self._in_reserved_order, entry, key=_reserved_key)

    def _leave_list(self, who: str) -> None:
        entry = self._entries.pop(who)
        _remove(self._in_open_order, entry, key=_open_key)
        if entry.is_priority:
            _remove(self._in_reserved_order, entry, key=_reserved_key)


def _remove(ordered: list[Entry], entry: Entry, *, key: Callable[[Entry], Any]) -> None:
    del ordered[bisect_left(ordered, key(entry), key=key)]
