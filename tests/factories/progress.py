from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from courses.assessments.models import Attempt, QuizPage
from courses.assessments.queries import live_questions
from courses.assessments.rules import key_of
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.progress.models import Completion
from courses.progress.services import begin_quiz, enrol_in_course, mark_lesson_done, submit_quiz
from lms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.factories.enrolment import EnrolmentFactory

NOW = datetime(2026, 1, 12, 9, tzinfo=UTC)


class CompletionFactory(DjangoModelFactory):
    """A completed enrolment without lessons behind it: enough for certificates and counts."""

    class Meta:
        model = Completion

    enrolment = factory.SubFactory(EnrolmentFactory, state=Enrolment.State.COMPLETED)
    contract = factory.SelfAttribute("enrolment.contract")
    completed_at = NOW
    lessons_count = 4
    minutes = 60
    score_fraction = 0.9


def enrolled(course: CoursePage, learner: User | None = None, *, now: datetime = NOW) -> Enrolment:
    """Return the enrolment of a learner (somebody new if none is named) in a course page's course."""
    return enrol_in_course(learner or UserFactory(), course, now=now)


def right_answers(page: QuizPage) -> dict[int, Any]:
    """Return the answers that earn every point of a quiz."""
    return {question.pk: key_of(question.kind, question.item) for question in live_questions(page)}


def take_quiz(enrolment: Enrolment, page: QuizPage, answers: Mapping[int, Any], *, now: datetime = NOW) -> Attempt:
    """Begin a quiz, or go on with it, and hand in these answers: question id -> answer; return the marked attempt."""
    return submit_quiz(enrolment, begin_quiz(enrolment, page, now=now).pk, answers, now=now)


def complete_course(enrolment: Enrolment, course: CoursePage, *, now: datetime = NOW) -> Completion:
    """Do every lesson and pass every quiz of a course; return the completion."""
    for lesson in LessonPage.objects.descendant_of(course).live():
        mark_lesson_done(enrolment, lesson, now=now)
    for quiz in QuizPage.objects.descendant_of(course).live():
        take_quiz(enrolment, quiz, right_answers(quiz), now=now)
    return Completion.objects.get(enrolment=enrolment)
