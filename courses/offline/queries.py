from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.crypto import salted_hmac
from wagtail.models import Page

from courses.assessments.models import QuizPage
from courses.catalogue.models import Course
from courses.enrolment.models import CourseRun, Enrolment
from courses.lessons.models import LessonPage
from courses.offline.models import SyncedEvent
from courses.offline.rules import Event
from lms.accounts.models import User
from lms.lib.sql import moment_of, table

_KEY = Page._meta.get_field("translation_key")


@dataclass(frozen=True)
class Place:
    """Where something was done: the page of a lesson or a quiz, and the enrolment that it counts for."""

    lesson_key: UUID
    title: str
    enrolment_id: int
    enrolled_at: datetime


def device_name_of(person: User) -> str:
    """Return the name under which devices keep the work of a person: it tells nothing about them."""
    return salted_hmac("courses.offline.person", str(person.pk)).hexdigest()[:22]


def reasons_of_known(person: User, event_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the events that the academy has, each with why it did not count, or ""."""
    known = SyncedEvent.objects.filter(person=person, event_id__in=event_ids)
    return dict(known.values_list("event_id", "reason"))


def places_of(person: User, events: Collection[Event]) -> Mapping[UUID, Place]:
    """Return where events were done that a person studies, by event id: one statement, by hand since each batch asks it.

    A page that is off line by now still counts, one that never was on line does not. Whoever has withdrawn keeps what
    they did: it counts should they come back. What they study or completed comes first, as in STUDIED_FIRST.
    """
    if not events:
        return {}
    ids = {event.page_id for event in events}
    types = {model: ContentType.objects.get_for_model(model).pk for model in (LessonPage, QuizPage)}
    # As course_path_of: what a step stands in is its module. The root of all pages is not so deep; anybody may ask for it.
    steps = 2 * Page.steplen
    course_path = (
        f"substr(page.path, 1, CASE WHEN length(page.path) > {steps} THEN length(page.path) - {steps} ELSE 0 END)"
    )
    asked = (
        "SELECT page.id, page.content_type_id, page.translation_key, page.title, enrolment.id, enrolment.enrolled_at"
        f" FROM {table(Page)} page JOIN {table(Page)} course_page ON course_page.path = {course_path}"
        f" JOIN {table(Course)} course ON course.translation_key = course_page.translation_key"
        f" JOIN {table(CourseRun)} run ON run.course_id = course.id"
        f" JOIN {table(Enrolment)} enrolment ON enrolment.run_id = run.id AND enrolment.learner_id = %s"
        f" WHERE page.id IN ({', '.join(['%s'] * len(ids))}) AND (page.live OR page.first_published_at IS NOT NULL)"
        " ORDER BY CASE WHEN enrolment.state = %s THEN 1 ELSE 0 END, enrolment.enrolled_at DESC"
    )
    found: dict[tuple[int, int], Place] = {}
    with connection.cursor() as cursor:
        cursor.execute(asked, [person.pk, *ids, Enrolment.State.WITHDRAWN])
        for page_id, type_id, key, title, enrolment_id, enrolled_at in cursor.fetchall():
            place = Place(_KEY.to_python(key), title, enrolment_id, moment_of(enrolled_at))
            found.setdefault((page_id, type_id), place)
    of_events = {
        event.event_id: found.get((event.page_id, types[QuizPage if event.kind == "answers" else LessonPage]))
        for event in events
    }
    return {event_id: place for event_id, place in of_events.items() if place}


def pages_of(events: Collection[Event]) -> dict[UUID, LessonPage | QuizPage]:
    """Return the lessons and quizzes of events, by event id; a query for each of the two."""
    quizzes = {event.page_id for event in events if event.kind == "answers"}
    lessons = {event.page_id for event in events if event.kind != "answers"}
    asked = QuizPage.objects.in_bulk(quizzes) if quizzes else {}
    read = LessonPage.objects.in_bulk(lessons) if lessons else {}
    return {event.event_id: (asked if event.kind == "answers" else read)[event.page_id] for event in events}
