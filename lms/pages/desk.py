"""What lies on an author's desk: their courses in the CMS, and what is still to be done before learners see it."""

from collections import Counter
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import policy_registry

from courses.assessments.models import Question
from courses.catalogue.models import CoursePage
from courses.catalogue.permissions import courses_taught_by
from lms.accounts.models import User


@dataclass(frozen=True)
class CourseOnDesk:
    """A course in one language. Pages counted: course, modules, lessons, quizzes; questions: the course's, in that language."""

    page: CoursePage
    course_id: int
    drafts: int  # pages with changes that learners do not see yet, and not sent for review
    in_review: int
    sent_back: int
    draft_questions: int

    @property
    def has_nothing_open(self) -> bool:
        return not (self.drafts or self.in_review or self.sent_back or self.draft_questions)


def courses_on_desk(person: User) -> list[CourseOnDesk]:
    """Return the courses that a person teaches, in every language; the same number of queries for any number."""
    course_ids = dict(courses_taught_by(person).values_list("translation_key", "pk"))
    pages = list(CoursePage.objects.filter(translation_key__in=course_ids).select_related("locale").order_by("title"))
    if not pages:
        return []
    below = Q()
    for page in pages:
        below |= Q(path__startswith=page.path)
    reviews = dict(
        WorkflowState.objects.active()
        .filter(base_content_type=ContentType.objects.get_for_model(Page))
        .values_list("object_id", "status")
    )
    counts: Counter[tuple[str, str]] = Counter()
    for pk, path, is_changed in Page.objects.filter(below).values_list("pk", "path", "has_unpublished_changes"):
        state = reviews.get(str(pk)) or ("draft" if is_changed else "")
        counts.update((page.path, state) for page in pages if path.startswith(page.path))
    questions = Counter(
        Question.objects.filter(course__in=course_ids.values(), kind__in=Question.ANSWERABLE)
        .filter(Q(live=False) | Q(has_unpublished_changes=True))
        .values_list("course_id", "locale_id")
    )
    return [
        CourseOnDesk(
            page=page,
            course_id=course_ids[page.translation_key],
            drafts=counts[page.path, "draft"],
            in_review=counts[page.path, WorkflowState.STATUS_IN_PROGRESS],
            sent_back=counts[page.path, WorkflowState.STATUS_NEEDS_CHANGES],
            draft_questions=questions[course_ids[page.translation_key], page.locale_id],
        )
        for page in pages
    ]


def waiting_for_review_by(person: User) -> int:
    """Return how many pages and questions a person can approve now."""
    return TaskState.objects.reviewable_by(person).count()


def may_publish(person: User) -> bool:
    return policy_registry.get_by_type(Page).user_has_permission(person, "publish")
