import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from courses.assessments.models import Attempt, QuizPage, QuizStanding, Response
from courses.assessments.services import save_draft
from courses.enrolment.models import Enrolment
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.progress.models import Completion, LessonProgress
from courses.progress.queries import records_of
from courses.progress.services import (
    attempt_at,
    begin_quiz,
    enrol_in_course,
    mark_lesson_done,
    record_visit,
    record_watched,
    recount_enrolment,
    submit_quiz,
)
from courses.progress.signals import course_completed
from lms.measures.models import MilestoneDelta
from tests.counts import milestones
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import LessonPageFactory, ModulePageFactory, course_with_lessons
from tests.factories.media import CaptionsFactory, ready_video
from tests.factories.progress import NOW, complete_course, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=40)


@pytest.fixture
def course():
    """A course of one module: two lessons and a quiz of two questions."""
    course = course_with_lessons(2)
    quiz_with_questions(2, module=course.get_children().first().specific)
    return course


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


@pytest.fixture
def quiz(course):
    return QuizPage.objects.descendant_of(course).get()


@pytest.fixture
def enrolment(course):
    return enrolled(course)


def together(count: int, *work: Callable[[], object]) -> None:
    """Run each piece of work in `count` threads, all of which begin at once."""
    barrier = Barrier(count * len(work))

    def begin(task: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            task()
        finally:
            connection.close()

    with ThreadPoolExecutor(count * len(work)) as pool:
        list(pool.map(begin, list(work) * count))


def state_of(enrolment: Enrolment) -> tuple:
    enrolment.refresh_from_db()
    return (
        enrolment.state,
        enrolment.lessons_done,
        enrolment.quizzes_passed,
        Completion.objects.filter(enrolment=enrolment).count(),
        milestones(),
    )


COMPLETED = ("completed", 2, 1, 1, {"enrolled": 1, "started": 1, "halfway": 1, "completed": 1, "passed": 1})


def test_the_last_thing_missing_completes_the_course(enrolment, course):
    completion = complete_course(enrolment, course)
    assert (completion.lessons_count, completion.score_fraction) == (2, 1)
    assert completion.contract == enrolment.contract
    assert state_of(enrolment) == COMPLETED


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_of_steps_and_any_repeat_gives_the_same(enrolment, lessons, quiz, order):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    steps = [
        lambda: mark_lesson_done(enrolment, lessons[0], now=NOW),
        lambda: mark_lesson_done(enrolment, lessons[1], now=NOW),
        lambda: submit_quiz(enrolment, attempt.pk, right_answers(quiz), now=NOW),
    ]
    for n in (*order, *order, *reversed(order)):
        steps[n]()
        record_visit(enrolment, lessons[0], now=NOW)
    assert state_of(enrolment) == COMPLETED
    assert Attempt.objects.count() == 1


def test_a_lesson_done_stays_done_since_its_first_time(enrolment, lessons):
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    mark_lesson_done(enrolment, lessons[0], now=LATER)
    record_visit(enrolment, lessons[0], now=LATER)
    row = LessonProgress.objects.get(enrolment=enrolment)
    assert (row.first_seen_at, row.done_at) == (NOW, NOW)


def test_a_visit_is_the_place_to_go_on_and_counts_nothing(enrolment, lessons):
    record_visit(enrolment, lessons[1], now=NOW)
    enrolment.refresh_from_db()
    assert enrolment.resume_lesson.translation_key == lessons[1].translation_key
    assert (enrolment.lessons_done, enrolment.started_at) == (0, NOW)


def test_the_same_lesson_on_the_same_day_writes_and_asks_nothing(enrolment, lessons, django_assert_num_queries):
    record_visit(enrolment, lessons[0], now=NOW)
    enrolment = Enrolment.objects.select_related("run", "resume_lesson").get()
    with django_assert_num_queries(0):
        record_visit(enrolment, lessons[0], now=NOW + timedelta(minutes=5))


def test_a_failed_quiz_counts_no_pass_and_a_later_pass_is_kept(enrolment, quiz):
    take_quiz(enrolment, quiz, {}, now=NOW)
    assert QuizStanding.objects.get().passed_at is None
    take_quiz(enrolment, quiz, right_answers(quiz), now=NOW)
    take_quiz(enrolment, quiz, {}, now=LATER)
    standing = QuizStanding.objects.get()
    assert (standing.attempts, standing.best_fraction, standing.passed_at) == (3, 1, NOW)
    assert [a.number for a in Attempt.objects.order_by("pk")] == [1, 2, 3]


def test_the_score_of_a_completion_is_the_mean_of_the_best_results(enrolment, course, lessons, quiz):
    other = quiz_with_questions(4, module=ModulePageFactory(parent=course))
    learner = UserFactory()
    enrolment = enrol_in_course(learner, course, now=NOW)
    take_quiz(enrolment, quiz, right_answers(quiz), now=NOW)
    answers = dict(list(right_answers(other).items())[:3])  # three of four: 75 %
    take_quiz(enrolment, other, answers, now=NOW)
    for lesson in lessons:
        mark_lesson_done(enrolment, lesson, now=NOW)
    assert Completion.objects.get(enrolment=enrolment).score_fraction == pytest.approx(0.875)


def test_a_translated_course_is_the_same_course(enrolment, course, lessons, quiz):
    french = Locale.objects.create(language_code="fr")
    home = course.get_parent().get_parent().specific
    for page in (home, course.get_parent(), course, course.get_children().first(), lessons[0]):
        page.specific.copy_for_translation(french).save_revision().publish()
    lesson_in_french = lessons[0].get_translation(french)
    course_in_french = course.get_translation(french)
    assert enrol_in_course(enrolment.learner, course_in_french, now=NOW) == enrolment
    progress = mark_lesson_done(enrolment, lesson_in_french, now=NOW)
    assert (progress.lessons_done, progress.lessons_total, progress.quizzes_total) == (1, 2, 1)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    mark_lesson_done(enrolment, lessons[1], now=NOW)
    take_quiz(enrolment, quiz, right_answers(quiz), now=NOW)
    assert state_of(enrolment) == COMPLETED


def test_completion_is_announced_once_and_after_commit(enrolment, course, django_capture_on_commit_callbacks):
    heard = []

    def listen(completion_id, **kwargs):
        heard.append(completion_id)

    course_completed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            completion = complete_course(enrolment, course)
            complete_course(enrolment, course)
            assert heard == []
    finally:
        course_completed.disconnect(listen)
    assert heard == [completion.pk]


def test_a_course_that_grows_takes_no_completion_back_and_asks_no_more_of_those_under_way(enrolment, course, lessons):
    half_way = enrolled(course)
    mark_lesson_done(half_way, lessons[0], now=NOW)
    complete_course(enrolment, course)
    LessonPageFactory(parent=course.get_children().first())
    recount_enrolment(enrolment.pk, now=LATER)
    recount_enrolment(half_way.pk, now=LATER)
    enrolment.refresh_from_db()
    assert (enrolment.state, Completion.objects.get().completed_at) == ("completed", NOW)
    assert records_of([half_way])[half_way.pk].progress.lessons_total == 2
    assert records_of([newcomer := enrolled(course)])[newcomer.pk].progress.lessons_total == 3


def test_recounting_heals_a_counter_and_is_no_activity(enrolment, lessons):
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    Enrolment.objects.update(lessons_done=9)
    recount_enrolment(enrolment.pk, now=LATER)
    enrolment.refresh_from_db()
    assert (enrolment.lessons_done, enrolment.last_active_on) == (1, NOW.date())


def test_who_comes_back_finds_what_was_done_under_the_terms_of_today(course, lessons, enrolment, quiz):
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    withdraw_learner(enrolment, now=NOW)
    lessons[1].unpublish()
    quiz.unpublish()
    back = enrol_in_course(enrolment.learner, course, now=LATER)
    assert (back.lessons_done, back.contract.lesson_ids) == (1, [back.contract.lesson_ids[0]])
    assert back.state == Enrolment.State.COMPLETED  # one lesson is all that is asked today, and it is done


def test_a_lesson_done_takes_six_statements_and_one_a_milestone(enrolment, lessons):
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    enrolment = Enrolment.objects.select_related("run").get()
    with CaptureQueriesContext(connection) as queries:
        mark_lesson_done(enrolment, lessons[1], now=NOW)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 6 + 1, asked  # half of the course, with this one


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_last_steps_at_once_complete_once(enrolment, course, lessons, quiz):
    take_quiz(enrolment, quiz, right_answers(quiz), now=NOW)
    together(
        4,
        lambda: mark_lesson_done(Enrolment.objects.get(), lessons[0], now=NOW),
        lambda: mark_lesson_done(Enrolment.objects.get(), lessons[1], now=NOW),
    )
    assert state_of(enrolment) == COMPLETED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_last_lesson_done_and_the_last_recording_watched_at_once_complete_once():
    video = CaptionsFactory(item=ready_video()).item
    course = course_with_lessons(1)
    lesson = LessonPage.objects.descendant_of(course).get()
    lesson.body, lesson.watched_percent = [("video", video)], 100
    lesson.save_revision().publish()
    enrolment = enrolled(course)

    def watch(start: int) -> None:
        record_watched(
            Enrolment.objects.get(), lesson, video, [(start, start + 20)], position_seconds=start + 20, now=NOW
        )

    together(
        3,
        lambda: mark_lesson_done(Enrolment.objects.get(), lesson, now=NOW),
        *(lambda start=start: watch(start) for start in (0, 20, 40)),
    )
    assert state_of(enrolment) == (
        "completed",
        1,
        0,
        1,
        {"enrolled": 1, "started": 1, "halfway": 1, "completed": 1},
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_lessons_done_at_once_lose_none_in_the_count():
    course = course_with_lessons(12)
    lessons = list(LessonPage.objects.descendant_of(course))
    enrolment = enrolled(course)
    together(1, *(lambda page=page: mark_lesson_done(Enrolment.objects.get(), page, now=NOW) for page in lessons))
    enrolment.refresh_from_db()
    assert (enrolment.lessons_done, enrolment.state) == (12, "completed")
    assert MilestoneDelta.objects.filter(milestone="started").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_attempt_handed_in_six_times_at_once_counts_once(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    together(6, lambda: submit_quiz(Enrolment.objects.get(), attempt.pk, right_answers(quiz), now=NOW))
    assert Attempt.objects.count() == QuizStanding.objects.get().attempts == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_quiz_opened_in_six_tabs_at_once_is_one_attempt(enrolment, quiz):
    together(6, lambda: attempt_at(Enrolment.objects.get(), quiz, now=NOW))
    assert Attempt.objects.count() == 1
    assert Response.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_attempt_saved_and_handed_in_at_once_is_handed_in(enrolment, quiz):
    attempt = begin_quiz(enrolment, quiz, now=NOW)
    together(
        3,
        lambda: save_draft(attempt, {"q1": ["wrong"]}, now=NOW),
        lambda: submit_quiz(Enrolment.objects.get(), attempt.pk, right_answers(quiz), now=NOW),
    )
    attempt.refresh_from_db()
    assert (attempt.is_open, attempt.has_passed, attempt.draft) == (False, True, {})
