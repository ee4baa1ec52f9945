from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.catalogue.rules import Asked, Facts, fits, search_words
from courses.lessons.models import LessonPage
from courses.webinars import calendar_links as links
from courses.webinars import queries, rules, words
from courses.webinars.calendar_links import CalendarLink
from courses.webinars.models import (
    Attendance,
    Registration,
    Webinar,
    WebinarIndexPage,
    WebinarMaterial,
    WebinarPage,
    WebinarSeriesPage,
)
from courses.webinars.relative import distance
from lms.access.models import SeatPool
from lms.access.services.seats import settle_pool
from lms.accounts.models import User

register = template.Library()


@register.simple_tag
def webinar_lists() -> queries.WebinarLists:
    """All webinars: to come, to be dated, over."""
    return queries.webinar_lists(now=timezone.now())


@register.simple_tag
def next_webinars(count: int) -> list[WebinarPage]:
    """The webinars to come, next first; where none has a date, those that wait for one."""
    to_come, undated = queries.webinars_ahead(now=timezone.now())
    return list(to_come[:count] or undated[:count])


@register.simple_tag
def when(webinar: WebinarPage | Webinar) -> queries.When | None:
    """When a webinar is, in the reader's zone and in UTC; None until it has a date."""
    return queries.when_of(webinar)


@register.filter
def distance_of(time: queries.When) -> str:
    """How far away a session is: Begins in 3 days."""
    local = time.local
    return words.told(distance(local.starts_at, local.ends_at, now=timezone.now(), zone=local.starts_at.tzinfo or UTC))


@register.simple_tag
def materials_of(webinar: WebinarPage) -> list[WebinarMaterial]:
    """The documents that go with a webinar; one query."""
    return list(webinar.materials.select_related("document"))


@register.simple_tag
def calendar_links(webinar: WebinarPage) -> tuple[CalendarLink, ...]:
    """Where web calendars take a webinar over; what they are told is public."""
    if webinar.starts_at is None or webinar.ends_at is None:
        return ()
    return links.calendar_links(
        title=webinar.title,
        page_url=f"{settings.SITE_URL}{webinar.get_url()}",
        starts_at=webinar.starts_at,
        ends_at=webinar.ends_at,
    )


# Django's own date filter would turn every time into the reader's zone; these write the zone they are given.


@register.filter
def short_moment(moment: datetime) -> str:
    """4 Feb, 14:00"""
    # Translators: Django's date format for a day and time, as in "4 Feb, 14:00"
    return date_format(moment, _("j M, H:i"))


@register.filter
def long_day(moment: datetime) -> str:
    """Thursday 4 February 2027"""
    # Translators: Django's date format for a whole day, as in "Thursday 4 February 2027"
    return date_format(moment, _("l j F Y"))


@register.filter
def clock(moment: datetime) -> str:
    """14:00"""
    return date_format(moment, "H:i")


@register.simple_tag(takes_context=True)
def catalogued_webinars(context: Context) -> Sequence[queries.CataloguedWebinar]:
    """The webinars that the words of the catalogue's address find, to stand beside its courses."""
    words = search_words(context["request"].GET.get("q", ""))
    return queries.catalogued_webinars(words, now=timezone.now())


@register.filter
def facts(webinars: Sequence[queries.CataloguedWebinar]) -> list[Facts]:
    """What the catalogue's filters know of these webinars."""
    return [webinar.facts for webinar in webinars]


@register.filter
def fitting(webinars: Sequence[queries.CataloguedWebinar], asked: Asked) -> list[WebinarPage]:
    """The webinars that pass the catalogue's filters; without words or a format asked for it lists courses alone."""
    is_asked = bool(asked.words or asked.format)
    return [webinar.page for webinar in webinars if is_asked and fits(webinar.facts, asked)]


@register.simple_tag
def seats_of(webinar: WebinarPage) -> SeatPool | None:
    """The pool of a webinar whose seats are limited, as it stands at this moment; None where everybody may come."""
    pool = webinar.pool
    now = timezone.now()
    if pool is not None and pool.is_due(now):
        settle_pool(pool.pk, now=now)
        pool.refresh_from_db()
    return pool


@register.simple_tag
def reserve_seats(webinars: Sequence[WebinarPage]) -> bool:
    """Whether any of these webinars keeps seats for people with priority; one query for any number, none where none is limited."""
    return queries.reserve_seats(webinars, now=timezone.now())


@register.simple_tag
def registration_for(webinar: WebinarPage, user: User) -> Registration | None:
    """The reader's registration for a webinar, if they have one."""
    if not user.is_authenticated:
        return None
    found = Registration.objects.live().filter(webinar__translation_key=webinar.translation_key, person=user)
    return found.first()


@register.simple_tag
def series_in(index: WebinarIndexPage) -> Sequence[WebinarSeriesPage]:
    """The series of a list of webinars."""
    return list(queries.live_series().filter(pk__in=index.get_children()))


@register.simple_tag
def dates_of(series: WebinarSeriesPage) -> queries.WebinarLists:
    """The webinars of a series: to come, to be dated, over."""
    return queries.webinar_lists(now=timezone.now(), among=queries.pages_in(series))


@register.simple_tag
def place_in_series(webinar: WebinarPage) -> queries.InSeries | None:
    """The series of a webinar, and the dates before and after it."""
    return queries.place_in_series(webinar)


@register.simple_tag
def registered_among(webinars: Sequence[WebinarPage], user: User) -> frozenset[UUID]:
    """The translation keys of those of these webinars that the reader is registered for."""
    return queries.registered_among(webinars, user)


@register.filter
def open_to_all(webinars: Sequence[WebinarPage]) -> list[WebinarPage]:
    """Those of these webinars whose seats are not limited."""
    return [webinar for webinar in webinars if webinar.capacity is None]


@register.filter
def not_among(webinars: Sequence[WebinarPage], keys: frozenset[UUID]) -> list[WebinarPage]:
    """Those of these webinars whose translation keys are not among these."""
    return [webinar for webinar in webinars if webinar.translation_key not in keys]


@register.simple_tag
def own_attendance(webinar: WebinarPage, user: User) -> Attendance | None:
    """What the reader's presence at a webinar came to, once somebody has said who was there."""
    if not user.is_authenticated:
        return None
    found = Attendance.objects.filter(
        registration__webinar__translation_key=webinar.translation_key, registration__person=user
    )
    return found.select_related("registration__webinar").first()


@register.simple_tag
def webinars_counting_as(lesson: LessonPage) -> list[Webinar]:
    """The webinars whose attendance counts as a lesson; one query."""
    return queries.webinars_counting_as(lesson.translation_key)


@register.filter
def leave_to_learners(webinars: Sequence[Webinar]) -> bool:
    """Whether learners mark a lesson as done by themselves, which these webinars count as."""
    return rules.is_done_by_hand(webinars, now=timezone.now())


@register.simple_tag
def may_join(webinar: WebinarPage, pool: SeatPool | None, registration: Registration | None, user: User) -> bool:
    """Whether this reader is shown the way into the meeting now: a host, or registered or with a seat, while the door is open."""
    session = {"starts_at": webinar.starts_at, "ends_at": webinar.ends_at, "now": timezone.now()}
    if not user.is_authenticated or not rules.may_join(**session, is_host=True):
        return False
    is_let_in = registration is not None or (pool is not None and queries.has_seat(pool, user))
    return (is_let_in and rules.may_join(**session)) or queries.organises(user, webinar.translation_key)


@register.simple_tag
def is_over(webinar: WebinarPage) -> bool:
    """Whether a webinar has ended."""
    return webinar.ends_at is not None and webinar.ends_at <= timezone.now()


@register.simple_tag
def may_give_feedback(webinar: WebinarPage) -> bool:
    """Whether those who were registered may say how a webinar was."""
    return rules.may_give_feedback(ends_at=webinar.ends_at, now=timezone.now())


@register.filter
def label_in(webinar: Webinar, language: str) -> dict[str, str]:
    """Title and path of a webinar's page in a language, else in any."""
    return webinar.label_in(language)
