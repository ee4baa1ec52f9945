from collections.abc import Sequence

from courses.catalogue.models import Course
from courses.lessons.models import Lesson
from courses.lessons.queries import OutlineLesson


def ensure_lessons(course: Course, outline: Sequence[OutlineLesson]) -> list[Lesson]:
    """Return the identity rows of these lessons, in order; those met for the first time are made."""
    Lesson.objects.bulk_create(
        [Lesson(translation_key=lesson.translation_key, course=course, title=lesson.title) for lesson in outline],
        ignore_conflicts=True,
    )
    rows = {str(row.translation_key): row for row in Lesson.objects.filter(course=course)}
    return [rows[lesson.translation_key] for lesson in outline]
