from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

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


def _offset(moment: datetime) -> str:
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{hours}:{rest:02}" if rest else f"{sign}{hours}"
