"""The catalogue's webinars get dates around today, and seats where they are limited."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from courses.webinars.models import WebinarPage
from lms.accounts.models import User
from lms.operations.demo import seats
from lms.operations.models import LoadedItem

# What the demo's webinars are told by when it is taken out again; nobody meets there.
MEETING_PREFIX = "https://meet.demo.example.org/"
# Days from today, hour and time zone of the webinars in the catalogue's order: one past, the others to come.
WEBINAR_TIMES = ((-16, 14, "Africa/Nairobi"), (6, 15, "Europe/London"), (20, 18, "Asia/Kolkata"), (41, 16, "UTC"))


def date_webinars(now: datetime, *, applicants: Sequence[User], organisers: Sequence[User]) -> None:
    """Give the catalogue's webinars dates around today, organisers, and seats where they are limited.

    One that an editor has dated is left alone.
    """
    phases = iter(seats.PHASES)
    webinars = WebinarPage.objects.live().filter(starts_at=None, locale__language_code="en").order_by("path")
    for number, (webinar, (days, hour, zone)) in enumerate(zip(webinars, WEBINAR_TIMES, strict=False), start=1):
        day = (now + timedelta(days=days)).date()
        webinar.starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
        webinar.time_zone = zone
        webinar.meeting_url = f"{MEETING_PREFIX}{number}"
        webinar.organisers.set(organisers)
        phase = next(phases, None) if webinar.capacity and webinar.starts_at > now else None
        if phase:
            seats.give_seats(webinar, phase, now=now)
        _publish_as_loaded(webinar)
        if phase:
            seats.apply_for_seats(webinar, phase, applicants, now=now)


def _publish_as_loaded(page: WebinarPage) -> None:
    """Publish what the demo changed as if it had been loaded so: a later load_content is not to take it for an edit."""
    loaded = LoadedItem.objects.filter(object_id=page.pk, name__startswith="webinar:").first()
    was_as_loaded = loaded is not None and loaded.revision_id == page.latest_revision_id
    revision = page.save_revision()
    revision.publish()
    if loaded and was_as_loaded:
        loaded.revision_id = revision.pk
        loaded.save()


def undate_webinars() -> None:
    for webinar in WebinarPage.objects.filter(meeting_url__startswith=MEETING_PREFIX):
        if not seats.forget_seats(webinar):
            continue
        webinar.starts_at, webinar.time_zone, webinar.meeting_url = None, "UTC", ""
        _publish_as_loaded(webinar)
