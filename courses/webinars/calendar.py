"""Calendar files. Source: RFC 5545, Internet Calendaring and Scheduling Core Object Specification."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75  # octets, without the line break. Source: RFC 5545, 3.1


@dataclass(frozen=True)
class Event:
    """What a calendar needs to know. uid: the same for ever; sequence: grows with every change; stamp: last changed."""

    uid: str
    stamp: datetime
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    text: str
    url: str


def calendar_file(event: Event, *, language: str) -> bytes:
    """Return an iCalendar file with one event, its times in UTC so that every calendar shows its owner's own zone."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Genomed//Webinars//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escape(event.uid)}",
        f"DTSTAMP:{_utc(event.stamp)}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART:{_utc(event.starts_at)}",
        f"DTEND:{_utc(event.ends_at)}",
        f"SUMMARY;LANGUAGE={language}:{_escape(event.title)}",
        f"DESCRIPTION;LANGUAGE={language}:{_escape(event.text)}",
        f"URL:{event.url}",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_fold(line) + b"\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    # Source: RFC 5545, 3.3.11. Control characters have no place in TEXT.
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = text.replace("\r\n", "\\n").replace("\n", "\\n")
    return "".join(char for char in text if char == "\t" or (ord(char) >= 32 and ord(char) != 127))


def _fold(line: str) -> bytes:
    """Return a content line folded to 75 octets, never within a character."""
    folded, room = b"", LONGEST_LINE
    for char in line:
        octets = char.encode()
        if len(octets) > room:
            folded += b"\r\n "
            room = LONGEST_LINE - 1  # the space counts
        folded += octets
        room -= len(octets)
    return folded
