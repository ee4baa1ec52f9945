from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from lms.access.rules.seats import EARLY_WINDOW, USUAL_SHARE, split
from lms.access.rules.times import Times

RELEASED_BEFORE = timedelta(days=7)  # the start. Source: the access policy, section 4
JOIN_OPENS = timedelta(minutes=15)  # before the start; told to people on the page and to editors in the CMS


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


def may_join(*, starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    """Say whether the link to the meeting is shown: from 15 minutes before the start until the end."""
    return starts_at is not None and ends_at is not None and starts_at - JOIN_OPENS <= now < ends_at


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

    @property
    def has_reserve(self) -> bool:
        return split(self.capacity, USUAL_SHARE if self.share is None else self.share).reserved > 0


def first_times(wishes: SeatWishes, *, now: datetime) -> dict[str, Any]:
    """Return the times of a pool that is opened at this moment, by the names of its fields.

    People apply from now on, and the seats open to all a week later; without reserved seats at once where a week is too
    long. Reserved seats are released a week before the start, but never before the seats open to all.
    """
    opens_early_at = wishes.opens_early_at or min(now, wishes.opens_at or now)
    opens_at = wishes.opens_at or opens_early_at + EARLY_WINDOW
    if wishes.opens_at is None and opens_at >= wishes.starts_at and not wishes.has_reserve:
        opens_at = opens_early_at
    return {
        "opens_early_at": opens_early_at,
        "opens_at": opens_at,
        "releases_at": max(opens_at, wishes.starts_at - RELEASED_BEFORE),
        "starts_at": wishes.starts_at,
    }


def moved_times(wishes: SeatWishes, old: Times, *, now: datetime) -> dict[str, Any]:
    """Return the times of a pool after its webinar was edited; the release keeps its distance from the start."""
    opens_at, releases_at = wishes.opens_at or old.opens_at, old.releases_at
    if not old.has_released(now):
        wanted = max(opens_at, wishes.starts_at - (old.starts_at - old.releases_at))
        releases_at = wanted if wanted == old.releases_at else max(wanted, now)
    return {
        "opens_early_at": wishes.opens_early_at or old.opens_early_at,
        "opens_at": opens_at,
        "releases_at": releases_at,
        "starts_at": wishes.starts_at,
    }


def _offset(moment: datetime) -> str:
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"
