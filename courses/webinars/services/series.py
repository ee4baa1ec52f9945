"""One click for all dates of a series; each stays a registration of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from courses.webinars.models import Webinar
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import NotOpen, register
from lms.accounts.models import User


def register_for_all(keys: Sequence[UUID], person: User, *, now: datetime) -> int:
    """Register somebody for those of these webinars that are open to everybody; return for how many.

    Each is a transaction of its own: one that is called off in this moment, or whose seats are limited by now, keeps nobody
    from the others.
    """
    followed = Webinar.objects.filter(translation_key__in=keys).values_list("translation_key", flat=True)
    for key in set(keys) - set(followed):
        follow_pages(key, now=now)
    count = 0
    for webinar in Webinar.objects.filter(translation_key__in=keys, pool=None).order_by("starts_at", "pk"):
        try:
            register(webinar, person, now=now)
        except NotOpen:
            continue
        count += 1
    return count
