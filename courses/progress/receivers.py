from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished

from courses.assessments.models import Quiz, QuizPage
from courses.lessons.models import Lesson, LessonPage
from courses.progress import tasks

IDENTITIES = {LessonPage: Lesson, QuizPage: Quiz}


@receiver(page_published, dispatch_uid="ask_for_step_again_on_publish")
def ask_for_step_again_on_publish(sender: type, instance, **kwargs) -> None:
    """A step that is published again is asked for again by contracts that name it."""
    if sender in IDENTITIES:
        IDENTITIES[sender].objects.filter(translation_key=instance.translation_key, is_retired=True).update(
            is_retired=False
        )


@receiver(page_unpublished, dispatch_uid="retire_step_on_unpublish")
def retire_step_on_unpublish(sender: type, instance, **kwargs) -> None:
    """A step that is live in no language is asked of nobody any more; those who lacked only it are now complete."""
    if sender not in IDENTITIES or sender.objects.live().filter(translation_key=instance.translation_key).exists():
        return
    for step in IDENTITIES[sender].objects.filter(translation_key=instance.translation_key, is_retired=False):
        step.is_retired = True
        step.save(update_fields=["is_retired"])
        tasks.recount_course.delay_on_commit(step.course_id)
