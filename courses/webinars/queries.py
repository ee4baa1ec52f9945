from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from courses.catalogue.models import CoursePage
from courses.catalogue.queries import search_ids
from courses.catalogue.rules import WEBINAR, Facts
from courses.webinars import rules
from courses.webinars.attendance_matching import Register, Registered
from courses.webinars.mail_rules import NEWS_ENDS
from courses.webinars.models import Registration, RegistrationAnswers, Webinar, WebinarPage, WebinarSeriesPage
from lms.access.models import Application, SeatPool
from lms.access.queries.seats import live_application
from lms.access.rules.seats import split
from lms.accounts.models import User
from lms.accounts.queries import may_enter_cms
from lms.accounts.zones import readers_zone

MOST_PAST = 20
LONGEST_SESSION = timedelta(minutes=600)  # as the field of the model allows


def live_webinars() -> QuerySet[WebinarPage]:
    """Return all webinars that anyone may see, in every language."""
    return WebinarPage.objects.live().public().select_related("locale")


def webinars_ahead(
    *, now: datetime, among: QuerySet[WebinarPage] | None = None
) -> tuple[tuple[WebinarPage, ...], tuple[WebinarPage, ...]]:
    """Return the webinars not yet over, next first, and those to be dated; one query. among: these only, else of all."""
    not_over = Q(starts_at=None) | Q(starts_at__gt=now - LONGEST_SESSION)
    those = live_webinars() if among is None else among
    pages = list(those.filter(not_over).order_by("starts_at", "path"))
    return (
        tuple(page for page in pages if page.ends_at and page.ends_at > now),
        tuple(page for page in pages if page.starts_at is None),
    )


@dataclass(frozen=True)
class WebinarLists:
    """Webinars by when they are: with a date to come, to be dated, over."""

    to_come: tuple[WebinarPage, ...]
    undated: tuple[WebinarPage, ...]
    past: tuple[WebinarPage, ...]


def webinar_lists(*, now: datetime, among: QuerySet[WebinarPage] | None = None) -> WebinarLists:
    """Return the webinars to come, next first; those to be dated; the latest that are over; two queries."""
    those = live_webinars() if among is None else among
    to_come, undated = webinars_ahead(now=now, among=those)
    over = those.filter(starts_at__lte=now).order_by("-starts_at", "path")[: MOST_PAST + 10]
    return WebinarLists(
        to_come=to_come,
        undated=undated,
        past=tuple(webinar for webinar in over if webinar.ends_at <= now)[:MOST_PAST],
    )


# -- Series --------------------------------------------------------------------------------------------------------

MOST_DATES = 100  # of a series, that one click registers for and one file holds


def live_series() -> QuerySet[WebinarSeriesPage]:
    return WebinarSeriesPage.objects.live().public()


def pages_in(series: WebinarSeriesPage) -> QuerySet[WebinarPage]:
    """Return the dates of a series in its language, whichever language of the series they name."""
    return live_webinars().filter(series__translation_key=series.translation_key, locale=series.locale_id)


def open_dates(series: WebinarSeriesPage, *, now: datetime) -> list[WebinarPage]:
    """Return the webinars of a series that are not over and that everybody may come to at a click, next first.

    Where an organiser's question has to be answered, one registers on the webinar's own page.
    """
    to_come, _undated = webinars_ahead(now=now, among=pages_in(series).filter(capacity=None))
    at_a_click = [page for page in to_come if not any(question.is_required for question in questions_of(page))]
    return at_a_click[:MOST_DATES]


def registered_among(webinars: Sequence[WebinarPage], person: User) -> frozenset[UUID]:
    """Return the translation keys of those of these webinars that somebody is registered for; one query."""
    if not webinars or not person.is_authenticated:
        return frozenset()
    keys = [page.translation_key for page in webinars]
    found = Registration.objects.live().filter(person=person, webinar__translation_key__in=keys)
    return frozenset(found.values_list("webinar__translation_key", flat=True))


@dataclass(frozen=True)
class InSeries:
    """Where a webinar stands among the dates of its series."""

    series: WebinarSeriesPage
    before: WebinarPage | None
    after: WebinarPage | None


def place_in_series(webinar: WebinarPage) -> InSeries | None:
    """Return the series of a webinar in its language, and the dates beside it; None where it is in none."""
    if webinar.series is None:
        return None
    key = webinar.series.translation_key
    series = live_series().filter(translation_key=key, locale=webinar.locale_id).first()
    if series is None:
        return None
    others = pages_in(series).exclude(pk=webinar.pk)
    start = webinar.starts_at
    if start is None:
        return InSeries(series, before=None, after=None)
    earlier = Q(starts_at__lt=start) | Q(starts_at=start, pk__lt=webinar.pk)
    later = Q(starts_at__gt=start) | Q(starts_at=start, pk__gt=webinar.pk)
    return InSeries(
        series,
        before=others.filter(earlier).order_by("-starts_at", "-pk").first(),
        after=others.filter(later).order_by("starts_at", "pk").first(),
    )


# -- When ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    """When a session is: in the reader's zone, or the organiser's for readers without one, and in UTC."""

    local: rules.ZonedTimes
    utc: rules.ZonedTimes
    is_readers_zone: bool
    shows_local: bool

    @property
    def utc_is_on_another_day(self) -> bool:
        return self.local.starts_at.date() != self.utc.starts_at.date()


def when_of(webinar: WebinarPage | Webinar) -> When | None:
    """Return when a webinar is, by the clock of whoever reads it; None until it has a date."""
    if webinar.starts_at is None or webinar.ends_at is None:
        return None
    readers = readers_zone()
    zone = readers or ZoneInfo(webinar.time_zone)
    return When(
        local=rules.zoned_times(webinar.starts_at, webinar.ends_at, zone),
        utc=rules.zoned_times(webinar.starts_at, webinar.ends_at, UTC),
        is_readers_zone=readers is not None,
        shows_local=not rules.is_utc(webinar.starts_at, zone),
    )


@dataclass(frozen=True)
class CataloguedWebinar:
    """A webinar beside the courses of the catalogue, with what its filters know of it."""

    page: WebinarPage
    facts: Facts


def catalogued_webinars(words: str, *, now: datetime) -> tuple[CataloguedWebinar, ...]:
    """Return the webinars that are still to be held, or of these those that a search finds, best first."""
    to_come, undated = webinars_ahead(now=now)
    waiting = [*to_come, *undated]
    if words:
        ranks = {pk: rank for rank, pk in enumerate(search_ids(WebinarPage.objects.live(), words))}
        waiting = sorted((page for page in waiting if page.pk in ranks), key=lambda page: ranks[page.pk])
    topics = _topics_of(waiting)
    return tuple(
        CataloguedWebinar(
            page=page,
            facts=Facts(
                topic=frozenset(topics[page.pk]),
                level=page.level,
                language=frozenset([page.locale.language_code]),
                format=WEBINAR,
                minutes=page.duration_minutes,
            ),
        )
        for page in waiting
    )


def _topics_of(webinars: Sequence[WebinarPage]) -> dict[int, set[str]]:
    """Return the topics of webinars and of the courses they are linked to, by the webinar page's id; two queries."""
    own = WebinarPage.subjects.through.objects.filter(webinarpage__in=[page.pk for page in webinars])
    topics: dict[int, set[str]] = defaultdict(set)
    for pk, slug in own.values_list("webinarpage_id", "subject__slug"):
        topics[pk].add(slug)
    filed = CoursePage.subjects.through.objects.filter(coursepage__in={page.related_course_id for page in webinars})
    of_courses: dict[int, set[str]] = defaultdict(set)
    for pk, slug in filed.values_list("coursepage_id", "subject__slug"):
        of_courses[pk].add(slug)
    for page in webinars:
        topics[page.pk] |= of_courses.get(page.related_course_id or 0, set())
    return topics


def lessons_attended(lesson_keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these lessons webinars count as, so that a learner's word alone does not do."""
    counting = Webinar.objects.filter(lesson_key__in=list(lesson_keys)).values_list("lesson_key", flat=True)
    return {key for key in counting if key}


def webinars_counting_as(lesson_key: UUID) -> list[Webinar]:
    """Return the webinars with a date whose attendance counts as a lesson, by their start."""
    dated = Webinar.objects.filter(lesson_key=lesson_key, starts_at__isnull=False, called_off_at=None)
    return list(dated.order_by("starts_at", "pk")[:MOST_SHOWN])


# -- Seats ---------------------------------------------------------------------------------------------------------

MOST_SHOWN = 20
SHOWN_AFTERWARDS = timedelta(days=90)
MOST_IN_CALENDAR = 200


def reserve_seats(webinars: Sequence[WebinarPage], *, now: datetime) -> bool:
    """Say whether any of these webinars still keeps seats for people with priority."""
    keys = [page.translation_key for page in webinars if page.capacity]
    if not keys:
        return False
    open_pools = SeatPool.objects.filter(webinar__translation_key__in=keys, closed_at=None, releases_at__gt=now)
    return any(split(pool.capacity, pool.share).reserved for pool in open_pools)


def has_seat(pool: SeatPool, person: User) -> bool:
    """Say whether somebody may come in: they have taken a seat."""
    application = live_application(pool, person)
    return application is not None and application.state == Application.State.CONFIRMED


def applications_of(person: User, *, now: datetime) -> list[Application]:
    """Return somebody's newest application for each webinar that is not over and where something is left to do or to come."""
    newest = Application.objects.filter(person=person, pool__webinar__isnull=False).values("pool").annotate(Max("pk"))
    return list(
        Application.objects.filter(
            pk__in=newest.values("pk__max"),
            state__in=[*Application.LIVE, Application.State.LAPSED],
            pool__closed_at=None,
            pool__starts_at__gt=now - LONGEST_SESSION,
        )
        .select_related("pool__webinar", "seat")
        .order_by("pool__starts_at", "pk")[:MOST_SHOWN]
    )


def webinars_to_follow(*, now: datetime) -> set[UUID]:
    """Return the translation keys of webinars that are not over, by their pages or what followed from those, or newly recorded."""
    of_pages = WebinarPage.objects.live().filter(starts_at__gt=now - LONGEST_SESSION)
    followed = Webinar.objects.filter(ends_at__gt=now, called_off_at=None)
    told_of = Webinar.objects.filter(recorded_at__isnull=False)
    recorded = WebinarPage.objects.live().filter(
        recording__isnull=False, starts_at__lte=now, starts_at__gt=now - NEWS_ENDS
    )
    untold = recorded.exclude(translation_key__in=told_of.values("translation_key"))
    return {key for found in (of_pages, followed, untold) for key in found.values_list("translation_key", flat=True)}


# -- Organisers ----------------------------------------------------------------------------------------------------


def webinars_of(person: User) -> QuerySet[Webinar]:
    """Return the webinars that somebody organises: their page names them, or they made it; all, for an administrator.

    Everything about the people of a webinar is looked up through it.
    """
    return Webinar.objects.all() if person.is_superuser else Webinar.objects.filter(organisers=person)


def may_organise(person: User | AnonymousUser) -> bool:
    """Say whether pages about the people of a webinar open for somebody: staff who organise one."""
    return isinstance(person, User) and may_enter_cms(person) and webinars_of(person).exists()


def organises(person: User | AnonymousUser, translation_key: UUID) -> bool:
    """Say whether somebody organises a webinar; of those who never enter the CMS, without a look at webinars."""
    if not isinstance(person, User) or not may_enter_cms(person):
        return False
    return webinars_of(person).filter(translation_key=translation_key).exists()


# -- Registrations -------------------------------------------------------------------------------------------------


def registration_of(webinar: Webinar | None, person: User) -> Registration | None:
    """Return somebody's live registration for a webinar, if they have one."""
    if webinar is None or not person.is_authenticated:
        return None
    return Registration.objects.live().filter(webinar=webinar, person=person).select_related("webinar").first()


def registrations_ahead(person: User, *, now: datetime) -> list[Registration]:
    """Return what somebody is registered for that everybody may come to and that is not over, next first; one query."""
    ahead = Registration.objects.live().filter(
        person=person, webinar__pool=None, webinar__called_off_at=None, webinar__ends_at__gt=now
    )
    return list(ahead.select_related("webinar").order_by("webinar__starts_at", "pk")[:MOST_SHOWN])


def registrations_for_calendar(person: User, *, now: datetime) -> list[Registration]:
    """Return what a person's calendar shows: what they are registered for, called off or not, and what was a while ago."""
    shown = Registration.objects.live().filter(person=person, webinar__ends_at__gt=now - SHOWN_AFTERWARDS)
    return list(shown.select_related("webinar").order_by("webinar__starts_at", "pk")[:MOST_IN_CALENDAR])


def pools_not_followed(*, now: datetime) -> list[int]:
    """Return the pools of webinars not over whose confirmed seats and registrations are not of the same people."""
    confirmed = Application.objects.filter(state=Application.State.CONFIRMED)
    live = Registration.objects.live()
    unregistered = confirmed.exclude(Exists(live.filter(webinar__pool=OuterRef("pool"), person=OuterRef("person"))))
    seatless = live.exclude(Exists(confirmed.filter(pool=OuterRef("webinar__pool"), person=OuterRef("person"))))
    going = Webinar.objects.filter(pool__isnull=False, ends_at__gt=now, called_off_at=None)
    return list(
        going.filter(
            Exists(unregistered.filter(pool=OuterRef("pool"))) | Exists(seatless.filter(webinar=OuterRef("pk")))
        ).values_list("pool", flat=True)
    )


# -- Attendance ----------------------------------------------------------------------------------------------------


def register_of(webinar: Webinar) -> Register:
    """Return who is registered for a webinar, to be found by what an attendance list says; one query."""
    people = webinar.registrations.live().of_people().order_by("pk").values_list("pk", "person__name", "person__email")
    return Register(Registered(*person) for person in people)


# -- Questions of the organisers -------------------------------------------------------------------------------------

ANSWERS_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Question:
    """What an organiser asks people who register: the same in every language by its id. kind: as blocks.py names it."""

    id: str
    text: str
    purpose: str
    kind: str
    choices: tuple[str, ...]
    is_required: bool


def questions_of(page: WebinarPage) -> list[Question]:
    """Return what a page asks people who register."""
    return [
        Question(
            id=block.id,
            text=block.value["question"],
            purpose=block.value["purpose"],
            kind=block.value["kind"],
            choices=tuple(block.value["choices"]),
            is_required=block.value["is_required"],
        )
        for block in page.asked
    ]


def questions_asked(webinar: Webinar) -> dict[str, str]:
    """Return what the published pages of a webinar ask, by the question's id, the wording of the leading one first."""
    pages = WebinarPage.objects.live().filter(translation_key=webinar.translation_key).order_by("pk")
    leading = WebinarPage.leading(webinar.translation_key)
    asked = [*(questions_of(leading) if leading else []), *(one for page in pages for one in questions_of(page))]
    found: dict[str, str] = {}
    for question in asked:
        found.setdefault(question.id, question.text)
    return found


def answers_of(webinar: Webinar, person: User) -> dict[str, str]:
    """Return what somebody answered, by the question's id."""
    found = RegistrationAnswers.objects.filter(webinar=webinar, person=person).first()
    return found.answers if found else {}


def answers_until(webinar: Webinar) -> datetime | None:
    """Return until when answers are kept."""
    return webinar.ends_at and webinar.ends_at + ANSWERS_KEPT
