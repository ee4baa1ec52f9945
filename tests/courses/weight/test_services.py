from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from courses.lessons.models import LessonPage
from courses.weight.models import LessonWeight
from courses.weight.queries import costs_of_courses, costs_of_lessons, lessons_to_weigh
from courses.weight.services import record_weight, weigh, weigh_due_lessons
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.media import ready_video

pytestmark = pytest.mark.django_db


def test_a_lesson_is_weighed_part_by_part(lesson, image):
    weight = weigh(lesson)
    assert 100 < weight.text_bytes < 2_000
    ((title, size),) = weight.pictures
    assert (title, size) == ("A cell", image.get_rendition("format-webp|width-800").file.size)
    assert weight.recordings == ()
    assert weight.script_bytes > 0


def test_of_a_recording_its_smallest_file_is_told():
    video = ready_video()
    weight = weigh(LessonPageFactory(body=[("video", video)]))
    assert weight.recordings == ((video.title, video.renditions.get(kind="240p").size_bytes),)


def test_what_is_published_is_weighed_once_and_again_when_it_changes(lesson):
    now = timezone.now()
    assert lesson in lessons_to_weigh(now)
    weigh_due_lessons(now=now)
    weigh_due_lessons(now=now)
    first = LessonWeight.objects.get(page=lesson)
    assert first.revision_id == lesson.live_revision_id
    assert not lessons_to_weigh(now).exists()
    lesson.body = [("text", f"<p>{' '.join(str(number) for number in range(2000))}</p>")]
    lesson.save_revision().publish()
    cache.clear()
    weigh_due_lessons(now=now)
    again = LessonWeight.objects.get(page=lesson)
    assert again.page_bytes > first.page_bytes
    assert again.pictures_bytes == 0
    assert lessons_to_weigh(now + timedelta(days=2)).get() == lesson


def test_a_recording_that_is_not_prepared_yet_is_weighed_again_when_it_is():
    video, now = ready_video(), timezone.now()
    renditions = list(video.renditions.all())
    video.renditions.all().delete()
    lesson = LessonPageFactory(body=[("video", video)])
    assert not weigh(lesson).is_whole
    weigh_due_lessons(now=now)
    assert lesson in lessons_to_weigh(now)
    for rendition in renditions:
        rendition.pk = None
        rendition.save()
    weigh_due_lessons(now=now)
    assert LessonWeight.objects.get(page=lesson).recordings_bytes > 0
    assert lesson not in lessons_to_weigh(now)


def test_a_course_tells_no_cost_until_all_its_lessons_are_weighed():
    course = course_with_lessons(2)
    weigh_due_lessons(now=timezone.now())
    assert set(costs_of_courses([course])) == {course.pk}
    LessonWeight.objects.last().delete()
    assert costs_of_courses([course]) == {}
    assert costs_of_courses([]) == {}


def test_drafts_are_not_weighed_for_learners():
    LessonPageFactory(live=False)
    weigh_due_lessons(now=timezone.now())
    assert not LessonWeight.objects.exists()


def test_a_lesson_that_cannot_be_weighed_keeps_no_other_back(lesson, monkeypatch):
    other = LessonPageFactory()

    def fail(page, *, now):
        if page.pk == lesson.pk:
            raise OSError("its files are gone")
        return record_weight(page, now=now)

    monkeypatch.setattr("courses.weight.services.record_weight", fail)
    weigh_due_lessons(now=timezone.now())
    assert list(LessonWeight.objects.values_list("page_id", flat=True)) == [other.pk]


def test_costs_of_any_number_of_courses_are_one_query(django_assert_num_queries):
    courses = [course_with_lessons(2), course_with_lessons(1, 1)]
    weigh_due_lessons(now=timezone.now())
    first = LessonPage.objects.descendant_of(courses[0]).first()
    with django_assert_num_queries(1):
        costs = costs_of_courses(courses)
    with django_assert_num_queries(1):
        lessons = costs_of_lessons(LessonPage.objects.descendant_of(courses[0]).values_list("pk", flat=True))
    assert costs[courses[0].pk].reading_bytes == sum(cost.reading_bytes for cost in lessons.values())
    assert set(costs) == {course.pk for course in courses}
    first.unpublish()
    assert costs_of_courses(courses[:1])[courses[0].pk].reading_bytes < costs[courses[0].pk].reading_bytes
