"""Who comes first: the sealed ballot, the two orders, and carry-over from an earlier run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, TypeVar


def seal(salt: str) -> str:
    """Return what is published at t0 to prove at t1 that the salt, and so the ballot, was fixed before anybody joined."""
    return sha256(salt.encode()).hexdigest()


def draw(salt: str, who: str) -> str:
    """Return a person's place in the ballot, to be compared as text: the lower comes first."""
    return sha256(f"{salt}:{who}".encode()).hexdigest()


class Carried(Protocol):
    @property
    def is_carried(self) -> bool: ...


AnyCarried = TypeVar("AnyCarried", bound=Carried)


@dataclass(frozen=True)
class Entry:
    """Somebody who waits. number: in order of arrival; drawn: their place in the ballot, "" for who joined from t1 on.

    is_carried: ended the last run of the course on its list, and joined this one before t1.
    """

    who: str
    is_priority: bool
    number: int
    drawn: str = ""
    is_carried: bool = False

    @property
    def reserved_key(self) -> int:
        return self.number

    @property
    def open_key(self) -> tuple[bool, str, int]:
        """The same for all tiers: the ballot first, then by arrival."""
        return (not self.drawn, self.drawn, self.number)


@dataclass(frozen=True)
class Waiting:
    """A waiting list in its two orders: the priority applicants as reserved seats go to them, and everybody."""

    reserved: Sequence[Entry]
    open: Sequence[Entry]

    def joined_by(self, last: Entry) -> "Waiting":
        """Return the list with one more at the end of both orders, or of the open one alone without priority."""
        return Waiting([*self.reserved, *([last] if last.is_priority else [])], [*self.open, last])


def in_order(entries: Iterable[Entry], *, ahead_reserved: int = 0, ahead_open: int = 0) -> Waiting:
    """Put a waiting list in its two orders; ahead_...: how many seats of each pool may still go by carry-over."""
    everybody = list(entries)
    reserved = sorted((entry for entry in everybody if entry.is_priority), key=lambda entry: entry.reserved_key)
    open_order = sorted(everybody, key=lambda entry: entry.open_key)
    return Waiting(carry_ahead(reserved, ahead_reserved), carry_ahead(open_order, ahead_open))


def carry_ahead(ordered: Sequence[AnyCarried], at_most: int) -> list[AnyCarried]:
    """Return the order with the first of those carried over moved to its front; the others keep their places."""
    carried = [place for place, entry in enumerate(ordered) if entry.is_carried][: max(at_most, 0)]
    ahead = set(carried)
    return [ordered[place] for place in carried] + [entry for place, entry in enumerate(ordered) if place not in ahead]


def seats_by_carry_over(seats: int) -> int:
    """Return how many seats of a pool go to those carried over, ahead of everybody else: at most half."""
    return seats // 2


def carried_to_next_run(waiting: Iterable[AnyCarried]) -> list[AnyCarried]:
    """Return who of a list at its run's end goes ahead in the next run of the course: once only, so not those who did."""
    return [entry for entry in waiting if not entry.is_carried]
