"""Meetings follow their pages, are made on their servers in time, and tell who came and what was recorded.

A meeting's look_at says when its server is asked next. Whoever asks moves it on before, so that nobody else does, and writes
the answer only where it still stands so: a page that was published meanwhile has the last word.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from courses.webinars.meeting_rules import MADE_BEFORE, WATCHED_EACH, next_look, pause_after
from courses.webinars.models import Meeting, Webinar, WebinarPage
from courses.webinars.providers.base import NoSuchMeeting, Provider, ProviderFault, Room
from courses.webinars.providers.choosing import provider_of
from courses.webinars.services.attendance import settle_attendance
from courses.webinars.services.presence import note_presence

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)  # longer than whoever asks a server takes
MOST_AT_ONCE = 500


def follow_meeting(webinar: Webinar, page: WebinarPage, *, now: datetime) -> None:
    """Make a meeting what its page says. Within the caller's transaction, which holds the webinar's row."""
    said: dict[str, Any] = {
        "provider": page.meeting_provider,
        "link": page.meeting_url,
        "is_recorded": page.meeting_is_recorded,
    }
    meeting, is_new = Meeting.objects.get_or_create(webinar=webinar, defaults={**said, "look_at": now})
    changed = {name: value for name, value in said.items() if getattr(meeting, name) != value}
    if changed and not is_new:
        if "provider" in changed:
            changed |= {"created": "", "attempts": 0}
        Meeting.objects.filter(pk=meeting.pk).update(**changed, look_at=now)


def meetings_due(*, now: datetime) -> Sequence[int]:
    """Return the meetings whose servers are to be asked for something, those first that wait longest."""
    return list(
        Meeting.objects.filter(look_at__lte=now).order_by("look_at").values_list("pk", flat=True)[:MOST_AT_ONCE]
    )


def look_after(meeting_id: int, *, now: datetime) -> None:
    """Do with a meeting what is due, unless somebody else does; whatever its server says, a later call goes on from there."""
    due = Meeting.objects.filter(pk=meeting_id, look_at__lte=now)
    if not due.update(look_at=now + LEASE):
        return
    meeting = Meeting.objects.select_related("webinar").get(pk=meeting_id)
    webinar = meeting.webinar
    provider = None if webinar.starts_at is None or webinar.called_off_at else _server_of(meeting)
    if provider is None:
        _put(meeting, look_at=None)
        return
    starts_at, ends_at = webinar.when
    look_at = next_look(starts_at=starts_at, ends_at=ends_at, now=now, is_recorded=meeting.is_recorded)
    if now < starts_at - MADE_BEFORE:
        _put(meeting, look_at=look_at)
    elif now >= ends_at:
        settle_attendance(webinar, now=now)
        _put(meeting, look_at=look_at, **_recorded(meeting, provider))
    elif meeting.created:
        _put(meeting, **{"look_at": look_at, **_watched(meeting, provider, now=now)})
    elif now < starts_at or meeting.attempts:
        prepare(meeting, provider, seconds=settings.MEETING_SERVER_SECONDS, now=now)
    else:
        _put(meeting, look_at=now)  # everybody has left, and whoever comes back has it made at the door


def claim_unmade(meeting: Meeting, *, now: datetime) -> bool:
    """Take it on oneself to have a meeting made; False if it is made, is being made, or its server failed a moment ago."""
    free = Meeting.objects.filter(Q(look_at=None) | Q(look_at__lte=now), pk=meeting.pk, created="")
    is_mine = bool(free.update(look_at=now + LEASE))
    meeting.refresh_from_db(fields=["created", "attempts", "look_at"])
    return is_mine


def prepare(meeting: Meeting, provider: Provider, *, seconds: float, now: datetime) -> bool:
    """Have the server make a meeting that the caller has claimed, and note how that went; say whether it holds it."""
    try:
        created = provider.prepare(room_of(meeting), seconds=seconds)
    except ProviderFault as fault:
        logger.warning("The meeting of webinar %s could not be made. %s", meeting.webinar_id, fault)
        attempts = min(meeting.attempts + 1, 1000)
        _put(meeting, attempts=attempts, look_at=now + pause_after(attempts))
        return False
    _put(meeting, created=created, attempts=0, look_at=now + WATCHED_EACH)
    return True


def room_of(meeting: Meeting) -> Room:
    """Return a meeting as its provider is told of it."""
    webinar = meeting.webinar
    label = webinar.label_in(settings.LANGUAGE_CODE)
    starts_at, ends_at = webinar.when
    return Room(
        name=meeting.room,
        title=label["title"],
        minutes=(ends_at - starts_at) // timedelta(minutes=1),
        home=f"{settings.SITE_URL}{label['path']}",
        is_recorded=meeting.is_recorded,
        created=meeting.created,
        link=meeting.link,
    )


def _server_of(meeting: Meeting) -> Provider | None:
    try:
        provider = provider_of(meeting.provider)
    except ProviderFault as fault:
        logger.warning("The meeting of webinar %s cannot be held. %s", meeting.webinar_id, fault)
        return None
    return provider if provider.has_server else None


def _watched(meeting: Meeting, provider: Provider, *, now: datetime) -> dict[str, Any]:
    """Note who is in a meeting; return what has changed about it."""
    try:
        seen = provider.attendance(room_of(meeting), seconds=settings.MEETING_SERVER_SECONDS)
    except NoSuchMeeting:
        return {"created": "", "look_at": now}
    except ProviderFault as fault:
        logger.warning("The meeting of webinar %s could not be watched. %s", meeting.webinar_id, fault)
        return {}
    note_presence(meeting.webinar, seen, now=now)
    return {}


def _recorded(meeting: Meeting, provider: Provider) -> dict[str, Any]:
    """Return the recordings that a server offers by now, where there may be any."""
    if not meeting.is_recorded:
        return {}
    try:
        found = provider.recordings(room_of(meeting), seconds=settings.MEETING_SERVER_SECONDS)
    except ProviderFault as fault:
        logger.warning("The recordings of webinar %s could not be asked for. %s", meeting.webinar_id, fault)
        return {}
    return {"recordings": [asdict(recording) for recording in found]}


def _put(meeting: Meeting, **facts: Any) -> None:
    Meeting.objects.filter(pk=meeting.pk, look_at=meeting.look_at).update(**facts)
    for name, value in facts.items():
        setattr(meeting, name, value)
