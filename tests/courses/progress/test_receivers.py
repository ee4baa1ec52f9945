import pytest
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Locale

from courses.assessments.models import Question, QuizPage
from courses.catalogue.models import Course
from courses.enrolment.models import Contract, Enrolment
from courses.lessons.models import Lesson, LessonPage
from courses.progress import services
from courses.progress.models import Completion
from courses.progress.queries import records_of
from courses.progress.services import current_terms, mark_lesson_done
from courses.progress.tasks import publish_missed_terms, recount_course
from lms.celery import app
from tests.factories.accounts import AdministratorFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import LessonPageFactory, ModulePageFactory, course_with_lessons
from tests.factories.progress import NOW, complete_course, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tasks_run_at_once():
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def course():
    course = course_with_lessons(2)
    quiz_with_questions(1, module=course.get_children().first().specific)
    return course


@pytest.fixture
def lessons(course):
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_who_lacked_only_what_was_taken_off_line_is_complete(course, lessons, committing):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    with committing():
        lessons[1].unpublish()
    assert not Completion.objects.exists()
    with committing():
        QuizPage.objects.descendant_of(course).get().unpublish()
    assert Completion.objects.get().enrolment == enrolment
    assert Completion.objects.get().lessons_count == 1


def asked_of(enrolment: Enrolment) -> tuple[int, int]:
    """Return how many lessons and quizzes somebody is asked for."""
    enrolment = Enrolment.objects.select_related("contract").get(pk=enrolment.pk)
    progress = records_of([enrolment])[enrolment.pk].progress
    return progress.lessons_total, progress.quizzes_total


def test_what_is_back_is_asked_only_of_those_who_come_later(course, lessons, committing):
    early = enrolled(course)
    with committing():
        lessons[1].unpublish()
    with committing():
        lessons[1].save_revision().publish()
    assert asked_of(early) == (1, 1)
    assert asked_of(enrolled(course)) == (2, 1)


def test_a_lesson_that_is_deleted_is_asked_of_nobody(course, lessons, committing):
    enrolment = enrolled(course)
    with committing():
        lessons[1].delete()
    assert asked_of(enrolment) == (1, 1)


def test_a_lesson_moved_to_another_course_is_asked_of_nobody_here(course, lessons, committing):
    enrolment, elsewhere = enrolled(course), course_with_lessons(1)
    newcomer = enrolled(elsewhere)
    with committing():
        lessons[1].move(elsewhere.get_children().first(), pos="last-child")
    assert (asked_of(enrolment), asked_of(newcomer)) == ((1, 1), (1, 0))
    assert asked_of(enrolled(elsewhere)) == (2, 0)


def test_each_publication_that_changes_what_is_asked_is_a_version(course, lessons, committing):
    enrolled(course)
    identity = Course.objects.get(translation_key=course.translation_key)
    for change, versions in (({"title": "Another title"}, 1), ({"is_optional": True}, 2), ({"is_optional": False}, 3)):
        for name, value in change.items():
            setattr(lessons[1], name, value)
        with committing():
            lessons[1].save_revision().publish()
        assert identity.contracts.count() == versions
    assert [len(contract.lesson_ids) for contract in identity.contracts.order_by("number")] == [2, 1, 2]


def test_an_optional_lesson_and_a_quiz_for_practice_are_asked_of_nobody(course, lessons, committing):
    early = enrolled(course)
    lessons[0].is_optional = True
    quiz = QuizPage.objects.descendant_of(course).get()
    quiz.is_graded = False
    with committing():
        lessons[0].save_revision().publish()
        quiz.save_revision().publish()
    assert asked_of(early) == asked_of(enrolled(course)) == (1, 0)


def test_a_pass_mark_lowered_makes_passes_of_earlier_results_and_raising_it_takes_none_back(course, committing):
    quiz = quiz_with_questions(2, module=ModulePageFactory(parent=course))
    enrolment = enrolled(course)
    half = dict(list(right_answers(quiz).items())[:1])
    quiz_id = take_quiz(enrolment, quiz, half, now=NOW).quiz_id
    for mark, passed in ((50, 1), (90, 1)):
        course.pass_mark_percent = mark
        with committing():
            course.save_revision().publish()
        enrolment.refresh_from_db()
        assert (enrolment.quizzes_passed, enrolment.contract.mark_asked_of(quiz_id)) == (passed, 50)
    assert enrolment.standings.get().passed_at
    assert enrolled(course).contract.mark_asked_of(quiz_id) == 90


def test_a_quiz_goes_by_its_own_mark_whatever_the_course_asks_and_keeps_the_lowest_it_had(course, committing):
    quiz = quiz_with_questions(2, module=ModulePageFactory(parent=course), pass_mark_percent=80)
    enrolment = enrolled(course)
    half = dict(list(right_answers(quiz).items())[:1])
    quiz_id = take_quiz(enrolment, quiz, half, now=NOW).quiz_id
    course.pass_mark_percent = 40
    with committing():
        course.save_revision().publish()
    enrolment.refresh_from_db()
    assert (enrolment.quizzes_passed, enrolment.contract.mark_asked_of(quiz_id)) == (0, 80)
    for mark in (None, 90):  # none of its own: the course's 40
        quiz.pass_mark_percent = mark
        with committing():
            quiz.save_revision().publish()
        enrolment.refresh_from_db()
        assert (enrolment.quizzes_passed, enrolment.contract.mark_asked_of(quiz_id)) == (1, 40)
    assert enrolled(course).contract.mark_asked_of(quiz_id) == 90


def test_what_the_course_asks_while_a_quiz_is_away_is_not_the_mark_of_that_quiz(course, committing):
    quiz = quiz_with_questions(2, module=ModulePageFactory(parent=course))
    contract = enrolled(course).contract
    with committing():
        quiz.unpublish()
    course.pass_mark_percent = 10
    with committing():
        course.save_revision().publish()
    contract.refresh_from_db()
    assert [contract.mark_asked_of(quiz_id) for quiz_id in contract.quiz_ids] == [10, 70]


def test_who_is_left_with_nothing_to_do_is_held_to_the_next_version_that_asks_for_something(
    course, lessons, committing
):
    enrolment = enrolled(course)
    module = course.get_children().first().specific
    with committing():
        module.unpublish()
    assert asked_of(enrolment) == (0, 0)
    rewritten = ModulePageFactory(parent=course)
    with committing():
        LessonPageFactory(parent=rewritten).save_revision().publish()
    assert asked_of(enrolment) == (1, 0)
    assert not Completion.objects.exists()


def test_a_course_taken_off_line_completes_nobody(course, lessons, committing):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    with committing():
        UnpublishPageAction(course, user=AdministratorFactory(), include_descendants=True).execute()
    assert not Completion.objects.exists()
    assert asked_of(enrolment) == (2, 1)


def test_a_course_off_line_in_its_first_language_lets_nothing_go(course, lessons, committing):
    enrolment = enrolled(course)
    french = Locale.objects.create(language_code="fr")
    home = course.get_parent().get_parent().specific
    for page in (home, course.get_parent(), course, course.get_children().first()):
        page.specific.copy_for_translation(french).save_revision().publish()
    with committing():
        course.unpublish()
    assert asked_of(enrolment) == (2, 1)


def test_a_course_that_is_deleted_completes_nobody(course, lessons, committing):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    with committing():
        course.delete()
    assert asked_of(enrolment) == (2, 1)
    assert not Completion.objects.exists()


def test_a_module_off_line_takes_its_steps_with_it(course, lessons, committing):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    with committing():
        course.get_children().first().specific.unpublish()
    assert asked_of(enrolment) == (1, 0)


def test_a_quiz_without_a_live_question_is_asked_of_nobody_until_it_has_one(course, committing):
    enrolment = enrolled(course)
    question = Question.objects.get()
    with committing():
        question.unpublish()
    assert asked_of(enrolment) == asked_of(enrolled(course)) == (2, 0)
    with committing():
        question.save_revision().publish()
    assert asked_of(enrolled(course)) == (2, 1)


def test_a_completion_outlives_every_change_of_the_course(course, lessons, committing):
    completion = complete_course(enrolled(course), course)
    with committing():
        for page in (*lessons, course.get_children().first().specific, course):
            page.unpublish()
    assert Completion.objects.get() == completion


def test_publishing_where_nobody_is_enrolled_yet_is_quiet(course, lessons, committing):
    with committing():
        lessons[0].save_revision().publish()
    assert not Contract.objects.exists()
    assert not Lesson.objects.exists()


# -- What a crash or a lost message left, the sweep finds -----------------------------------------------------------


def test_what_was_published_without_its_events_is_made_good(course, lessons):
    nearly = enrolled(course)
    mark_lesson_done(nearly, lessons[0], now=NOW)
    QuizPage.objects.get().unpublish()
    lessons[1].unpublish()
    assert not Completion.objects.exists()  # nothing ran after the commits
    publish_missed_terms()
    assert Completion.objects.get().enrolment == nearly
    assert [len(contract.lesson_ids) for contract in Contract.objects.order_by("number")] == [2, 1]


def test_a_newcomer_between_a_lost_event_and_the_sweep_takes_nothing_from_those_before(course, lessons):
    early = enrolled(course)
    lessons[1].unpublish()
    enrolled(course)  # which writes the version, and eases nobody
    assert asked_of(early) == (2, 1)
    publish_missed_terms()
    assert asked_of(early) == (1, 1)


def test_a_recount_whose_message_was_lost_is_due_until_it_was_done(course, lessons, committing, monkeypatch):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    QuizPage.objects.get().unpublish()
    monkeypatch.setattr(recount_course, "delay_on_commit", lambda course_id: None)  # the broker loses it
    with committing():
        lessons[1].unpublish()
    assert not Completion.objects.exists()
    publish_missed_terms()
    assert Completion.objects.exists()
    assert not Contract.objects.exclude(recount_due_since=None).exists()


def test_where_nothing_was_missed_the_sweep_changes_nothing(course):
    enrolled(course)
    publish_missed_terms()
    before = list(Contract.objects.values())
    publish_missed_terms()
    assert list(Contract.objects.values()) == before


def test_one_course_that_cannot_be_published_does_not_hold_up_the_others(course, lessons, monkeypatch, caplog):
    other = course_with_lessons(1)
    enrolled(other)
    early = enrolled(course)
    lessons[1].unpublish()

    def fail_for_the_other(identity, page):
        if identity.translation_key == other.translation_key:
            raise ValueError("broken")
        return current_terms(identity, page)

    monkeypatch.setattr(services, "current_terms", fail_for_the_other)
    publish_missed_terms()
    assert asked_of(early) == (1, 1)
    assert "tried again later" in caplog.text


def test_the_sweep_asks_the_same_of_each_course_however_long_it_is(django_assert_max_num_queries):
    for lesson_counts in [(1,), (5, 5, 5)]:
        for _number in range(2):
            enrolled(course_with_lessons(*lesson_counts))
    services.publish_missed_terms(now=NOW)
    with django_assert_max_num_queries(2 + 4 * 18):
        services.publish_missed_terms(now=NOW)
