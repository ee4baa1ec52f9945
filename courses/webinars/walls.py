"""The hour on the organiser's clock, which is what was promised: it holds where a country changes the rules of its clocks.

Kept as text in the form of RFC 9557, such as 2027-03-28T14:00+05:45[Asia/Kathmandu]: the clock, its distance from UTC by the
rules of the day on which it was written, and the zone.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchHour(ValueError):
    """The clocks of a zone go forward over this hour."""


def instant_of(clock: datetime, zone: str) -> datetime:
    """Return the moment at which a zone's clock shows this (a datetime without zone); of two, the first. Raises NoSuchHour."""
    moment = clock.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != clock:
        raise NoSuchHour
    return moment


def wall_of(moment: datetime, zone: str) -> str:
    """Return what a zone's clock shows at a moment, to be kept."""
    return f"{moment.astimezone(ZoneInfo(zone)).isoformat(timespec='minutes')}[{zone}]"


def clock_of(wall: str) -> datetime:
    """Return what the clock shows, without zone."""
    return datetime.fromisoformat(wall.partition("[")[0]).replace(tzinfo=None)


def held_to_clock(wall: str, moment: datetime | None, zone: str) -> tuple[str, datetime | None]:
    """Return what was kept of a start, and the start, by the rules of today.

    Where the moment is still the one that was kept, its clock holds: it moves if the zone's rules have changed since. Any
    other moment, or another zone, was set anew, and is kept from now on.
    """
    if moment is None:
        return "", None
    if wall.endswith(f"[{zone}]") and datetime.fromisoformat(wall.partition("[")[0]) == moment.replace(
        second=0, microsecond=0
    ):
        clock = clock_of(wall)
        if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0) != clock:
            moment = clock.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    return wall_of(moment, zone), moment
