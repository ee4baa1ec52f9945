"""A process that does lessons as learners do, so many a second, until it is ended: `writer RATE NUMBER FILE`.

It says each second in the file how many it did. The first of several folds the counts now and then, as a worker does.
"""

import json
import sys
import time
from pathlib import Path
from random import Random

import django

django.setup()

from django.db.models import Max, Min  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.catalogue.models import Course, CoursePage  # noqa: E402
from courses.enrolment.models import Enrolment  # noqa: E402
from courses.lessons.models import LessonPage  # noqa: E402
from courses.progress.services import mark_lesson_done  # noqa: E402
from lms.measures.tasks import fold_milestones  # noqa: E402

FOLD_EVERY = 15  # seconds


def main(rate: float, number: int, file: Path) -> None:
    chance = Random(number)
    lessons = {
        Course.objects.get(translation_key=page.translation_key).pk: list(LessonPage.objects.descendant_of(page))
        for page in CoursePage.objects.live()
    }
    enrolments = Enrolment.objects.filter(run__course__in=lessons, state=Enrolment.State.ACTIVE)
    ends = enrolments.aggregate(first=Min("pk"), last=Max("pk"))
    began, done, folded_at = time.monotonic(), 0, time.monotonic()
    chosen: list[Enrolment] = []
    while True:
        if not chosen:  # some at a time: looking for them is none of the work that is measured
            start = chance.randint(ends["first"], ends["last"])
            chosen = list(enrolments.filter(pk__gte=start).select_related("run", "contract").order_by("pk")[:20])
            continue
        enrolment = chosen.pop()
        mark_lesson_done(enrolment, chance.choice(lessons[enrolment.run.course_id]), now=timezone.now())
        done += 1
        now = time.monotonic()
        if done % 50 == 0:
            told = {"writes": done, "seconds": now - began, "cpu": time.process_time()}
            beside = file.with_suffix(".new")
            beside.write_text(json.dumps(told))
            beside.rename(file)
        if number == 0 and now - folded_at > FOLD_EVERY:
            fold_milestones()
            folded_at = time.monotonic()
        time.sleep(max(began + done / rate - time.monotonic(), 0))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
