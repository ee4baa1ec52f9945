"""How far away a session is, as people say it: by the clock while it is near, by the days of the reader's calendar beyond."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum, auto

NEAR = timedelta(hours=6)  # so long hours say more than the day does
DAYS_COUNTED = 13  # then weeks

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Way(Enum):
    """What a number counts, and from when."""

    IN_MINUTES = auto()
    IN_HOURS = auto()
    TOMORROW = auto()
    IN_DAYS = auto()
    IN_WEEKS = auto()
    BEGAN_MINUTES_AGO = auto()
    BEGAN_HOURS_AGO = auto()
    ENDED_MINUTES_AGO = auto()
    ENDED_HOURS_AGO = auto()
    YESTERDAY = auto()
    DAYS_AGO = auto()
    WEEKS_AGO = auto()


@dataclass(frozen=True)
class Distance:
    """So many of what the way counts; 0 minutes stand for less than one, and days that have a name of their own count as 1."""

    way: Way
    number: int


def distance(starts_at: datetime, ends_at: datetime, *, now: datetime, zone: tzinfo) -> Distance:
    """Return how far away a session is at a moment. zone: whose calendar says which day is tomorrow."""
    # In UTC, since within one zone Python subtracts what the clocks show, whatever they did in between.
    starts_at, ends_at, now = (moment.astimezone(UTC) for moment in (starts_at, ends_at, now))
    days = (starts_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if now < starts_at:
        if starts_at - now < NEAR or days == 0:
            return _counted(starts_at - now, Way.IN_MINUTES, Way.IN_HOURS)
        return _days(days, Way.TOMORROW, Way.IN_DAYS, Way.IN_WEEKS)
    if now < ends_at:
        return _counted(now - starts_at, Way.BEGAN_MINUTES_AGO, Way.BEGAN_HOURS_AGO)
    if now - ends_at < NEAR or days == 0:
        return _counted(now - ends_at, Way.ENDED_MINUTES_AGO, Way.ENDED_HOURS_AGO)
    return _days(-days, Way.YESTERDAY, Way.DAYS_AGO, Way.WEEKS_AGO)


def _counted(span: timedelta, minutes: Way, hours: Way) -> Distance:
    return Distance(minutes, span // MINUTE) if span < HOUR else Distance(hours, span // HOUR)


def _days(days: int, one: Way, few: Way, many: Way) -> Distance:
    if days == 1:
        return Distance(one, 1)
    return Distance(few, days) if days <= DAYS_COUNTED else Distance(many, days // 7)
