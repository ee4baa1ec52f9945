"""A webinar follows its pages: dated, moved and called off with them, and so are its seats."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.webinars.editing import ATTENDANCE, SHARED
from courses.webinars.models import Meeting, Webinar, WebinarPage
from courses.webinars.queries import applications_of
from courses.webinars.rules import SeatWishes, first_times, moved_times
from courses.webinars.services.mails import look_again, look_anew
from courses.webinars.services.meetings import follow_meeting
from courses.webinars.services.registrations import follow_seats
from lms.access.models import Application, SeatPool
from lms.access.queries.facts import seat_terms_of
from lms.access.services.pools import change_pool, close_pool, open_pool
from lms.access.services.seats import settle_pool
from lms.accounts.models import User


@transaction.atomic
def follow_pages(translation_key: UUID, *, now: datetime) -> SeatPool | None:
    """Make a webinar and its seats what its pages say, and return its pool; None where everybody may come.

    A second call changes nothing. Raises what open_pool and change_pool raise; the editor refuses all of it beforehand.
    """
    if (page := WebinarPage.leading(translation_key)) is not None and page.starts_at is not None:
        Webinar.objects.get_or_create(translation_key=translation_key)
    webinar = Webinar.objects.select_for_update(no_key=True).filter(translation_key=translation_key).first()
    if webinar is None:
        return None
    page = WebinarPage.leading(translation_key)  # once more, now that nobody else follows it
    if page is not None:
        _share_with_translations(page)
        webinar.organisers.set({*page.organisers.all(), page.owner} - {None})
    _follow(webinar, page, now=now)
    pool = webinar.pool if webinar.has_limited_seats else None
    if page is None:
        if pool and pool.starts_at > now:
            close_pool(pool.pk, now=now)
        return None
    wishes = page.seat_wishes
    if wishes is None:
        if pool and pool.next_number:
            return pool
        if webinar.pool:  # called off, or nobody has applied, so nothing is taken from anybody
            webinar.pool = None
            webinar.save(update_fields=["pool"])
        if pool:
            close_pool(pool.pk, now=now)
        return None
    if pool is None:
        return _open(webinar, wishes, now=now)
    if pool.starts_at > now:
        _change(pool, webinar, wishes, now=now)
    return pool


def _follow(webinar: Webinar, page: WebinarPage | None, *, now: datetime) -> None:
    """Write into the webinar what its pages say; whoever is registered is told what concerns them."""
    if page is None or page.starts_at is None:
        if webinar.is_open(now):
            _note(webinar, {"called_off_at": now}, now=now)
        return
    labels = _labels(webinar.translation_key)
    if labels != webinar.labels:
        webinar.labels = labels
        webinar.save(update_fields=["labels"])
    _follow_rule(webinar, page, now=now)
    _follow_lesson(webinar, page)
    follow_meeting(webinar, page, now=now)
    is_over = webinar.ends_at is not None and webinar.ends_at <= now and webinar.called_off_at is None
    said = {"starts_at": page.starts_at, "ends_at": page.ends_at, "time_zone": page.time_zone, "called_off_at": None}
    changed = {name: value for name, value in said.items() if getattr(webinar, name) != value}
    if changed and not (is_over and page.ends_at <= now):
        _note(webinar, changed, now=now)
    _follow_recording(webinar, page, now=now)


def _follow_recording(webinar: Webinar, page: WebinarPage, *, now: datetime) -> None:
    """Note when the recording of a webinar that is over stood on its page first; people are told of it."""
    if page.recording_id and webinar.recorded_at is None and webinar.ends_at is not None and webinar.ends_at <= now:
        webinar.recorded_at = now
        webinar.save(update_fields=["recorded_at"])
        look_again(webinar.registrations.all(), now=now)


def _follow_rule(webinar: Webinar, page: WebinarPage, *, now: datetime) -> None:
    """Take over how much presence is enough; not once people have been there and it holds for them."""
    rule = {name: getattr(page, name) for name in ATTENDANCE}
    is_over = webinar.ends_at is not None and webinar.ends_at <= now
    if not is_over and any(getattr(webinar, name) != value for name, value in rule.items()):
        for name, value in rule.items():
            setattr(webinar, name, value)
        webinar.save(update_fields=ATTENDANCE)


def _follow_lesson(webinar: Webinar, page: WebinarPage) -> None:
    """Take over what attending counts as, also afterwards: it can only add to what somebody has done."""
    said = (page.counts_as.translation_key if page.counts_as else None, page.study_counts)
    if said != (webinar.lesson_key, webinar.study_counts):
        webinar.lesson_key, webinar.study_counts = said
        webinar.save(update_fields=["lesson_key", "study_counts"])


def _note(webinar: Webinar, changed: dict[str, Any], *, now: datetime) -> None:
    for name, value in changed.items():
        setattr(webinar, name, value)
    webinar.revision += 1
    webinar.changed_at = now
    webinar.save(update_fields=[*changed, "revision", "changed_at"])
    Meeting.objects.filter(webinar=webinar).update(look_at=now)
    look_anew(webinar.registrations.all(), now=now)


def seats_asked_for(person: User, *, now: datetime) -> list[Application]:
    """Return what somebody has applied for in webinars, after doing what time has made due there; one query where nothing is."""
    found = applications_of(person, now=now)
    due = [application.pool_id for application in found if application.pool.is_due(now)]
    for pool_id in due:
        settle_pool(pool_id, now=now)
    return applications_of(person, now=now) if due else found


def _open(webinar: Webinar, wishes: SeatWishes, *, now: datetime) -> SeatPool | None:
    if wishes.starts_at <= now or (webinar.pool is None and webinar.registrations.live().exists()):
        return None  # whoever registered while everybody could come keeps their place; the editor refuses it beforehand
    webinar.pool = open_pool(
        capacity=wishes.capacity,
        share=wishes.share,
        labels=webinar.labels,
        now=now,
        **first_times(wishes, seat_terms_of(None, now=now), now=now),
    )
    webinar.save(update_fields=["pool"])
    follow_seats(webinar.pool.pk, now=now)  # seats of an earlier time are none now
    return webinar.pool


def _change(pool: SeatPool, webinar: Webinar, wishes: SeatWishes, *, now: datetime) -> None:
    wanted: dict[str, Any] = {
        "capacity": wishes.capacity,
        "share": Decimal(pool.share) if wishes.share is None else wishes.share,
        "labels": webinar.labels,
        **moved_times(wishes, pool.times, now=now),
    }
    changed = {name: value for name, value in wanted.items() if value != getattr(pool, name)}
    if changed:
        change_pool(pool.pk, now=now, **changed)
        pool.refresh_from_db()


def _labels(translation_key: UUID) -> dict[str, dict[str, str]]:
    pages = WebinarPage.objects.live().filter(translation_key=translation_key).select_related("locale")
    return {
        page.locale.language_code: {"title": page.title, "path": parts[2]}
        for page in pages
        if (parts := page.get_url_parts())
    }


def _share_with_translations(page: WebinarPage) -> None:
    """Write into the other languages what holds for all of them, so that no page promises another start or other seats."""
    others = WebinarPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    others.update(**{name: getattr(page, name) for name in (*SHARED, "starts_wall")})
