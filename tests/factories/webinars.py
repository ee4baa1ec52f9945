from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.db.models import F
from wagtail.models import Locale
from wagtail_factories import PageFactory

from courses.webinars.models import (
    AskedQuestion,
    Attendance,
    AttendanceList,
    Presence,
    Registration,
    Webinar,
    WebinarIndexPage,
    WebinarPage,
    WebinarSeriesPage,
)
from courses.webinars.services.attendance import fix_attendances, settle_attendance
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import register
from lms.access.models import Application, Notice, SeatPool
from lms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.pages import home_page


def webinar_index() -> WebinarIndexPage:
    """Return the one list of webinars of the default site, made if there is none."""
    home = home_page()
    found = WebinarIndexPage.objects.child_of(home).first()
    return found or home.add_child(instance=WebinarIndexPage(title="Webinars", slug="webinars"))


class WebinarPageFactory(PageFactory):
    """A live webinar of an hour without a date; give it one with starts_at."""

    class Meta:
        model = WebinarPage

    parent = factory.LazyFunction(webinar_index)
    title = factory.Sequence("Webinar {}".format)
    abstract = "What is talked about."
    duration_minutes = 60


def series_with(dates: list[WebinarPage], **fields: Any) -> WebinarSeriesPage:
    """Return a live series, to which these webinars belong from now on."""
    page = WebinarSeriesPage(**{"title": "Genes on Mondays", "slug": "mondays", "abstract": "One gene each.", **fields})
    series = webinar_index().add_child(instance=page)
    for date in dates:
        date.series = series
        date.save()
    return series


NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def scarce_webinar(*, now: datetime = NOW, capacity: int = 3, days: int = 30, **fields: Any) -> WebinarPage:
    """Return a webinar with its seats open for applications at this moment, which starts so many days later."""
    page = WebinarPageFactory(capacity=capacity, starts_at=now + timedelta(days=days), **fields)
    follow_pages(page.translation_key, now=now)
    return page


def questions(*texts: str, **said: Any) -> list[dict[str, Any]]:
    """Return what the field `asked` of a page holds for these questions; the first has the id "q0"."""
    common = {"purpose": "To choose cases.", "kind": "text", "choices": [], "is_required": False, **said}
    return [
        {"type": "question", "id": f"q{number}", "value": {"question": text, **common}}
        for number, text in enumerate(texts)
    ]


def dated_webinar(*, now: datetime = NOW, days: int = 3, **fields: Any) -> Webinar:
    """Return a webinar that everybody may come to, so many days from now; its page is its attribute `page`."""
    page = WebinarPageFactory(starts_at=now + timedelta(days=days), **fields)
    follow_pages(page.translation_key, now=now)
    webinar = Webinar.objects.get(translation_key=page.translation_key)
    webinar.page = page
    return webinar


def attended_webinar(person: User, *, minutes: int = 50, now: datetime = NOW, **fields: Any) -> Attendance:
    """Return somebody's fixed attendance at a webinar of an hour that is over since more than an hour."""
    webinar = dated_webinar(now=now - timedelta(days=9), days=3, **fields)
    registration = register(webinar, person, now=now - timedelta(days=8))
    stay = {"joined_at": webinar.starts_at, "left_at": webinar.starts_at + timedelta(minutes=minutes)}
    Presence.objects.create(webinar=webinar, registration=registration, name=person.name, **stay)
    settle_attendance(webinar, now=webinar.ends_at)
    fix_attendances(now=now)
    return Attendance.objects.get(registration=registration)


def presence_at(webinar: Webinar, **fields: Any) -> Presence:
    """Return the presence of somebody during the whole of a webinar, as a provider told it."""
    starts_at, ends_at = webinar.when
    times = {"joined_at": starts_at, "left_at": ends_at}
    return Presence.objects.create(webinar=webinar, **{"name": "Somebody", **times, **fields})


def question_to(webinar: Webinar, text: str = "Which genes?", *, person: User | None = None) -> AskedQuestion:
    """Return a question that somebody registered asked the speakers."""
    registration, _is_new = Registration.objects.get_or_create(
        webinar=webinar, person=person or UserFactory(), defaults={"made_at": NOW}
    )
    return AskedQuestion.objects.create(webinar=webinar, registration=registration, text=text, asked_at=NOW)


def attendance_list_of(webinar: Webinar) -> AttendanceList:
    """Return an imported list of a webinar, without lines."""
    said = {"provider": "zoom", "file_name": "list.csv", "imported_at": NOW}
    return AttendanceList.objects.create(webinar=webinar, digest="0" * 64, **said)


def in_french(page: WebinarPage, **fields) -> WebinarPage:
    """Return the live French page of a webinar."""
    french, _is_new = Locale.objects.get_or_create(language_code="fr")
    if not webinar_index().has_translation(french):
        home = webinar_index().get_parent().copy_for_translation(french)
        home.save()
        webinar_index().copy_for_translation(french)
    translation = page.copy_for_translation(french)
    translation.live = True
    for name, value in fields.items():
        setattr(translation, name, value)
    translation.save()
    return translation


def move_windows(pool: SeatPool, *, earlier: timedelta) -> None:
    """Let time pass in a webinar's pool: everything in it happened, and will happen, so much earlier than it did."""
    for name in ("opens_early_at", "opens_at", "releases_at", "starts_at", "next_due_at", "settled_at", "created_at"):
        if (moment := getattr(pool, name)) is not None:
            setattr(pool, name, moment - earlier)
    pool.save()
    WebinarPage.objects.filter(translation_key=pool.webinar.translation_key).update(starts_at=pool.starts_at)
    applications = Application.objects.filter(pool=pool)
    for name in ("joined_at", "held_until", "seated_at", "ended_at"):
        applications.update(**{name: F(name) - earlier})
    Notice.objects.filter(application__pool=pool, written_at=None).update(due_at=F("due_at") - earlier)
    pool.refresh_from_db()
