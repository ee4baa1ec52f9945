from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from wagtail.models import Revision

from courses.assessments import rules
from courses.assessments.models import (
    Appeal,
    Attempt,
    AttemptQuerySet,
    Question,
    QuizPage,
    QuizQuestion,
    QuizStanding,
    Response,
    Ruling,
)
from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from lms.accounts.models import User


def live_uses() -> QuerySet[QuizQuestion]:
    """Return the places in quizzes whose question is asked now: it is live, and of a kind that can be marked."""
    return QuizQuestion.objects.filter(question__live=True, question__kind__in=Question.ANSWERABLE)


def live_uses_in(quiz: QuizPage) -> QuerySet[QuizQuestion]:
    """Return the places of a quiz whose question may be asked now, in order, each with its question."""
    return live_uses().filter(page=quiz.pk).select_related("question").order_by("sort_order")


def live_questions(quiz: QuizPage) -> list[Question]:
    """Return the questions that the quiz may ask now, in order; one query."""
    return [use.question for use in live_uses_in(quiz)]


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
    return [Asked(response, response.question.at(revisions.get(response.revision_id))) for response in responses]


def attempts_of(person: User) -> QuerySet[Attempt]:
    """Return what a person has handed in; nobody else's can be reached through it."""
    if not person.is_authenticated:
        return Attempt.objects.none()
    mine = Attempt.objects.handed_in().filter(enrolment__learner=person)
    return mine.select_related("enrolment__run__course", "enrolment__contract", "quiz")


def attempts_at(enrolment: Enrolment, quiz: QuizPage) -> AttemptQuerySet:
    """Return the attempts of an enrolment at a quiz, open or handed in, in whatever language they were begun."""
    return Attempt.objects.filter(enrolment=enrolment, quiz__translation_key=quiz.translation_key)


def open_attempt_in(enrolment: Enrolment, quiz: QuizPage) -> Attempt | None:
    """Return the attempt at a quiz that an enrolment has begun and not handed in, if any; two queries with its questions."""
    begun = attempts_at(enrolment, quiz).open()
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
    return max(max_attempts - attempts_at(enrolment, quiz).count(), 0)


# -- Rulings and appeals ------------------------------------------------------------------------------------------


def rulings_over(responses: Iterable[Response]) -> dict[int, Ruling]:
    """Return response id -> the ruling that marks it, the latest that covers what was asked; one query."""
    responses = list(responses)
    made: dict[int, list[Ruling]] = defaultdict(list)
    questions = {response.question_id for response in responses}
    for ruling in Ruling.objects.filter(question__in=questions).select_related("revision").order_by("-pk"):
        made[ruling.question_id].append(ruling)
    found = {}
    for response in responses:
        covering = (ruling for ruling in made[response.question_id] if ruling.covers(response.revision_id))
        if latest := next(covering, None):
            found[response.pk] = latest
    return found


def covered_by(ruling: Ruling) -> Q:
    """Return the condition that a ruling on their question covers responses; see Ruling.covers."""
    until = "lt" if ruling.strategy == Ruling.Strategy.NEW_KEY else "lte"
    earlier = Q(**{f"revision__{until}": ruling.revision_id}) if ruling.revision_id else Q()
    return Q(revision=None) | earlier


def attempts_awaiting(ruling: Ruling) -> QuerySet[Attempt]:
    """Return the attempts handed in whose answer to its question neither this ruling nor a later one has marked."""
    unmarked = Q(ruling=None) | Q(ruling__lt=ruling.pk)
    responses = Response.objects.filter(unmarked, covered_by(ruling), question=ruling.question_id)
    return Attempt.objects.handed_in().filter(pk__in=responses.values("attempt"))


def unapplied_rulings() -> QuerySet[Ruling]:
    """Return the rulings that may have left an attempt unmarked, in the order in which they were made."""
    return Ruling.objects.filter(applied_at=None).order_by("pk")


def responses_of(person: User) -> QuerySet[Response]:
    """Return what a person has answered and handed in."""
    return Response.objects.filter(attempt__in=attempts_of(person))


def open_appeals_of(person: User) -> QuerySet[Appeal]:
    return Appeal.objects.filter(state=Appeal.State.OPEN, response__attempt__enrolment__learner=person)


def open_appeals_by(field: str, courses: QuerySet[Course]) -> dict[Any, int]:
    """Return how many appeals are open, by a field of the questions of these courses, such as "course"; one query."""
    name = f"response__question__{field}"
    still_open = Appeal.objects.filter(state=Appeal.State.OPEN, response__question__course__in=courses)
    return dict(still_open.values_list(name).annotate(number=Count("pk")).order_by())


def appeals_in(courses: QuerySet[Course]) -> QuerySet[Appeal]:
    """Return the appeals against questions of these courses, those still open first, the longest waiting first.

    What is read along tells nothing of who filed them.
    """
    return (
        Appeal.objects.filter(response__question__course__in=courses)
        .select_related(
            "response__question__locale",
            "response__revision",
            "response__ruling__revision",
            "response__attempt__quiz",
            "ruling",
            "decided_by",
        )
        .order_by(F("decided_at").desc(nulls_first=True), "filed_at", "pk")
    )
