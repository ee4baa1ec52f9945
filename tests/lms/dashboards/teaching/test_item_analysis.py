from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import Locale

from courses.assessments.models import Attempt, Quiz, QuizQuestion, Response, Ruling
from courses.assessments.services import make_ruling
from courses.catalogue.services import ensure_course
from courses.enrolment.models import CourseRun
from courses.progress.services import begin_quiz
from courses.progress.tasks import apply_waiting_rulings
from lms.dashboards.teaching import item_analysis
from lms.dashboards.teaching.findings import findings
from lms.dashboards.teaching.rules import LEAST_ANSWERS
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.catalogue import CoursePageFactory
from tests.factories.enrolment import CourseRunFactory, EnrolmentFactory
from tests.factories.lessons import ModulePageFactory
from tests.factories.progress import NOW, enrolled, take_quiz

pytestmark = pytest.mark.django_db

RIGHT, WRONG, WORSE = ["right"], ["wrong"], ["worse"]


@pytest.fixture
def page():
    """A live quiz of three questions in a course."""
    return quiz_with_questions(3, module=ModulePageFactory(parent=CoursePageFactory()))


def course_page(page):
    return page.get_parent().get_parent().specific


def answer(page, *answers, enrolment=None, at=NOW) -> Attempt:
    """Hand in an attempt: the options chosen for each question in turn."""
    enrolment = enrolment or enrolled(course_page(page))
    questions = [use.question_id for use in page.quiz_questions.order_by("sort_order")]
    take_quiz(enrolment, page, dict(zip(questions, answers, strict=True)), now=at)
    return Attempt.objects.filter(enrolment=enrolment).latest("number")


def quiz_of(page) -> Quiz:
    return Quiz.objects.get(translation_key=page.translation_key)


def test_figures_are_those_of_the_answers(page):
    for _ in range(6):
        answer(page, RIGHT, RIGHT, RIGHT)
    for _ in range(3):
        answer(page, WRONG, WRONG, RIGHT)
    answer(page, WORSE, RIGHT, RIGHT)
    first, second, third = item_analysis.questions_of(quiz_of(page))
    assert [row.figures.answers for row in (first, second, third)] == [10, 10, 10]
    assert [row.percent for row in (first, second, third)] == [60, 70, 100]
    assert [(option.text, option.percent) for option in first.options] == [
        ("right answer", 60),
        ("wrong answer", 30),
        ("worse answer", 10),
    ]
    assert [option.rest_percent for option in first.options] == [100, 50, 100]
    assert third.figures.discrimination is None
    assert "Nearly everyone is right, 100 %" in findings(third)[0]
    assert any("Nobody chooses “worse answer”" in sentence for sentence in findings(second))


def test_only_the_first_attempt_of_a_learner_counts(page):
    enrolment = enrolled(course_page(page))
    answer(page, WRONG, WRONG, WRONG, enrolment=enrolment)
    answer(page, RIGHT, RIGHT, RIGHT, enrolment=enrolment)
    rows = item_analysis.questions_of(quiz_of(page))
    assert [row.figures.answers for row in rows] == [1, 1, 1]


def test_who_takes_the_course_twice_is_counted_by_the_first_time(page):
    first = enrolled(course_page(page))
    later_run = CourseRunFactory(course=first.run.course, kind=CourseRun.Kind.COHORT)
    again = EnrolmentFactory(
        course=first.run.course, run=later_run, learner=first.learner, contract=first.contract, country="GH"
    )
    early = answer(page, RIGHT, RIGHT, RIGHT, enrolment=first)
    answer(page, WRONG, WRONG, WRONG, enrolment=again, at=NOW + timedelta(days=90))
    assert list(item_analysis.first_attempts()) == [early]
    (figures,) = item_analysis.quizzes_of(first.run.course)
    assert figures.attempts == 1


def test_below_ten_attempts_nothing_is_said(page):
    for _ in range(LEAST_ANSWERS - 1):
        answer(page, WRONG, WRONG, WRONG)
    course = ensure_course(course_page(page))
    (figures,) = item_analysis.quizzes_of(course)
    assert (figures.attempts, figures.passed_percent, figures.mean_percent) == (LEAST_ANSWERS - 1, None, None)
    assert all(not row.options and not findings(row) for row in item_analysis.questions_of(quiz_of(page)))
    answer(page, RIGHT, RIGHT, RIGHT)
    (figures,) = item_analysis.quizzes_of(course)
    assert (figures.attempts, figures.passed_percent, figures.mean_percent) == (LEAST_ANSWERS, 10, 10)
    assert all(findings(row) for row in item_analysis.questions_of(quiz_of(page)))


def test_only_the_newest_attempts_are_read(page, monkeypatch):
    monkeypatch.setattr(item_analysis, "MOST_ATTEMPTS", 2)
    answer(page, WRONG, WRONG, WRONG)
    for days in (1, 2):
        answer(page, RIGHT, RIGHT, RIGHT, at=NOW + timedelta(days=days))
    answers, _earlier = item_analysis._answers_to(quiz_of(page))
    assert [[answer.score for answer in given] for given in answers.values()] == [[1, 1]] * 3


def test_a_question_taken_out_keeps_its_figures_and_a_new_one_has_none_yet(page):
    answer(page, RIGHT, RIGHT, RIGHT)
    use = page.quiz_questions.order_by("sort_order").first()
    taken_out = use.question
    use.delete()
    new = quiz_with_questions(1).quiz_questions.get().question
    QuizQuestion.objects.create(page=page, question=new, sort_order=9)
    rows = item_analysis.questions_of(quiz_of(page))
    assert [row.is_asked for row in rows] == [True, True, True, False]
    assert (rows[2].question, rows[2].figures.answers) == (new, 0)
    assert (rows[3].question, rows[3].figures.answers) == (taken_out, 1)


def test_translations_of_a_question_are_one_question_in_the_readers_language(page):
    question = page.quiz_questions.order_by("sort_order").first().question
    french, _ = Locale.objects.get_or_create(language_code="fr")
    translated = question.copy_for_translation(french)
    translated.stem, translated.live = "Quelle réponse ?", True
    translated.save()
    attempts = [answer(page, RIGHT, RIGHT, RIGHT) for _ in range(2)]
    Response.objects.filter(attempt=attempts[1], question=question).update(question=translated)
    row = item_analysis.questions_of(quiz_of(page))[0]
    assert (row.question, row.figures.answers) == (question, 2)
    with override("fr"):
        assert item_analysis.questions_of(quiz_of(page))[0].question.stem == "Quelle réponse ?"


def test_answers_to_what_has_changed_since_are_told_apart(page):
    question = page.quiz_questions.order_by("sort_order").first().question
    for _ in range(LEAST_ANSWERS):
        answer(page, ["gone"], RIGHT, RIGHT)
    question.save_revision().publish()
    row = item_analysis.questions_of(quiz_of(page))[0]
    assert (row.unknown, row.earlier) == (LEAST_ANSWERS, LEAST_ANSWERS)
    assert item_analysis.questions_of(quiz_of(page))[1].earlier == 0


@pytest.mark.parametrize("hostile", [5, "wrong", {"a": 1}, [1, None, ["right"]], [[]], ""])
def test_an_answer_of_any_shape_can_be_read(page, hostile):
    attempt = answer(page, RIGHT, RIGHT, RIGHT)
    Response.objects.filter(attempt=attempt).update(answer=hostile)
    assert len(item_analysis.questions_of(quiz_of(page))) == 3


def test_a_quiz_is_judged_by_its_newest_attempts_and_all_who_tried_are_counted(page, monkeypatch):
    monkeypatch.setattr(item_analysis, "MOST_ATTEMPTS", 10)
    for number in range(12):
        answers = [WRONG] * 3 if number < 2 else [RIGHT, RIGHT, WRONG]
        answer(page, *answers, at=NOW + timedelta(hours=number))
    quiz = quiz_of(page)
    (figures,) = item_analysis.quizzes_of(quiz.course)
    assert figures.attempts == 12
    assert figures.mean == pytest.approx(2 / 3)
    hardest = item_analysis.hardest_questions(item_analysis.newest_at([quiz]))[quiz.pk]
    assert (hardest.question, hardest.mean, hardest.answers) == (page.quiz_questions.last().question, 0, 10)


def test_as_many_queries_for_2_attempts_as_for_20(page):
    def queries_for() -> int:
        with CaptureQueriesContext(connection) as asked:
            item_analysis.questions_of(quiz)
            item_analysis.quizzes_of(course)
        return len(asked)

    for _ in range(2):
        answer(page, RIGHT, WRONG, RIGHT, enrolment=enrolled(course_page(page), UserFactory()))
    quiz = quiz_of(page)
    course = quiz.course
    few = queries_for()
    for _ in range(18):
        answer(page, RIGHT, WRONG, WORSE)
    assert queries_for() == few == 10


def test_what_is_still_open_says_nothing(page):
    begin_quiz(enrolled(course_page(page)), page, now=NOW)
    rows = item_analysis.questions_of(quiz_of(page))
    assert [row.figures.answers for row in rows] == [0, 0, 0]
    (figures,) = item_analysis.quizzes_of(quiz_of(page).course)
    assert figures.attempts == 0


def test_the_time_an_attempt_takes_is_told_of_ten_or_more(page):
    for minutes in range(9):
        answer(page, RIGHT, RIGHT, RIGHT)
        Attempt.objects.filter(opened_at=NOW).update(opened_at=NOW - timedelta(minutes=minutes + 1))
    assert item_analysis.median_minutes(quiz_of(page)) is None
    answer(page, RIGHT, RIGHT, RIGHT)
    Attempt.objects.filter(opened_at=NOW).update(opened_at=NOW - timedelta(minutes=500))
    assert item_analysis.median_minutes(quiz_of(page)) == 5.5


def test_points_given_to_everybody_say_nothing_of_the_question(page):
    for _ in range(10):
        answer(page, WRONG, RIGHT, RIGHT)
    question = page.quiz_questions.order_by("sort_order").first().question
    make_ruling(question, Ruling.Strategy.GIVE, reason="-", by=UserFactory(), now=NOW)
    apply_waiting_rulings()
    first = item_analysis.questions_of(quiz_of(page))[0]
    assert first.percent == 0
