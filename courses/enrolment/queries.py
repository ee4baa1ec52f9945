from uuid import UUID

from django.db.models import QuerySet
from wagtail.models import Page

from courses.catalogue.models import CoursePage
from courses.catalogue.queries import course_page_of
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from lms.accounts.models import User


def enrolments_of(person: User) -> QuerySet[Enrolment]:
    """Return a person's enrolments; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Enrolment.objects.none()
    return Enrolment.objects.filter(learner=person).select_related("run__course", "contract")


def enrolment_in(person: User, translation_key: UUID) -> Enrolment | None:
    """Return a person's enrolment in the course with this translation key, in whatever language and state."""
    return enrolments_of(person).filter(run__course__translation_key=translation_key).order_by("-enrolled_at").first()


def may_study(person: User, page: Page, course: CoursePage | None = None) -> bool:
    """Say whether a person may open a lesson or quiz: enrolled and not withdrawn, an open lesson, or its editor.

    Everything that serves lesson content asks this.
    """
    if isinstance(page, LessonPage) and page.is_preview:
        return True
    if not person.is_authenticated:
        return False
    course = course or course_page_of(page)
    enrolment = course and enrolment_in(person, course.translation_key)
    if enrolment and enrolment.state != Enrolment.State.WITHDRAWN:
        return True
    return page.permissions_for_user(person).can_edit()
