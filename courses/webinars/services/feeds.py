"""What calendars are told of webinars, and the address under which somebody's own calendar reads it."""

from urllib.parse import urlsplit

from django.conf import settings

from courses.webinars.calendar import Entry
from courses.webinars.models import CalendarFeed, Webinar
from courses.webinars.models.feeds import new_token
from lms.accounts.models import User


def feed_of(person: User) -> CalendarFeed:
    """Return somebody's feed, made when it is first asked for."""
    feed, _is_new = CalendarFeed.objects.get_or_create(person=person)
    return feed


def renew_feed(person: User) -> None:
    """Give somebody's feed another address; the old one leads nowhere from now on."""
    CalendarFeed.objects.update_or_create(person=person, defaults={"token": new_token()})


def entry_of(webinar: Webinar, *, language: str, text: str = "") -> Entry:
    """Return what a calendar needs to know of a webinar with a date, in a language."""
    label = webinar.label_in(language)
    address = f"{settings.SITE_URL}{label['path']}"
    starts_at, ends_at = webinar.when
    return Entry(
        uid=f"webinar-{webinar.translation_key}@{urlsplit(settings.SITE_URL).hostname}",
        stamp=webinar.changed_at or starts_at,
        sequence=webinar.revision,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=webinar.zone,
        title=label["title"],
        text=f"{text}\n\n{address}".strip(),
        url=address,
        language=language,
        is_off=webinar.called_off_at is not None,
    )
