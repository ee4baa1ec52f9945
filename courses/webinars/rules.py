from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from lms.access.rules.seats import split
from lms.access.rules.terms import SeatTerms
from lms.access.rules.times import Times
from lms.access.rules.windows import Windows, first_windows, moved_windows

JOIN_OPENS = timedelta(minutes=15)  # before the start; told to people on the page and to editors in the CMS
HOSTS_COME = timedelta(minutes=30)
ASKING_ENDS = timedelta(hours=24)  # after the end
FEEDBACK_CLOSES = timedelta(days=14)  # after the end


@dataclass(frozen=True)
class ZonedTimes:
    """A session as a clock in one zone shows it. place: the zone's city, offset: its distance from UTC, as in +5:45."""

    place: str
    offset: str
    starts_at: datetime
    ends_at: datetime

    @property
    def machine_time(self) -> str:
        """The start as HTML's time element takes it, in UTC."""
        return self.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")

    @property
    def ends_on_another_day(self) -> bool:
        return self.starts_at.date() != self.ends_at.date()


def zoned_times(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> ZonedTimes:
    """Return when a session begins and ends in a zone, with the zone named."""
    start = starts_at.astimezone(zone)
    return ZonedTimes(
        place=str(getattr(zone, "key", zone)).rpartition("/")[2].replace("_", " "),
        offset=_offset(start),
        starts_at=start,
        ends_at=ends_at.astimezone(zone),
    )


def is_utc(moment: datetime, zone: tzinfo) -> bool:
    """Say whether a zone's clock shows UTC at this moment."""
    return moment.astimezone(zone).utcoffset() == moment.astimezone(UTC).utcoffset()


def may_join(*, starts_at: datetime | None, ends_at: datetime | None, now: datetime, is_host: bool = False) -> bool:
    """Say whether the door to the meeting is open: from 15 minutes before the start until the end, for hosts from 30."""
    before = HOSTS_COME if is_host else JOIN_OPENS
    return starts_at is not None and ends_at is not None and starts_at - before <= now < ends_at


class Settled(StrEnum):
    """What the organisers make of a question to the speakers."""

    OPEN = "open"
    ANSWERED = "answered"
    HIDDEN = "hidden"


def may_ask(ends_at: datetime | None, *, now: datetime) -> bool:
    """Say whether people registered can ask and vote: until a day after the end."""
    return ends_at is not None and now < ends_at + ASKING_ENDS


def may_give_feedback(*, ends_at: datetime | None, now: datetime) -> bool:
    """Say whether people may tell how a webinar was: from its end, for 14 days."""
    return ends_at is not None and ends_at <= now < ends_at + FEEDBACK_CLOSES


class Attended(Protocol):
    """What a webinar says about the lesson that it counts as."""

    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def study_counts(self) -> bool: ...


def is_done_by_hand(webinars: Collection[Attended], *, now: datetime) -> bool:
    """Say whether learners may mark a lesson as done by themselves. webinars: those that count as it.

    They may if there is none, or one that is over says that studying it afterwards counts.
    """
    over = [webinar for webinar in webinars if webinar.ends_at is not None and webinar.ends_at <= now]
    return not webinars or any(webinar.study_counts for webinar in over)


# -- Seats ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeatWishes:
    """What an organiser says about the seats of a webinar; None where they leave it to the policy, or as it is."""

    capacity: int
    reserved_percent: int | None
    opens_early_at: datetime | None
    opens_at: datetime | None
    starts_at: datetime

    @property
    def share(self) -> Decimal | None:
        return None if self.reserved_percent is None else Decimal(self.reserved_percent) / 100

    def has_reserve(self, terms: SeatTerms) -> bool:
        return split(self.capacity, terms.reserved_share if self.share is None else self.share).reserved > 0


def first_times(wishes: SeatWishes, terms: SeatTerms, *, now: datetime) -> Windows:
    """Return the times of a pool that is opened at this moment.

    People apply from now on, and the seats open to all once the policy's early window is over; without reserved seats at
    once where that would be too long.
    """
    opens_early_at = wishes.opens_early_at or min(now, wishes.opens_at or now)
    opens_at = wishes.opens_at or opens_early_at + timedelta(days=terms.window_days)
    if wishes.opens_at is None and opens_at >= wishes.starts_at and not wishes.has_reserve(terms):
        opens_at = opens_early_at
    return first_windows(
        opens_early_at=opens_early_at,
        opens_at=opens_at,
        starts_at=wishes.starts_at,
        release_days=terms.release_days_webinar,
    )


def moved_times(wishes: SeatWishes, old: Times, *, now: datetime) -> Windows:
    """Return the times of a pool after its webinar was edited."""
    return moved_windows(
        old,
        opens_early_at=wishes.opens_early_at or old.opens_early_at,
        opens_at=wishes.opens_at or old.opens_at,
        starts_at=wishes.starts_at,
        now=now,
    )


def _offset(moment: datetime) -> str:
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"
