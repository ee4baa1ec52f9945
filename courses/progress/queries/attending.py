from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from courses.enrolment.models import Enrolment
from courses.lessons.models import Lesson
from courses.progress.models import LessonProgress
from courses.webinars.models import Attendance, Webinar


def attended_and_not_done(*, at_most: int) -> Iterator[tuple[int, Lesson]]:
    """Yield (enrolment id, lesson) of those who study a course and have attended what counts as a lesson not done yet.

    Whether they enrolled before or after. One query, and one for each lesson that a webinar counts as.
    """
    keys = Webinar.objects.filter(lesson_key__isnull=False).values("lesson_key")
    for lesson in Lesson.objects.filter(translation_key__in=keys).order_by("pk"):
        fixed = Attendance.objects.filter(
            registration__webinar__lesson_key=lesson.translation_key,
            registration__person=OuterRef("learner"),
            fixed_at__isnull=False,
        )
        done = LessonProgress.objects.filter(enrolment=OuterRef("pk"), lesson=lesson, done_at__isnull=False)
        studying = Enrolment.objects.filter(run__course=lesson.course_id, state=Enrolment.State.ACTIVE, erased_at=None)
        due = studying.filter(Exists(fixed), ~Exists(done)).order_by("pk").values_list("pk", flat=True)
        for enrolment_id in list(due[:at_most]):
            yield enrolment_id, lesson
