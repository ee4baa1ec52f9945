from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move, published, unpublished

from courses.assessments.models import Question, QuizPage
from courses.assessments.signals import ruling_made
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.queries import course_page_of
from courses.lessons.models import LessonPage, ModulePage
from courses.progress import services, tasks
from courses.webinars.signals import attended
from lms.access.signals import seats_changed

PAGES_THAT_HOLD_STEPS = (CoursePage, ModulePage, LessonPage, QuizPage)


@receiver([page_published, page_unpublished, post_delete], dispatch_uid="publish_terms_when_a_page_comes_or_goes")
def publish_terms_when_a_page_comes_or_goes(sender: type, instance, **kwargs) -> None:
    """What a course asks for is what is published of it."""
    if sender in PAGES_THAT_HOLD_STEPS:
        _publish_terms_around([instance])


@receiver(post_page_move, dispatch_uid="publish_terms_when_a_page_moves")
def publish_terms_when_a_page_moves(sender: type, instance, parent_page_before, **kwargs) -> None:
    if sender in PAGES_THAT_HOLD_STEPS:
        _publish_terms_around([instance, parent_page_before])


@receiver([published, unpublished], dispatch_uid="publish_terms_when_a_question_comes_or_goes")
def publish_terms_when_a_question_comes_or_goes(sender: type, instance, **kwargs) -> None:
    """A quiz without a live question cannot be passed, so it is asked of nobody."""
    if sender is Question:
        _publish_terms_around(QuizPage.objects.filter(quiz_questions__question=instance.pk).distinct())


@receiver(ruling_made, dispatch_uid="apply_ruling_once_made")
def apply_ruling_once_made(ruling_id: int, **kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the row."""
    tasks.apply_ruling.delay(ruling_id)


@receiver(attended, dispatch_uid="record_attended_lessons_once_fixed")
def record_attended_lessons_once_fixed(**kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds who attended and has not done the lesson."""
    tasks.record_attended_lessons.delay()


@receiver(seats_changed, dispatch_uid="enrol_learners_once_seated")
def enrol_learners_once_seated(pool_id: int, **kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds who has a seat and no enrolment."""
    tasks.enrol_learners_of_pool.delay(pool_id)


def _publish_terms_around(pages: Iterable[Page]) -> None:
    # After the commit: while a whole course is being deleted, one that has lost all its lessons is seen on the way.
    for translation_key in {course.translation_key for page in pages if (course := course_page_of(page))}:
        transaction.on_commit(partial(_publish_terms, translation_key), robust=True)


def _publish_terms(translation_key: UUID) -> None:
    course = Course.objects.filter(translation_key=translation_key).first()
    if course and services.publish_terms(course, now=timezone.now()):
        tasks.recount_course.delay_on_commit(course.pk)  # those who lacked only what was let go are now complete
