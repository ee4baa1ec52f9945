"""What a player tells of a recording, and whom it is taken from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from courses.catalogue.models import Course
from courses.lessons.models import LessonPage
from courses.media.models import MediaItem
from courses.progress.models import Completion, WatchedMedia
from courses.progress.queries import records_of, syllabus_for, watched_share
from courses.progress.services import current_terms, mark_lesson_done, publish_terms, record_watched
from tests.courses.progress.test_views import text_of
from tests.factories.accounts import UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import enrolled

pytestmark = pytest.mark.django_db


def captioned_video(*languages: str) -> MediaItem:
    video = ready_video()
    for language in languages or ("en",):
        CaptionsFactory(item=video, language=language)
    return video


@pytest.fixture
def video() -> MediaItem:
    return captioned_video()


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


def test_nobody_watches_more_than_there_is(enrolment, lesson, video):
    record_watched(enrolment, lesson, video, [(0, 9000)], position_seconds=9000, now=timezone.now())
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


# -- What completing a course asks to be watched -------------------------------------------------------------------


@pytest.fixture
def asking(lesson) -> LessonPage:
    """The lesson, once it asks for 80 per cent of its video."""
    lesson.watched_percent = 80
    lesson.save_revision().publish()
    return lesson


def watch(enrolment, lesson, video, *seconds) -> None:
    record_watched(enrolment, lesson, video, [seconds], position_seconds=seconds[1], now=timezone.now())


def progress_of(enrolment):
    enrolment.contract.refresh_from_db()
    return records_of([enrolment])[enrolment.pk].progress


def mark_all_done(enrolment, course) -> None:
    for lesson in LessonPage.objects.descendant_of(course):
        mark_lesson_done(enrolment, lesson, now=timezone.now())


def test_a_course_is_complete_once_enough_was_watched_whatever_came_first(client, course, asking, video):
    watches_first, reads_first = enrolled(course), enrolled(course)
    watch(watches_first, asking, video, 0, 48)
    mark_all_done(watches_first, course)
    mark_all_done(reads_first, course)
    watch(reads_first, asking, video, 0, 47)
    assert progress_of(reads_first).percent == 66
    watch(reads_first, asking, video, 40, 48)
    for enrolment in (watches_first, reads_first):
        enrolment.refresh_from_db()
        assert progress_of(enrolment).percent == 100
        assert (enrolment.state, Completion.objects.filter(enrolment=enrolment).count()) == ("completed", 1)


def test_each_page_says_what_is_to_be_watched_how_far_one_is_and_where(client, course, asking, enrolment, video):
    watch(enrolment, asking, video, 0, 21.5)
    mark_lesson_done(enrolment, asking, now=timezone.now())
    told = "Watch at least 80 % of it, or read its transcript; you have watched 35 %"
    for address in (asking.url, course.url, reverse("my_learning")):
        page = client.get(address)
        assert told in text_of(page)
        assert f'href="{asking.url}#media-{video.pk}"' in page.content.decode()
    assert "2 steps to go, about 11 minutes." in text_of(client.get(course.url))  # a lesson of ten, 27 of 60 seconds
    assert syllabus_for(course, enrolment).next_step.url == asking.url  # it is done, but something in it is missing


def test_who_is_not_enrolled_is_told_beforehand(client, course, asking):
    assert "Watch 80 % of its recordings, or read their transcripts" in text_of(client.get(course.url))


def test_reading_counts_as_much_and_needs_no_script(client, course, asking, enrolment, video):
    mark_all_done(enrolment, course)
    address = reverse("read", args=[asking.pk, video.pk])
    assert f'action="{address}"' in client.get(asking.url).content.decode()
    assert client.post(address)["Location"] == reverse("my_learning")  # which shows the course as complete
    assert client.post(address)["Location"] == f"{asking.url}#done"
    assert Completion.objects.count() == 1
    assert (watched_share(enrolment, video), WatchedMedia.objects.get().ranges) == (1, [])
    watch(enrolment, asking, video, 0, 5)
    assert watched_share(enrolment, video) == 1
    assert f'action="{address}"' not in client.get(asking.url).content.decode()


def test_only_learners_of_the_course_can_say_that_they_read_and_only_what_is_in_the_lesson(
    client, lesson, enrolment, video
):
    assert client.get(reverse("read", args=[lesson.pk, video.pk]))["Location"] == lesson.url
    assert client.post(reverse("read", args=[lesson.pk, ready_video().pk])).status_code == 404
    client.force_login(UserFactory())
    assert client.post(reverse("read", args=[lesson.pk, video.pk])).status_code == 404
    assert not WatchedMedia.objects.exists()


def test_a_lower_share_holds_for_all_and_a_higher_one_for_those_who_come_later(
    course, asking, video, django_capture_on_commit_callbacks
):
    early = enrolled(course)
    watch(early, asking, video, 0, 30)
    for share, is_met in ((60, False), (50, True), (90, True)):
        asking.watched_percent = share
        with django_capture_on_commit_callbacks(execute=True):
            asking.save_revision().publish()
        assert (progress_of(early).percent == 33) is is_met
    assert enrolled(course).contract.share_asked_of(video.pk) == 90


@pytest.mark.parametrize("edit", ["ask no more", "make optional", "take out", "replace", "move"])
def test_a_recording_no_longer_asked_for_blocks_nobody(course, asking, edit, django_capture_on_commit_callbacks):
    enrolment = enrolled(course)
    assert len(progress_of(enrolment).missing) == 3
    other = LessonPage.objects.descendant_of(course).exclude(pk=asking.pk).get()
    if edit == "ask no more":
        asking.watched_percent = None
    elif edit == "make optional":
        asking.is_optional = True
    elif edit == "replace":
        asking.body = [("video", captioned_video())]
    else:
        asking.body = []
    if edit == "move":
        other.body, other.watched_percent = [("video", MediaItem.objects.get())], 80
    with django_capture_on_commit_callbacks(execute=True):
        asking.save_revision().publish()
        other.save_revision().publish()
    assert {one.kind for one in progress_of(enrolment).missing} == {"lesson"}


def test_what_was_watched_counts_on_when_the_recording_is_deleted(course, asking, video):
    enrolment = enrolled(course)
    watch(enrolment, asking, video, 0, 60)
    video.delete()
    publish_terms(Course.objects.get(), now=timezone.now())
    assert progress_of(enrolment).percent == 33
    assert not current_terms(Course.objects.get(), course).recordings


def test_in_a_translation_the_recording_in_its_place_counts(course, asking, video):
    second, ours = captioned_video("en", "fr"), captioned_video("fr")
    asking.body = [("video", second), ("video", video)]
    asking.save_revision().publish()
    enrolment = enrolled(course)
    french, _created = Locale.objects.get_or_create(language_code="fr")
    lesson = asking.copy_for_translation(french, copy_parents=True)
    lesson.body, lesson.watched_percent = [("video", second), ("video", ours)], None
    lesson.save_revision().publish()
    watch(enrolment, lesson, ours, 0, 60)
    assert (watched_share(enrolment, video), watched_share(enrolment, second)) == (1, 0)
    watch(enrolment, lesson, second, 0, 60)
    assert [one.kind for one in progress_of(enrolment).missing] == ["lesson", "lesson"]


def test_many_learners_are_one_query(course, asking, django_assert_num_queries):
    few = [enrolled(course) for _number in range(2)]
    many = [*few, *(enrolled(course) for _number in range(10))]
    for enrolments in (few, many):
        with django_assert_num_queries(1):
            records_of(enrolments)


def test_a_lesson_asks_no_more_of_the_database_for_it(client, enrolment, course, lesson):
    def queries() -> int:
        client.get(lesson.url)
        with CaptureQueriesContext(connection) as asked:
            client.get(lesson.url)
        return len(asked)

    before = queries()
    lesson.watched_percent = 80
    lesson.save_revision().publish()
    client.force_login(enrolled(course).learner)
    assert queries() == before


def test_the_page_tells_its_script_where_to_report_to_learners_alone(client, enrolment, lesson):
    assert reverse("watched", args=[lesson.pk, 0]) in client.get(lesson.url).content.decode()
    LessonPage.objects.filter(pk=lesson.pk).update(is_preview=True)
    client.force_login(UserFactory())
    assert "data-watched" not in client.get(lesson.url).content.decode()
