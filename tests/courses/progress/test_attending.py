"""A lesson that is a webinar: done by attending it, in any order with enrolling, and not by the learner's word."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from courses.enrolment.models import Enrolment
from courses.progress.errors import DoneByAttending
from courses.progress.models import LessonProgress
from courses.progress.queries import watched_share
from courses.progress.services import mark_lesson_done
from courses.progress.tasks import record_attended_lessons
from courses.webinars.models import Webinar
from tests.courses.progress.test_watched import captioned_video
from tests.factories.accounts import UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled
from tests.factories.webinars import attended_webinar, dated_webinar

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def course():
    """One of a single lesson."""
    return course_with_lessons(1)


@pytest.fixture
def lesson(course):
    return course.get_children().first().get_children().first().specific


@pytest.fixture
def person():
    return UserFactory()


def is_complete(enrolment: Enrolment) -> bool:
    enrolment.refresh_from_db()
    return enrolment.state == Enrolment.State.COMPLETED


@pytest.mark.parametrize("enrols_first", [True, False])
def test_attending_does_the_lesson_whenever_one_enrols(course, lesson, person, enrols_first):
    if enrols_first:
        enrolled(course, person)
    attended_webinar(person, now=NOW, counts_as=lesson)
    enrolment = enrolled(course, person)
    record_attended_lessons()
    record_attended_lessons()
    assert is_complete(enrolment)
    assert LessonProgress.objects.filter(enrolment=enrolment, done_at__isnull=False).count() == 1


def test_any_of_several_dates_will_do_and_other_people_are_left_alone(course, lesson, person):
    dated_webinar(now=NOW, counts_as=lesson)
    attended_webinar(person, now=NOW, counts_as=lesson)
    another, enrolment = enrolled(course), enrolled(course, person)
    record_attended_lessons()
    assert is_complete(enrolment)
    assert not is_complete(another)


def test_attending_too_short_or_another_webinar_does_nothing(course, lesson, person):
    attended_webinar(person, now=NOW, minutes=10, counts_as=lesson)
    attended_webinar(person, now=NOW)
    enrolment = enrolled(course, person)
    record_attended_lessons()
    assert not is_complete(enrolment)


def test_the_learners_word_does_not_do_while_a_webinar_counts(course, lesson, person):
    webinar = dated_webinar(now=NOW, counts_as=lesson, study_counts=True)
    enrolment = enrolled(course, person)
    with pytest.raises(DoneByAttending):
        mark_lesson_done(enrolment, lesson, now=NOW)
    mark_lesson_done(enrolment, lesson, now=webinar.ends_at)
    assert is_complete(enrolment)


@pytest.mark.parametrize(
    ("change", "is_refused"), [({}, True), ({"called_off_at": NOW}, False), ({"lesson_key": None}, False)]
)
def test_studying_alone_does_not_do_where_the_organiser_does_not_say_so(course, lesson, person, change, is_refused):
    webinar = dated_webinar(now=NOW, counts_as=lesson)
    Webinar.objects.update(**change)
    enrolment = enrolled(course, person)
    if is_refused:
        with pytest.raises(DoneByAttending):
            mark_lesson_done(enrolment, lesson, now=webinar.ends_at + DAY)
    else:
        assert mark_lesson_done(enrolment, lesson, now=NOW).is_complete


def test_the_page_leads_to_the_webinar_and_has_no_button(course, lesson, person):
    webinar = dated_webinar(counts_as=lesson, title="Reading variants live")
    enrolled(course, person)
    client = Client()
    client.force_login(person)
    page = client.get(lesson.url).text
    assert "Reading variants live" in page
    assert webinar.page.url in page
    assert 'data-action="done"' not in page
    refused = client.post(reverse("mark_done", args=[lesson.pk]), follow=True).text
    assert "This lesson is done by attending its webinar." in refused


def test_attending_counts_as_having_seen_the_lessons_recordings(course, lesson, person):
    video = captioned_video()
    lesson.body, lesson.watched_percent = [("video", video)], 80
    lesson.save_revision().publish()
    attended_webinar(person, now=NOW, counts_as=lesson)
    enrolment = enrolled(course, person)
    record_attended_lessons()
    assert watched_share(enrolment, video) == 1
    assert is_complete(enrolment)
