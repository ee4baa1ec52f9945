from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from wagtail.models import Page

from courses.catalogue.models import Course, CoursePage
from courses.catalogue.permissions import courses_taught_by
from courses.catalogue.queries import live_courses
from courses.offline.classroom.models import (
    ClassroomFile,
    ClassroomHost,
    ClassroomReturn,
    Job,
    PackedQuestion,
    ReturnedPerson,
)
from courses.offline.classroom.rules import RETURNS_TAKEN, Packed, PackedQuiz
from lms.accounts.models import User

J = TypeVar("J", bound=Job)
State = Job.State

# -- Who runs classes ---------------------------------------------------------------------------------------------


def courses_run_by(person: User | AnonymousUser) -> QuerySet[Course]:
    """Return the courses of which a person may run classes: those they teach or host; all, for an administrator.

    Every page of classrooms is looked up through it.
    """
    if not isinstance(person, User) or not person.is_active:
        return Course.objects.none()
    hosted = ClassroomHost.objects.filter(person=person).values("course")
    return Course.objects.filter(Q(pk__in=courses_led_by(person).values("pk")) | Q(pk__in=hosted))


def may_run_classes(person: User | AnonymousUser) -> bool:
    return courses_run_by(person).exists()


def courses_led_by(person: User) -> QuerySet[Course]:
    """Return the courses of which a person names the hosts and sees all files and returns: their team, an administrator."""
    return Course.objects.all() if person.is_superuser else courses_taught_by(person)


def leads_team(person: User, course: Course) -> bool:
    return courses_led_by(person).filter(pk=course.pk).exists()


def hosts_of(course: Course) -> QuerySet[ClassroomHost]:
    return ClassroomHost.objects.filter(course=course).select_related("person").order_by("named_at", "pk")


def files_of(person: User, course: Course) -> QuerySet[ClassroomFile]:
    """Return the classroom files of a course that a person may fetch, the newest first; a host their own alone."""
    files = ClassroomFile.objects.filter(course=course).select_related("asked_by").order_by("-pk")
    return files if leads_team(person, course) else files.filter(asked_by=person)


def returns_of(person: User, course: Course) -> QuerySet[ClassroomReturn]:
    """Return the returns to a course whose reports a person may read, the newest first; a host those that they brought."""
    brought = ClassroomReturn.objects.filter(file__course=course).select_related("brought_by", "file").order_by("-pk")
    return brought if leads_team(person, course) else brought.filter(brought_by=person)


def with_people(returns: QuerySet[ClassroomReturn]) -> QuerySet[ClassroomReturn]:
    return returns.prefetch_related(Prefetch("people", ReturnedPerson.objects.order_by("position")))


def published_in(course: Course) -> QuerySet[CoursePage]:
    """Return the published pages of a course, one for each language, the first language first."""
    pages = live_courses().filter(translation_key=course.translation_key)
    return pages.select_related("locale").order_by("locale_id")


def person_with(address: str) -> User | None:
    """Return whoever has confirmed an address as theirs."""
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True, user__is_active=True)
    found = confirmed.select_related("user").first()
    return found.user if found else None


# -- What a return must fit ---------------------------------------------------------------------------------------


def file_for_return(key: UUID, course: Course, *, now: datetime) -> ClassroomFile | None:
    """Return the classroom file with a key, if it is of this course and still takes returns."""
    taken = ClassroomFile.objects.filter(packed_at__gt=now - RETURNS_TAKEN)
    return taken.filter(key=key, course=course).first()


def packed_in(file: ClassroomFile) -> Packed:
    """Return what a return of a classroom file must fit; one query."""
    quizzes: dict[int, PackedQuiz] = {}
    for one in PackedQuestion.objects.filter(file=file):
        quiz = quizzes.setdefault(one.quiz_page_id, PackedQuiz({}, {}, file.draws.get(str(one.quiz_page_id), {})))
        quiz.pools[one.question_id] = one.pool  # type: ignore[index]
        quiz.revisions[one.question_id] = one.revision_id  # type: ignore[index]
    lessons = frozenset(int(pk) for pk in file.titles) - set(quizzes)
    return Packed(file.secret, lessons, quizzes)


def titles_in(language: str, courses: Collection[Course]) -> dict[int, str]:
    """Return what courses are called in a language, else in their first, by course id; one query."""
    pages = Page.objects.filter(
        translation_key__in=[course.translation_key for course in courses], locale__language_code=language
    )
    titles = dict(pages.values_list("translation_key", "title"))
    return {course.pk: titles.get(course.translation_key, course.title) for course in courses}


# -- Jobs ---------------------------------------------------------------------------------------------------------


def jobs_to_do(jobs: QuerySet[J], *, now: datetime) -> QuerySet[J]:
    """Return what waits, or whose worker has not been heard of, those tried least first, then the oldest."""
    waiting = Q(state=State.WAITING) | Q(state=State.WORKING, leased_until__lt=now)
    return jobs.filter(waiting).order_by("attempts", "pk")


def is_one_under_way(jobs: QuerySet[Any], *, now: datetime) -> bool:
    """Say whether a worker is at such a job: one at a time, so that certificates and mail never wait behind them."""
    return jobs.filter(state=State.WORKING, leased_until__gte=now).exists()
