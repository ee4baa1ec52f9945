from collections.abc import Mapping

from django.db import transaction

from courses.assessments.models import Quiz, QuizPage
from courses.catalogue.models import Course


def ensure_quizzes(course: Course, titles: Mapping[str, str]) -> list[Quiz]:
    """Return the identity rows of these quizzes (translation key -> title), in order; missing ones are made."""
    known = {str(row.translation_key): row for row in Quiz.objects.filter(translation_key__in=titles)}
    missing = [key for key in titles if key not in known]
    if missing:
        Quiz.objects.bulk_create(
            [Quiz(translation_key=key, course=course, title=titles[key]) for key in missing], ignore_conflicts=True
        )
        known |= {str(row.translation_key): row for row in Quiz.objects.filter(translation_key__in=missing)}
    return [known[key] for key in titles]


@transaction.atomic
def translate_questions_of(page: QuizPage) -> None:
    """Let a quiz ask its questions in its own language: each one's translation, or a draft copy to be translated."""
    page = QuizPage.objects.get(pk=page.pk)
    uses = list(page.quiz_questions.select_related("question"))
    for use in uses:
        translation = use.question.get_translation_or_none(page.locale)
        if translation is None:
            translation = use.question.copy_for_translation(page.locale)
            translation.save()
        use.question = translation
    page.quiz_questions = uses
    page.save()
    page.save_revision()
