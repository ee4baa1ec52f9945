from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.catalogue.models import CoursePage
from courses.catalogue.services import ensure_course
from courses.lessons.models import LessonPage
from courses.lessons.services import ensure_lessons
from courses.reflections.errors import WrittenElsewhere
from courses.reflections.models import Reflection
from lms.accounts.models import User


@transaction.atomic
def save_reflection(
    learner: User, page: LessonPage, key: UUID, *, question: str, text: str, based_on: str, now: datetime
) -> None:
    """Keep what a learner wrote at a question; an empty text deletes it. The same text again changes nothing.

    based_on: the version that stood in the form, or its name, or "". Raises WrittenElsewhere if another has been saved since.
    """
    course = ensure_course(CoursePage.objects.ancestor_of(page).get())
    (lesson,) = ensure_lessons(course, {str(page.translation_key): page.title})
    stored = Reflection.objects.select_for_update().filter(learner=learner, lesson=lesson, question_key=key).first()
    if stored and stored.text == text:
        return
    if stored and not stored.is_what_was_seen(based_on):
        message = _("Something else was saved here since you opened the page, perhaps on another device.")
        raise WrittenElsewhere(message, text=stored.text, version=stored.version)
    if text:
        Reflection.objects.update_or_create(
            learner=learner,
            lesson=lesson,
            question_key=key,
            defaults={"question": question, "text": text, "written_at": now},
        )
    elif stored:
        stored.delete()
