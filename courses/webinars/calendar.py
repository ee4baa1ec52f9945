"""Calendar files. Source: RFC 5545, Internet Calendaring and Scheduling Core Object Specification."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

CONTENT_TYPE = "text/calendar; charset=utf-8"
REMINDED_BEFORE = (timedelta(days=1), timedelta(minutes=30))
AROUND = timedelta(days=370)  # of a zone's rules told before the first event and after the last: a whole year


@dataclass(frozen=True)
class Entry:
    """What a calendar needs to know of an event. uid: the same for ever; sequence: grows with every change; stamp: last changed.

    zone: whose clock it is held by; it stays at that hour for calendars, also where the zone's rules change.
    """

    uid: str
    stamp: datetime
    sequence: int
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    title: str
    text: str
    url: str
    language: str
    is_off: bool = False


def calendar_file(entries: Sequence[Entry], *, name: str = "") -> bytes:
    """Return an iCalendar file with these events, their zones described, each with alarms unless it is called off."""
    calendar = Calendar()
    calendar.add("prodid", "-//Genomed//Webinars//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for key in sorted({entry.zone.key for entry in entries} - {"UTC"}):
        moments = [entry.starts_at for entry in entries if entry.zone.key == key]
        calendar.add_component(_zone(ZoneInfo(key), min(moments) - AROUND, max(moments) + AROUND))
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("last-modified", entry.stamp.astimezone(UTC))
    event.add("sequence", entry.sequence)
    zone = UTC if entry.zone.key == "UTC" else entry.zone
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", _text(entry.title), parameters={"LANGUAGE": entry.language})
    event.add("description", _text(entry.text), parameters={"LANGUAGE": entry.language})
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    for before in () if entry.is_off else REMINDED_BEFORE:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", _text(entry.title))
        event.add_component(alarm)
    return event


def _text(words: str) -> str:
    """Return words without control characters, which have no place in a calendar. Source: RFC 5545, 3.3.11."""
    return "".join(char for char in words if char in "\t\n" or (ord(char) >= 32 and ord(char) != 127))


# -- Zones ---------------------------------------------------------------------------------------------------------


def _zone(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """Return how a zone's clocks go between two moments: one part for each time they change, the first for before."""
    described = Timezone()
    described.add("tzid", zone.key)
    before = first.astimezone(zone)
    for moment in (first, *_changes(zone, first, last)):
        after = moment.astimezone(zone)
        part = TimezoneDaylight() if after.dst() else TimezoneStandard()
        # The moment of a change is told by the clock as it went before it. Source: RFC 5545, 3.6.5.
        part.add("dtstart", (moment + (before.utcoffset() or timedelta())).replace(tzinfo=None))
        part.add("tzoffsetfrom", before.utcoffset())
        part.add("tzoffsetto", after.utcoffset())
        part.add("tzname", after.tzname())
        described.add_component(part)
        before = after
    return described


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the moments between two at which a zone's distance from UTC changes, to the minute."""
    moment = first.astimezone(UTC).replace(second=0, microsecond=0)
    while moment < last:
        following = moment + timedelta(days=1)
        if _offset(moment, zone) != _offset(following, zone):
            low, high = moment, following
            while high - low > timedelta(minutes=1):
                middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
                low, high = (middle, high) if _offset(middle, zone) == _offset(low, zone) else (low, middle)
            yield high
        moment = following


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
