"""What a player tells of a recording, and whom it is taken from."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.lessons.models import LessonPage
from courses.media.models import MediaItem
from courses.progress.models import WatchedMedia
from courses.progress.queries import watched_share
from courses.progress.services import record_watched
from tests.factories.accounts import UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def video() -> MediaItem:
    return CaptionsFactory(item=ready_video()).item


@pytest.fixture
def course():
    return course_with_lessons(2)


@pytest.fixture
def lesson(course, video) -> LessonPage:
    lesson = LessonPage.objects.descendant_of(course).first()
    lesson.body = [("video", video)]
    lesson.save_revision().publish()
    return lesson


@pytest.fixture
def enrolment(client, course, lesson):
    enrolment = enrolled(course, now=timezone.now())
    client.force_login(enrolment.learner)
    return enrolment


@pytest.fixture
def address(lesson, video) -> str:
    return reverse("watched", args=[lesson.pk, video.pk])


def test_what_was_watched_adds_up_whatever_the_order_and_twice_is_once(client, enrolment, video, address):
    told = [("20-30", 30), ("0-12.5", 12.5), ("20-30,10-15", 15)]
    for ranges, position in [*told, told[0]]:
        assert client.post(address, {"ranges": ranges, "position": position}).status_code == 200
    row = WatchedMedia.objects.get()
    assert row.ranges == [[0, 15], [20, 30]]
    assert watched_share(enrolment, video) == pytest.approx(25 / 60)
    assert client.get(address).json() == {"position": 30, "share": pytest.approx(25 / 60)}


def test_nobody_watches_more_than_there_is(enrolment, video):
    record_watched(enrolment, video, [(0, 9000)], position_seconds=9000, now=timezone.now())
    assert watched_share(enrolment, video) == 1
    assert WatchedMedia.objects.get().position_seconds == 60


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"ranges": "", "position": 1},
        {"ranges": "all", "position": 1},
        {"ranges": "1-2", "position": "NaN"},
        {"ranges": "1-2", "position": -1},
        {"ranges": "1-2,", "position": 1},
        {"ranges": "1-2," * 3000 + "1-2", "position": 1},
    ],
)
def test_what_no_player_says_is_refused_and_nothing_is_recorded(client, enrolment, address, told):
    assert client.post(address, told).status_code == 400
    assert not WatchedMedia.objects.exists()


def test_only_learners_of_the_course_are_listened_to_and_only_about_recordings_of_the_lesson(client, lesson, address):
    told = {"ranges": "0-10", "position": 10}
    assert "/login/" in client.post(address, told)["Location"]
    client.force_login(UserFactory())
    assert client.post(address, told).status_code == 404
    elsewhere = reverse("watched", args=[lesson.pk, ready_video().pk])
    assert client.post(elsewhere, told).status_code == 404
    assert not WatchedMedia.objects.exists()


def test_the_page_tells_its_script_where_to_report_to_learners_alone(client, enrolment, lesson):
    assert reverse("watched", args=[lesson.pk, 0]) in client.get(lesson.url).content.decode()
    LessonPage.objects.filter(pk=lesson.pk).update(is_preview=True)
    client.force_login(UserFactory())
    assert "data-watched" not in client.get(lesson.url).content.decode()
