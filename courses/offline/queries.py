from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.crypto import salted_hmac

from courses.assessments.models import QuizPage
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import enrolments_of
from courses.enrolment.queries.learners import STUDIED_FIRST
from courses.lessons.models import LessonPage
from courses.lessons.queries import course_path_of
from courses.offline.models import SyncedEvent
from courses.offline.rules import Event
from lms.accounts.models import User

NEVER_ON_LINE = Q(live=False, first_published_at=None)


@dataclass(frozen=True)
class Place:
    """Where something was done: a lesson or a quiz, and the enrolment that it counts for."""

    page: LessonPage | QuizPage
    enrolment: Enrolment


def device_name_of(person: User) -> str:
    """Return the name under which devices keep the work of a person: it tells nothing about them."""
    return salted_hmac("courses.offline.person", str(person.pk)).hexdigest()[:22]


def reasons_of_known(person: User, event_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the events that the academy has, each with why it did not count, or ""."""
    known = SyncedEvent.objects.filter(person=person, event_id__in=event_ids)
    return dict(known.values_list("event_id", "reason"))


def places_of(person: User, events: Collection[Event]) -> Mapping[UUID, Place]:
    """Return where events were done that a person studies, by event id; four queries at most.

    A page that is off line by now still counts, one that never was on line does not. Whoever has withdrawn keeps what
    they did: it counts should they come back.
    """
    quizzes = {event.page_id for event in events if event.kind == "answers"}
    lessons = {event.page_id for event in events if event.kind != "answers"}
    published = LessonPage.objects.exclude(NEVER_ON_LINE).defer("body").in_bulk(lessons) if lessons else {}
    asked = QuizPage.objects.exclude(NEVER_ON_LINE).in_bulk(quizzes) if quizzes else {}
    pages = [*published.values(), *asked.values()]
    paths = {course_path_of(page) for page in pages}
    keys = dict(CoursePage.objects.filter(path__in=paths).values_list("path", "translation_key"))
    enrolments: dict[UUID, Enrolment] = {}
    studied = enrolments_of(person).filter(run__course__translation_key__in=set(keys.values()))
    for enrolment in studied.order_by(*STUDIED_FIRST):
        enrolments.setdefault(enrolment.run.course.translation_key, enrolment)
    places = {}
    for event in events:
        page = asked.get(event.page_id) if event.kind == "answers" else published.get(event.page_id)
        key = keys.get(course_path_of(page)) if page else None
        if page and key in enrolments:
            places[event.event_id] = Place(page, enrolments[key])
    return places
