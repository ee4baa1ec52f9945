from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from wagtail.models import Revision

from courses.assessments import rules
from courses.assessments.models import Attempt, Question, QuizPage, QuizQuestion, QuizStanding, Response
from courses.enrolment.models import Enrolment
from lms.accounts.models import User


def live_uses() -> QuerySet[QuizQuestion]:
    """Return the places in quizzes whose question is asked now: it is live, and of a kind that can be marked."""
    return QuizQuestion.objects.filter(question__live=True, question__kind__in=Question.ANSWERABLE)


def live_questions(quiz: QuizPage) -> list[Question]:
    """Return the questions that the quiz may ask now, in order; one query."""
    uses = live_uses().filter(page=quiz.pk).select_related("question").order_by("sort_order")
    return [use.question for use in uses]


# -- Attempts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question of an attempt, as the revision that was drawn says it."""

    response: Response
    question: Question


def asked_in(attempt: Attempt) -> list[Asked]:
    """Return the questions of an attempt in its order; one query, one more if any has changed since it was drawn."""
    is_read = "responses" in getattr(attempt, "_prefetched_objects_cache", ())
    responses = list(attempt.responses.all() if is_read else attempt.responses.select_related("question"))
    changed = {
        response.revision_id
        for response in responses
        if response.revision_id and response.revision_id != response.question.live_revision_id
    }
    revisions = Revision.objects.in_bulk(changed) if changed else {}
    asked = []
    for response in responses:
        revision = revisions.get(response.revision_id)
        question = response.question.with_content_json(revision.content) if revision else response.question
        asked.append(Asked(response, question))
    return asked


def attempts_of(person: User) -> QuerySet[Attempt]:
    """Return what a person has handed in; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Attempt.objects.none()
    mine = Attempt.objects.handed_in().filter(enrolment__learner=person)
    return mine.select_related("enrolment__run__course", "enrolment__contract", "quiz")


def open_attempt_in(enrolment: Enrolment, quiz: QuizPage) -> Attempt | None:
    """Return the attempt at a quiz that an enrolment has begun and not handed in, if any; two queries with its questions."""
    begun = Attempt.objects.open().filter(enrolment=enrolment, quiz__translation_key=quiz.translation_key)
    return begun.prefetch_related(Prefetch("responses", Response.objects.select_related("question"))).first()


def overdue_attempts(*, now: datetime) -> QuerySet[Attempt]:
    """Return the open attempts whose time is up and for which no late form is waited any more, the oldest first."""
    return Attempt.objects.open().filter(due_at__lt=now - rules.GRACE).order_by("due_at")


def standing_in(enrolment: Enrolment, quiz: QuizPage) -> QuizStanding | None:
    """Return how an enrolment stands in a quiz, in whatever language it was taken; None before the first attempt."""
    return enrolment.standings.filter(quiz__translation_key=quiz.translation_key).first()


def attempts_left(enrolment: Enrolment, quiz: QuizPage, *, max_attempts: int | None) -> int | None:
    """Return how many more attempts at a quiz may be begun; None where there is no limit."""
    if max_attempts is None:
        return None
    begun = Attempt.objects.filter(enrolment=enrolment, quiz__translation_key=quiz.translation_key)
    return max(max_attempts - begun.count(), 0)
