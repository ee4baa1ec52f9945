"""The demo's webinars with scarce seats: applied for by its people through the services that everybody uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.webinars.models import Webinar, WebinarPage
from courses.webinars.services.following import follow_pages
from lms.access.models import Application, Notice, SeatPool
from lms.access.services.seats import accept_seat, apply_for_seat, settle_pool
from lms.accounts.models import User


@dataclass(frozen=True)
class Phase:
    """How far the giving of seats has come. early, opened: before now, since when people apply, and all seats are given.

    opened: None while only reserved seats are given; the draw is still to come.
    """

    early: timedelta
    opened: timedelta | None
    applicants: int


PHASES = (
    Phase(early=timedelta(days=9), opened=timedelta(days=2), applicants=44),
    Phase(early=timedelta(days=3), opened=None, applicants=27),
)


def give_seats(page: WebinarPage, phase: Phase, *, now: datetime) -> None:
    """Say on the page of a webinar whose seats are limited, which the caller publishes, since when they are given."""
    page.seats_open_early_at = now - phase.early
    page.seats_open_at = now - phase.opened if phase.opened else None


def apply_for_seats(page: WebinarPage, phase: Phase, named: Sequence[User], *, now: datetime) -> None:
    """Let people apply one after the other: those who have priority come under it, and some have taken what was held for them."""
    pool = follow_pages(page.translation_key, now=now - phase.early)
    if pool is None:
        return
    others = User.objects.filter(is_demo=True, groups=None, is_superuser=False).exclude(country="").order_by("pk")
    people = [*named, *others.exclude(pk__in=[person.pk for person in named])[: phase.applicants - len(named)]]
    between = (phase.early - (phase.opened or timedelta(0))) / len(people)
    for number, person in enumerate(people):
        apply_for_seat(pool.pk, person, now=now - phase.early + number * between)
    if phase.opened:
        _accept_some(pool, opened_at=now - phase.opened, now=now)
    Notice.objects.filter(application__pool=pool).update(written_at=now)  # nobody reads mails of last week


def _accept_some(pool: SeatPool, *, opened_at: datetime, now: datetime) -> None:
    settle_pool(pool.pk, now=opened_at)
    offered = Application.objects.filter(pool=pool, state=Application.State.HELD).order_by("number")
    for application in offered[: pool.capacity // 3]:
        accept_seat(pool.pk, application.person, now=opened_at + (now - opened_at) / 2)


def forget_seats(page: WebinarPage) -> bool:
    """Take the seats of a webinar away again; return False, and change nothing, where somebody real applied or registered."""
    webinar = Webinar.objects.filter(translation_key=page.translation_key).select_related("pool").first()
    if webinar is not None:
        pool = webinar.pool
        if webinar.registrations.exists() or (pool and Application.objects.filter(pool=pool).exists()):
            return False
        webinar.delete()
        if pool:
            pool.delete()
    page.seats_open_early_at = page.seats_open_at = None
    return True
