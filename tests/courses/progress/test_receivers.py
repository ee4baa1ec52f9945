import pytest
from wagtail.actions.unpublish_page import UnpublishPageAction

from courses.assessments.models import Question, Quiz, QuizPage
from courses.lessons.models import Lesson, LessonPage
from courses.progress.models import Completion
from courses.progress.services import mark_lesson_done
from lms.celery import app
from tests.factories.accounts import AdministratorFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, complete_course, enrolled

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


def test_what_is_back_is_asked_for_again(course, lessons):
    enrolled(course)
    lessons[1].unpublish()
    assert Lesson.objects.filter(is_retired=True).count() == 1
    lessons[1].save_revision().publish()
    assert not Lesson.objects.filter(is_retired=True).exists()


def test_a_lesson_that_is_deleted_is_asked_of_nobody(course, lessons):
    enrolled(course)
    lessons[1].delete()
    assert Lesson.objects.get(is_retired=True).translation_key == lessons[1].translation_key


def test_a_course_taken_off_line_completes_nobody(course, lessons, committing):
    enrolment = enrolled(course)
    mark_lesson_done(enrolment, lessons[0], now=NOW)
    with committing():
        UnpublishPageAction(course, user=AdministratorFactory(), include_descendants=True).execute()
    assert not Completion.objects.exists()
    assert not Lesson.objects.filter(is_retired=True).exists()


def test_a_module_off_line_takes_its_steps_with_it(course, lessons):
    enrolled(course)
    course.get_children().first().specific.unpublish()
    assert Lesson.objects.filter(is_retired=True).count() == 2
    assert Quiz.objects.filter(is_retired=True).count() == 1


def test_a_quiz_without_a_live_question_is_asked_of_nobody_until_it_has_one(course):
    enrolled(course)
    question = Question.objects.get()
    question.unpublish()
    assert Quiz.objects.get().is_retired
    question.save_revision().publish()
    assert not Quiz.objects.get().is_retired


def test_a_completion_outlives_every_change_of_the_course(course, lessons, committing):
    completion = complete_course(enrolled(course), course)
    with committing():
        for page in (*lessons, course.get_children().first().specific, course):
            page.unpublish()
    assert Completion.objects.get() == completion


def test_publishing_where_nobody_is_enrolled_yet_is_quiet(course, lessons):
    lessons[0].save_revision().publish()
    assert not Lesson.objects.exists()
