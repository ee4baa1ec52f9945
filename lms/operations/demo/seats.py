"""The demo's webinar with scarce seats: applied for by its people through the services that everybody uses."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.services import follow_pages
from lms.access.models import Application, Notice
from lms.access.services.seats import accept_seat, apply_for_seat, settle_pool
from lms.accounts.models import User

CAPACITY = 30
OPENED_EARLY, OPENED = timedelta(days=9), timedelta(days=2)  # before now
APPLICANTS = 44


def give_seats(page: WebinarPage, *, now: datetime) -> None:
    """Say on a webinar's page, which the caller publishes, that its seats are scarce and given since a while ago."""
    page.capacity = CAPACITY
    page.seats_open_early_at, page.seats_open_at = now - OPENED_EARLY, now - OPENED


def apply_for_seats(page: WebinarPage, named: Sequence[User], *, now: datetime) -> None:
    """Let people apply one after the other: those who have priority come under it, and some have taken what was held for them."""
    pool = follow_pages(page.translation_key, now=now - OPENED_EARLY)
    if pool is None:
        return
    others = User.objects.filter(is_demo=True, groups=None, is_superuser=False).exclude(country="").order_by("pk")
    people = [*named, *others.exclude(pk__in=[person.pk for person in named])[: APPLICANTS - len(named)]]
    between = (OPENED_EARLY - OPENED) / len(people)
    for number, person in enumerate(people):
        at = now - OPENED_EARLY + number * between
        apply_for_seat(pool.pk, person, now=at)
    settle_pool(pool.pk, now=now - OPENED)
    offered = Application.objects.filter(pool=pool, state=Application.State.HELD).order_by("number")
    for application in offered[: CAPACITY // 3]:
        accept_seat(pool.pk, application.person, now=now - OPENED / 2)
    Notice.objects.filter(application__pool=pool).update(written_at=now)  # nobody reads mails of last week


def forget_seats(page: WebinarPage) -> bool:
    """Take the seats of a webinar away again; return False, and change nothing, where somebody real has applied."""
    webinar = Webinar.objects.filter(translation_key=page.translation_key).select_related("pool").first()
    if webinar is not None and webinar.pool is not None:
        if Application.objects.filter(pool=webinar.pool).exists():
            return False
        webinar.delete()
        webinar.pool.delete()
    page.capacity = page.seats_open_early_at = page.seats_open_at = None
    return True
