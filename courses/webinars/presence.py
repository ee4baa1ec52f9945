"""How long somebody was there, and whether that is enough."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

NO_TIME = timedelta(0)


@dataclass(frozen=True)
class Stay:
    """Somebody was in the meeting from one moment to another. One that ends before it begins is none."""

    joined_at: datetime
    left_at: datetime


def time_present(stays: Iterable[Stay], *, starts_at: datetime, ends_at: datetime) -> timedelta:
    """Return how much of the session somebody was there: the union of their stays, so two devices count once."""
    present, until = NO_TIME, starts_at
    for stay in sorted(stays, key=lambda stay: stay.joined_at):
        begins, ends = max(stay.joined_at, until), min(stay.left_at, ends_at)
        if ends > begins:
            present += ends - begins
            until = ends
    return present


def minutes_present(stays: Iterable[Stay], *, starts_at: datetime, ends_at: datetime) -> int:
    """Return whole minutes of presence within the session, rounded down: what a certificate may state."""
    return time_present(stays, starts_at=starts_at, ends_at=ends_at) // timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """How much presence counts as having attended: a share of the session, or minutes, whichever is reached first."""

    percent: int | None = 80
    minutes: int | None = None

    def needed(self, *, starts_at: datetime, ends_at: datetime) -> timedelta:
        """Return the presence that is enough; of a rule that asks nothing, any presence at all."""
        asked = []
        if self.percent is not None:
            asked.append((ends_at - starts_at) * self.percent / 100)
        if self.minutes is not None:
            asked.append(min(timedelta(minutes=self.minutes), ends_at - starts_at))
        return min(asked, default=NO_TIME)

    def is_met(self, stays: Iterable[Stay], *, starts_at: datetime, ends_at: datetime) -> bool:
        present = time_present(stays, starts_at=starts_at, ends_at=ends_at)
        return present > NO_TIME and present >= self.needed(starts_at=starts_at, ends_at=ends_at)
