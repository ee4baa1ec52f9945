import json
import re
from datetime import timedelta

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.assessments.models import Attempt
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import Lesson, LessonPage
from courses.media.models import Captions, MediaItem
from courses.offline.saving.fragments import Fragment, Picture, fragment_of, sizes_within, weigh
from tests.factories.accounts import UserFactory
from tests.factories.assessments import QuestionFactory, quiz_with_questions
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import enrolled
from tests.factories.reflections import ReflectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(course) -> LessonPage:
    page = LessonPage.objects.descendant_of(course).first()
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)


def manifest(client, course) -> dict:
    return client.get(reverse("offline_course", args=[course.pk])).json()


# -- The text of a lesson -----------------------------------------------------------------------------------------


def test_a_text_is_anybodys_who_has_its_address_and_lasts(client, lesson):
    answer = client.get(fragment_of(lesson).url)
    assert "Absent from whom?" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(fragment_of(lesson).url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_text_says_nothing_of_who_reads(client, course, lesson, learner):
    theirs = client.get(fragment_of(lesson).url)
    assert "Cookie" not in theirs.headers.get("Vary", "")
    client.logout()
    assert client.get(fragment_of(lesson).url).content == theirs.content


@pytest.mark.parametrize("place", range(5, 9))
def test_an_address_changed_anywhere_leads_nowhere(client, lesson, place):
    parts = re.split(r"([/.])", fragment_of(lesson).url)
    places = [n for n, part in enumerate(parts) if re.fullmatch(r"\d+|en|[0-9a-f]{48}", part)]
    which = places[place - 5]
    parts[which] = {"en": "fr"}.get(parts[which]) or parts[which][:-1] + ("1" if parts[which][-1] != "1" else "2")
    assert client.get("".join(parts)).status_code == 404


def test_an_older_revision_answers_as_long_as_it_is_there(client, lesson):
    address = fragment_of(lesson).url
    lesson.body = [("text", "<p>Present in whom?</p>")]
    lesson.save_revision().publish()
    older = client.get(address)
    assert "Absent from whom?" in older.content.decode()
    assert "immutable" in older.headers["Cache-Control"]
    assert fragment_of(LessonPage.objects.get(pk=lesson.pk)).url != address
    lesson.revisions.order_by("pk").first().delete()
    assert client.get(address).status_code == 404


def test_pictures_are_left_behind_that_do_not_fit():
    fragments = [Fragment("", 10, (Picture("a", 50), Picture("b", 60))), Fragment("", 10, (Picture("c", 30),))]
    assert sizes_within(fragments, most=100) == {"a": 50, "c": 30}


def test_of_a_picture_in_two_widths_the_wider_is_taken_along(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "wide.webp").write_bytes(b"x" * 900)
    picture = (
        '<img src="/media/images/small.webp" srcset="/media/images/small.webp 400w, /media/images/wide.webp 800w">'
    )
    assert weigh(f"<p>{picture}</p>")[1] == (Picture("/media/images/wide.webp", 900),)


# -- What is taken along ------------------------------------------------------------------------------------------


def test_nobody_is_told_of_a_course_who_does_not_study_it(client, course):
    address = reverse("offline_course", args=[course.pk])
    assert client.get(address).status_code == 401
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404


def test_nor_who_has_left_it(client, course, learner):
    withdraw_learner(enrolled(course, learner), now=timezone.now())
    assert client.get(reverse("offline_course", args=[course.pk])).status_code == 404


def test_lessons_are_told_in_order_with_what_they_take(client, course, learner, lesson):
    told = manifest(client, course)
    assert [(one["number"], one["title"]) for one in told["lessons"]] == [
        ("1.1", lesson.title),
        ("1.2", LessonPage.objects.descendant_of(course).last().title),
    ]
    assert client.get(told["lessons"][0]["fragment"]).status_code == 200
    assert told["sizes"]["text"] > sum(one["bytes"] for one in told["lessons"]) > 0


def test_a_quiz_comes_with_its_open_attempt(client, course, learner):
    quiz = quiz_with_questions(2, module=course.get_children().first())
    (told,) = manifest(client, course)["quizzes"]
    assert told["attempt"] == Attempt.objects.get().pk
    assert told["form"].count('class="question"') == 2
    assert f'action="{reverse("answer_quiz", args=[quiz.pk])}"' in told["form"]
    assert manifest(client, course)["quizzes"][0]["attempt"] == told["attempt"]


def test_an_attempt_that_is_told_waits_for_the_device_as_it_is(client, course, learner):
    quiz = quiz_with_questions(2, module=course.get_children().first())
    (told,) = manifest(client, course)["quizzes"]
    quiz.quiz_questions.update(question=QuestionFactory())
    client.get(quiz.url)
    (again,) = manifest(client, course)["quizzes"]
    assert again == told


@pytest.mark.parametrize("costs", [{"max_attempts": 2}, {"time_limit_minutes": 5}])
def test_a_quiz_that_costs_something_stays_behind_and_says_why(client, course, learner, costs):
    quiz_with_questions(1, module=course.get_children().first(), **costs)
    (told,) = manifest(client, course)["quizzes"]
    assert told["form"] == ""
    assert "with a connection" in told["why"]
    assert not Attempt.objects.exists()


@pytest.fixture
def video(lesson) -> MediaItem:
    """In the first lesson, most of it to be watched by who enrols from then on."""
    video = ready_video()
    CaptionsFactory(item=video), CaptionsFactory(item=video, language="fr")
    lesson.body, lesson.watched_percent = [("video", video)], 80
    lesson.save_revision().publish()
    return video


def test_recordings_are_told_by_part_with_captions_in_the_language_of_the_lesson(client, video, course, learner):
    told = manifest(client, course)
    captions = f"{reverse('captions', args=[video.captions.get(language='en').key])}?"
    files = {one["kind"]: one["url"] for one in told["lessons"][0]["recordings"]}
    assert set(files) == {"audio", "240p", "480p", "captions"}
    assert set(told["sound"]) == {files["audio"], files["captions"]}
    assert set(told["video"]) == {files["240p"], files["captions"]}
    assert files["captions"].startswith(captions)
    assert client.get(files["captions"]).status_code == 200
    assert told["sizes"]["video"] == 2_100_000 + told["video"][files["captions"]]
    assert client.get(reverse("offline_sizes"), {"course": course.pk}).json()[str(course.pk)] == told["sizes"]


def test_captions_that_change_have_another_address(client, video, course, learner):
    before = manifest(client, course)["sound"]
    Captions.objects.update(changed_at=timezone.now() + timedelta(days=1))
    assert set(before) & set(manifest(client, course)["sound"]) == {one for one in before if one.endswith(".m4a")}


def test_what_is_still_to_be_watched_is_told(client, video, course, learner):
    (told,) = manifest(client, course)["lessons"][0]["unwatched"]
    assert told == {"id": video.pk, "title": video.title, "asked": 80, "reached": 0}


def test_files_of_another_host_stay_behind(client, video, course, learner, settings):
    settings.MEDIA_URL = "https://files.example.org/"
    told = manifest(client, course)
    assert (told["sound"], told["video"], told["lessons"][0]["recordings"]) == ({}, {}, [])


def test_where_recordings_lie_is_told_to_nobody_who_does_not_study_the_course(client, video, course):
    client.force_login(UserFactory())
    for address in (reverse("offline_course", args=[course.pk]), f"{reverse('offline_sizes')}?course={course.pk}"):
        assert "lesson-media" not in client.get(address).content.decode()
    assert client.get(reverse("offline_sizes"), {"course": course.pk}).json() == {}


def test_the_picture_of_a_video_comes_along_with_the_others(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "poster.webp").write_bytes(b"x" * 700)
    assert weigh('<video controls poster="/media/poster.webp"></video>')[1] == (Picture("/media/poster.webp", 700),)


def test_what_a_learner_wrote_is_told_to_them_alone(client, course, learner, lesson):
    mine = ReflectionFactory(learner=learner, lesson=Lesson.objects.get(translation_key=lesson.translation_key))
    ReflectionFactory(lesson=mine.lesson, text="Somebody else’s")
    told = manifest(client, course)
    assert told["lessons"][0]["written"][str(mine.question_key)]["text"] == mine.text
    assert "Somebody else" not in json.dumps(told, ensure_ascii=False)


def test_pending_messages_are_not_used_up(client, course, learner):
    client.post(reverse("delete_reflection", args=[ReflectionFactory(learner=learner).pk]))
    manifest(client, course)
    assert "The reflection is deleted." in client.get("/my/").content.decode()


def test_twenty_lessons_take_as_many_queries_as_two(client, course, learner):
    def queries_of(address: str) -> int:
        for page in LessonPage.objects.filter(live_revision=None):
            page.save_revision().publish()
        client.get(address)  # after which the texts are kept
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    for page in LessonPage.objects.descendant_of(course):
        page.body = [("video", CaptionsFactory(item=ready_video()).item)]
        page.save_revision().publish()
    addresses = [reverse("offline_course", args=[course.pk]), f"{reverse('offline_sizes')}?course={course.pk}"]
    few = [queries_of(address) for address in addresses]
    for _number in range(18):
        LessonPageFactory(
            parent=course.get_children().first(), body=[("video", CaptionsFactory(item=ready_video()).item)]
        )
    assert [queries_of(address) for address in addresses] == few
    assert max(few) <= 25


def test_sizes_are_told_of_studied_courses_alone(client, course, learner):
    other = course_with_lessons(1)
    sizes = client.get(reverse("offline_sizes"), {"course": [course.pk, other.pk, "x"]}).json()
    assert list(sizes) == [str(course.pk)]
    assert sizes[str(course.pk)] == manifest(client, course)["sizes"]


# -- Pages --------------------------------------------------------------------------------------------------------


def test_the_page_without_a_connection_names_nobody(client, learner):
    page = client.get(reverse("no_connection")).content.decode()
    assert learner.name not in page
    assert "data-person" not in page


def test_the_worker_may_look_after_the_whole_site(client):
    answer = client.get("/offline-worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "\n//" not in answer.content.decode()
    packed = client.get("/offline-worker.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.content) == answer.content


def test_only_the_signed_in_load_the_script(client, course, learner):
    assert "bundles/offline" in client.get(course.url).content.decode()
    client.logout()
    assert "bundles/offline" not in client.get(course.url).content.decode()
