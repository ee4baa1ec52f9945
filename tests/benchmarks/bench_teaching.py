"""How long the teaching view takes over the most it reads: a thousand attempts at a quiz of twenty questions."""

import time

import pytest
from django.utils import timezone

from courses.assessments.models import Attempt, Quiz, Response
from courses.catalogue.services import ensure_course
from lms.dashboards.teaching import item_analysis, queries
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.catalogue import CoursePageFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.lessons import ModulePageFactory

ATTEMPTS, QUESTIONS = item_analysis.MOST_ATTEMPTS, 20
CHOICES = (["right"], ["wrong"], ["worse"])


@pytest.fixture
def quiz(db):
    page = quiz_with_questions(QUESTIONS, module=ModulePageFactory(parent=CoursePageFactory()))
    course = ensure_course(page.get_parent().get_parent().specific)
    quiz = Quiz.objects.create(translation_key=page.translation_key, course=course, title="Quiz")
    first = EnrolmentFactory(course=course)
    enrolments = EnrolmentFactory._meta.model.objects.bulk_create(
        EnrolmentFactory.build(learner=learner, run=first.run, contract=first.contract, country="GH")
        for learner in UserFactory._meta.model.objects.bulk_create(UserFactory.build_batch(ATTEMPTS - 1))
    )
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=enrolment,
            quiz=quiz,
            number=1,
            submitted_at=timezone.now(),
            points=0,
            points_possible=QUESTIONS,
            pass_mark_percent=70,
            has_passed=False,
        )
        for enrolment in [first, *enrolments]
    )
    questions = [use.question for use in page.quiz_questions.select_related("question")]
    Response.objects.bulk_create(
        (
            Response(
                attempt=attempt,
                question=question,
                position=position,
                answer=CHOICES[(number + position) % 3],
                score_fraction=float((number + position) % 3 == 0),
            )
            for number, attempt in enumerate(attempts)
            for position, question in enumerate(questions)
        ),
        batch_size=2_000,
    )
    return quiz


def test_seconds_for_the_analysis_of_a_quiz(quiz, record_figure):
    began = time.process_time()
    rows = item_analysis.questions_of(quiz)
    record_figure(f"item analysis of {ATTEMPTS} attempts", time.process_time() - began, "s CPU")
    assert [row.figures.answers for row in rows] == [ATTEMPTS] * QUESTIONS


def test_milliseconds_for_a_page_and_seconds_for_a_file_of_learners(quiz, record_figure):
    enrolments = queries.enrolments_in(quiz.course, queries.Selection(), today=timezone.now().date())
    began = time.process_time()
    queries.rows_of(enrolments[:50])
    record_figure("rows of 50 learners", 1000 * (time.process_time() - began), "ms CPU")
    began = time.process_time()
    assert sum(1 for _row in queries.all_rows(enrolments)) == ATTEMPTS
    record_figure(f"rows of {ATTEMPTS} learners, in batches", time.process_time() - began, "s CPU")
