from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, QuerySet, Value, When
from wagtail.models import Page

from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage, ModulePage
from courses.lessons.queries import course_path_of
from lms.accounts.models import User

Person = User | AnonymousUser
# Whoever has completed a course and left a cohort of it still has what they completed.
STUDIED_FIRST = (Case(When(state=Enrolment.State.WITHDRAWN, then=Value(1)), default=Value(0)), "-enrolled_at")


@dataclass(frozen=True)
class Admission:
    """Whether somebody may open a lesson or quiz, and the enrolment they study it under, if any."""

    is_admitted: bool
    enrolment: Enrolment | None = None


def enrolments_of(person: Person) -> QuerySet[Enrolment]:
    """Return a person's enrolments; nobody else's can be reached through it."""
    if not isinstance(person, User):
        return Enrolment.objects.none()
    return Enrolment.objects.filter(learner=person).select_related("run__course", "contract", "resume_lesson")


def enrolment_in(person: Person, translation_key: UUID) -> Enrolment | None:
    """Return a person's enrolment in the course with this translation key, in whatever language and state."""
    return enrolments_of(person).filter(run__course__translation_key=translation_key).order_by(*STUDIED_FIRST).first()


def is_studied(page: Page) -> bool:
    """Say whether a page is something to study, a lesson or quiz: what may stand in a module."""
    return ModulePage in type(page).allowed_parent_page_models()


def admission_to(person: Person, page: Page) -> Admission:
    """Return whether a person may open a lesson or quiz: enrolled and not withdrawn, an open lesson, or its editor.

    Everything that serves lesson content asks this. One query for a learner.
    """
    key = Page.objects.filter(path=course_path_of(page)).values("translation_key")
    enrolment = enrolments_of(person).filter(run__course__translation_key__in=key).order_by(*STUDIED_FIRST).first()
    if enrolment and enrolment.state != Enrolment.State.WITHDRAWN:
        return Admission(is_admitted=True, enrolment=enrolment)
    if isinstance(page, LessonPage) and page.is_preview:
        return Admission(is_admitted=True)
    return Admission(is_admitted=isinstance(person, User) and page.permissions_for_user(person).can_edit())


def may_study(person: Person, page: Page) -> bool:
    """Say whether a person may open a lesson or quiz."""
    return admission_to(person, page).is_admitted
