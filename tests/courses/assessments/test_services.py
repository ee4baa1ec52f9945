import pytest

from courses.assessments.errors import NothingToAnswer
from courses.assessments.models import Question, Response
from tests.factories.assessments import QuizPageFactory, quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import NOW, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return course_with_lessons(1)


@pytest.fixture
def module(course):
    return course.get_children().first().specific


def test_points_are_counted_question_by_question(course, module):
    quiz, enrolment = quiz_with_questions(3, module=module), enrolled(course)
    first, *others = right_answers(quiz)
    Question.objects.filter(pk=first).update(points=4)
    attempt = take_quiz(enrolment, quiz, {first: ["right"], others[0]: ["wrong"]}, now=NOW)
    assert (attempt.points, attempt.points_possible, attempt.has_passed) == (4, 6, False)
    assert list(Response.objects.values_list("answer", "score_fraction")) == [(["right"], 1), (["wrong"], 0), ([], 0)]


def test_the_pass_mark_counts_live_questions_only(course, module):
    quiz, enrolment = quiz_with_questions(3, module=module), enrolled(course)
    waiting = Question.objects.last()
    Question.objects.filter(pk=waiting.pk).update(live=False)
    attempt = take_quiz(enrolment, quiz, right_answers(quiz), now=NOW)
    assert (attempt.points, attempt.points_possible, attempt.has_passed) == (2, 2, True)


def test_the_pass_mark_is_that_of_the_learners_contract(course, module):
    quiz, enrolment = quiz_with_questions(2, module=module), enrolled(course)
    course.pass_mark_percent = 50
    course.save()
    one = dict(list(right_answers(quiz).items())[:1])
    assert not take_quiz(enrolment, quiz, one, now=NOW).has_passed
    assert take_quiz(enrolled(course), quiz, one, now=NOW).has_passed


def test_a_quiz_without_live_questions_is_refused_kindly(course, module):
    quiz, enrolment = QuizPageFactory(parent=module), enrolled(course)
    with pytest.raises(NothingToAnswer, match="no questions yet"):
        take_quiz(enrolment, quiz, {})
