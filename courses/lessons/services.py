from collections.abc import Mapping

from courses.catalogue.models import Course
from courses.lessons.models import Lesson


def ensure_lessons(course: Course, titles: Mapping[str, str]) -> list[Lesson]:
    """Return the identity rows of these lessons (translation key -> title), in order; missing ones are made."""
    known = {str(row.translation_key): row for row in Lesson.objects.filter(translation_key__in=titles)}
    missing = [key for key in titles if key not in known]
    if missing:
        Lesson.objects.bulk_create(
            [Lesson(translation_key=key, course=course, title=titles[key]) for key in missing], ignore_conflicts=True
        )
        known |= {str(row.translation_key): row for row in Lesson.objects.filter(translation_key__in=missing)}
    return [known[key] for key in titles]
