from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, published, unpublished

from courses.assessments.models import Question, Quiz, QuizPage
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.queries import course_page_of
from courses.lessons.models import LessonPage, ModulePage
from courses.progress import services, tasks

PAGES_THAT_HOLD_STEPS = (CoursePage, ModulePage, LessonPage, QuizPage)


@receiver([page_published, page_unpublished, post_delete], dispatch_uid="retire_steps_when_a_page_comes_or_goes")
def retire_steps_when_a_page_comes_or_goes(sender: type, instance, **kwargs) -> None:
    """A step that is live in no language is asked of nobody any more; one that is back is asked for again."""
    if sender in PAGES_THAT_HOLD_STEPS and (page := course_page_of(instance)):
        _retire_missing_steps(Course.objects.filter(translation_key=page.translation_key))


@receiver([published, unpublished], dispatch_uid="retire_quizzes_when_a_question_comes_or_goes")
def retire_quizzes_when_a_question_comes_or_goes(sender: type, instance, **kwargs) -> None:
    """A quiz whose last live question has gone cannot be passed, so it is asked of nobody until it has one again."""
    if sender is Question:
        keys = QuizPage.objects.filter(quiz_questions__question=instance.pk).values("translation_key")
        _retire_missing_steps(Course.objects.filter(quizzes__in=Quiz.objects.filter(translation_key__in=keys)))


def _retire_missing_steps(courses) -> None:
    for course in courses.distinct():
        if services.retire_missing_steps(course):
            tasks.recount_course.delay_on_commit(course.pk)  # those who lacked only that are now complete
