from django.dispatch import receiver
from wagtail.signals import copy_for_translation_done

from courses.assessments import services
from courses.assessments.models import QuizPage


@receiver(copy_for_translation_done, dispatch_uid="translate_questions_with_their_quiz")
def translate_questions_with_their_quiz(sender: type, target_obj, **kwargs) -> None:
    """A quiz copied to be translated asks copies of its questions, which are translated one by one."""
    if isinstance(target_obj, QuizPage):
        services.translate_questions_of(target_obj)
