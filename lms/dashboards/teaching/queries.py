from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, OrderBy, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import get_language
from wagtail.models import Page

from courses.assessments.models import Quiz
from courses.assessments.queries import open_appeals_by
from courses.catalogue.models import Course
from courses.catalogue.permissions import courses_taught_by
from courses.enrolment.models import CourseRun, Enrolment
from courses.progress.queries import records_of
from courses.progress.rules import Progress
from courses.webinars.queries import webinars_of
from lms.accounts.models import User
from lms.accounts.queries import is_instructor, may_enter_cms

RECENT_DAYS = 30
BATCH = 500  # enrolments whose progress is computed at once

# -- Who teaches what ---------------------------------------------------------------------------------------------


def may_teach(person: User | AnonymousUser) -> bool:
    """Say whether the teaching view opens for a person.

    To an instructor, other staff in a course team or among a webinar's organisers, an administrator.
    """
    if not may_enter_cms(person) or not isinstance(person, User):
        return False
    return is_instructor(person) or courses_taught_by(person).exists() or webinars_of(person).exists()


def courses_of(person: User) -> QuerySet[Course]:
    """Return the courses whose learners a person sees: those they teach; all, for an administrator.

    Everything of the teaching view is looked up through it.
    """
    return Course.objects.all() if person.is_superuser else courses_taught_by(person)


@dataclass(frozen=True)
class TaughtCourse:
    """A course and its learners, withdrawn ones apart: how many, complete, and active in the last RECENT_DAYS days.

    open_appeals: against answers to its questions, waiting for a decision.
    """

    course_id: int
    title: str
    learners: int
    completed: int
    recently_active: int
    open_appeals: int


def taught_courses(person: User, *, today: date) -> list[TaughtCourse]:
    """Return the courses a person teaches, by title; three queries."""
    learners = "runs__enrolments__learner"
    stays = ~Q(runs__enrolments__state=Enrolment.State.WITHDRAWN)
    is_complete = Q(runs__enrolments__state=Enrolment.State.COMPLETED)
    is_recent = Q(runs__enrolments__last_active_on__gt=today - timedelta(days=RECENT_DAYS))
    courses = list(
        Course.objects.filter(pk__in=courses_of(person).values("pk")).annotate(
            learners=Count(learners, filter=stays, distinct=True),
            completed=Count(learners, filter=is_complete, distinct=True),
            recently_active=Count(learners, filter=stays & is_recent, distinct=True),
        )
    )
    titles = titles_of(course.translation_key for course in courses)
    appeals = open_appeals_by("course", courses_of(person))
    found = [
        TaughtCourse(
            course.pk,
            titles.get(course.translation_key, course.title),
            course.learners,
            course.completed,
            course.recently_active,
            appeals.get(course.pk, 0),
        )
        for course in courses
    ]
    return sorted(found, key=lambda course: course.title.casefold())


def titles_of(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return what courses and quizzes are called in the reader's language, by translation key, where they are in it."""
    pages = Page.objects.filter(translation_key__in=list(keys), locale__language_code=get_language())
    return dict(pages.values_list("translation_key", "title"))


def title_of(thing: Course | Quiz) -> str:
    """Return what one course or quiz is called in the reader's language, else in its first."""
    return titles_of([thing.translation_key]).get(thing.translation_key, thing.title)


# -- Learners -----------------------------------------------------------------------------------------------------

ORDERS: dict[str, tuple[OrderBy, ...]] = {
    "recent": (F("last_active_on").desc(nulls_last=True), F("pk").asc()),
    "idle": (F("last_active_on").asc(nulls_first=True), F("pk").desc()),  # as the index goes, read from its end
    "name": (Lower("learner__name").asc(), F("pk").asc()),
    "most": ((F("lessons_done") + F("quizzes_passed")).desc(), F("pk").asc()),
    "least": ((F("lessons_done") + F("quizzes_passed")).asc(), F("pk").asc()),
    "newest": (F("enrolled_at").desc(), F("pk").asc()),
}
SHORT = 3  # of fewer letters no index knows where they stand in a name


@dataclass(frozen=True)
class Selection:
    """Which learners are asked for, and in which order (one of ORDERS). idle_days: not active for at least so long."""

    state: str = ""
    run_id: int | None = None
    name: str = ""
    idle_days: int | None = None
    order: str = "recent"


@dataclass(frozen=True)
class LearnerRow:
    """A learner in a run, as who teaches them may see it: nothing of fees, tiers, countries or addresses."""

    name: str
    run: CourseRun
    state: str
    progress: Progress
    last_active_on: date | None
    enrolled_on: date

    @property
    def state_name(self) -> str:
        return str(Enrolment.State(self.state).label)


def runs_of(course: Course) -> list[CourseRun]:
    """Return the runs of a course, the open one first, then cohorts by their date."""
    return list(course.runs.order_by(F("opens_at").asc(nulls_first=True), "pk"))


def enrolments_in(course: Course, selection: Selection, *, today: date) -> QuerySet[Enrolment]:
    """Return the enrolments of a course that are asked for, in a steady order; only the columns a row shows are read.

    Two queries, and what names learners, runs and contracts once a part of them is read: joined to them, a hundred thousand
    learners would be read for the fifty on a page, and by the number of its run an enrolment is found in order.
    """
    found = Enrolment.objects.filter(run__in=list(course.runs.values_list("pk", flat=True)), erased_at=None)
    if selection.state:
        found = found.filter(state=selection.state)
    if selection.run_id:
        found = found.filter(run=selection.run_id)
    if selection.name:
        found = found.filter(is_named(selection.name))
    if selection.idle_days:
        since = today - timedelta(days=selection.idle_days)
        found = found.filter(
            Q(last_active_on__lte=since) | Q(last_active_on=None, enrolled_at__date__lte=since),
        )
    columns = ("state", "last_active_on", "enrolled_at", "contract", "learner", "run")
    learners = Prefetch("learner", User.objects.only("name"))
    found = found.only(*columns).prefetch_related(learners, "run", "contract")
    return found.order_by(*ORDERS[selection.order])


def is_named(text: str) -> Q:
    """Return the condition that a learner has this in their name: anywhere, or of one or two letters at the start of a word.

    Only scripts with capitals always put something between words; in others one or two signs may be a whole name.
    """
    if len(text) >= SHORT or text.lower() == text.upper():
        return Q(learner__name__icontains=text)
    starts = Q(learner__name__istartswith=text)
    return starts | Q(learner__name__icontains=f" {text}") | Q(learner__name__icontains=f"-{text}")


def rows_of(enrolments: Iterable[Enrolment]) -> list[LearnerRow]:
    """Return what is shown of these enrolments; one query, and progress is the same the learner sees."""
    enrolments = list(enrolments)
    records = records_of(enrolments)
    return [
        LearnerRow(
            name=enrolment.learner.name,
            run=enrolment.run,
            state=enrolment.state,
            progress=records[enrolment.pk].progress,
            last_active_on=enrolment.last_active_on,
            enrolled_on=enrolment.enrolled_at.date(),
        )
        for enrolment in enrolments
    ]


def all_rows(enrolments: QuerySet[Enrolment]) -> Iterator[LearnerRow]:
    """Return the rows of any number of enrolments one after another, holding one batch of them at a time."""
    waiting = enrolments.iterator(chunk_size=BATCH)
    while batch := list(islice(waiting, BATCH)):
        yield from rows_of(batch)
