from django.db.models import QuerySet

from courses.assessments.models import Attempt, Question, QuizPage, QuizQuestion, QuizStanding
from courses.enrolment.models import Enrolment
from lms.accounts.models import User


def live_uses() -> QuerySet[QuizQuestion]:
    """Return the places in quizzes whose question is asked now: it is live, and of a kind that can be marked."""
    return QuizQuestion.objects.filter(question__live=True, question__kind__in=Question.ANSWERABLE)


def live_questions(quiz: QuizPage) -> list[Question]:
    """Return the questions that the quiz asks now, in order; one query."""
    uses = live_uses().filter(page=quiz.pk).select_related("question").order_by("sort_order")
    return [use.question for use in uses]


def attempts_of(person: User) -> QuerySet[Attempt]:
    """Return a person's attempts; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Attempt.objects.none()
    return Attempt.objects.filter(enrolment__learner=person).select_related("enrolment__run__course", "quiz")


def standing_in(enrolment: Enrolment, quiz: QuizPage) -> QuizStanding | None:
    """Return how an enrolment stands in a quiz, in whatever language it was taken; None before the first attempt."""
    return enrolment.standings.filter(quiz__translation_key=quiz.translation_key).first()
