"""The seats of a webinar follow its pages: opened, changed and called off with them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from courses.webinars.editing import SHARED
from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.queries import applications_of
from courses.webinars.rules import SeatWishes, first_times, moved_times
from lms.access.models import Application, SeatPool
from lms.access.queries.facts import seat_terms_of
from lms.access.services.pools import change_pool, close_pool, open_pool
from lms.access.services.seats import settle_pool
from lms.accounts.models import User


@transaction.atomic
def follow_pages(translation_key: UUID, *, now: datetime) -> SeatPool | None:
    """Make the seats of a webinar what its pages say, and return its pool; None where everybody may come.

    A second call changes nothing. Raises what open_pool and change_pool raise; the editor refuses all of it beforehand.
    """
    webinar = Webinar.objects.select_for_update(no_key=True).filter(translation_key=translation_key).first()
    pool = webinar.pool if webinar and webinar.pool and webinar.pool.closed_at is None else None
    page = WebinarPage.leading(translation_key)
    if page is None:
        if pool and pool.starts_at > now:
            close_pool(pool.pk, now=now)
        return None
    _share_with_translations(page)
    wishes = page.seat_wishes
    if wishes is None:
        if webinar and pool and not pool.next_number:  # nobody has applied, so nothing is taken from anybody
            webinar.pool = None
            webinar.save(update_fields=["pool"])
            close_pool(pool.pk, now=now)
            return None
        return pool
    if pool is None:
        return _open(translation_key, wishes, now=now)
    if pool.starts_at > now:
        _change(pool, translation_key, wishes, now=now)
    return pool


def seats_asked_for(person: User, *, now: datetime) -> list[Application]:
    """Return what somebody has applied for in webinars, after doing what time has made due there; one query where nothing is."""
    found = applications_of(person, now=now)
    due = [application.pool_id for application in found if application.pool.is_due(now)]
    for pool_id in due:
        settle_pool(pool_id, now=now)
    return applications_of(person, now=now) if due else found


def _open(translation_key: UUID, wishes: SeatWishes, *, now: datetime) -> SeatPool | None:
    if wishes.starts_at <= now:
        return None
    webinar, _is_new = Webinar.objects.get_or_create(translation_key=translation_key)
    webinar.pool = open_pool(
        capacity=wishes.capacity,
        share=wishes.share,
        labels=_labels(translation_key),
        now=now,
        **first_times(wishes, seat_terms_of(None, now=now), now=now),
    )
    webinar.save(update_fields=["pool"])
    return webinar.pool


def _change(pool: SeatPool, translation_key: UUID, wishes: SeatWishes, *, now: datetime) -> None:
    wanted: dict[str, Any] = {
        "capacity": wishes.capacity,
        "share": Decimal(pool.share) if wishes.share is None else wishes.share,
        "labels": _labels(translation_key),
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
    if page.capacity is None:
        return
    others = WebinarPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    others.update(**{name: getattr(page, name) for name in SHARED})
