"""Links that open a web calendar with an event filled in, for people whose calendar takes no file.

Sources: the parameters of Google's event template (action=TEMPLATE, text, dates, details), of Outlook's compose deep link
(path, rru, subject, startdt, enddt, body), and of Yahoo's event form (v=60, title, st, et, desc).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

LONGEST_TITLE = 150  # characters; each may take twelve bytes in an address, and 2,000 are safe in all of them


@dataclass(frozen=True)
class CalendarLink:
    """name: of the calendar, a brand."""

    name: str
    url: str


def calendar_links(*, title: str, page_url: str, starts_at: datetime, ends_at: datetime) -> tuple[CalendarLink, ...]:
    """Return the links for an event; times go in UTC, so that each calendar shows them by its owner's clock."""
    title = _clipped(title)
    compact = [f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" for moment in (starts_at, ends_at)]
    extended = [f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for moment in (starts_at, ends_at)]
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": extended[0],
        "enddt": extended[1],
        "body": page_url,
    }
    google = {"action": "TEMPLATE", "text": title, "dates": "/".join(compact), "details": page_url}
    yahoo = {"v": "60", "title": title, "st": compact[0], "et": compact[1], "desc": page_url}
    return (
        CalendarLink("Google", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        CalendarLink("Outlook.com", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
        CalendarLink("Office 365", f"https://outlook.office.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
        CalendarLink("Yahoo", f"https://calendar.yahoo.com/?{urlencode(yahoo)}"),
    )


def _clipped(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
