from collections.abc import Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from courses.assessments import queries, rules
from courses.assessments.errors import NoAttemptsLeft, NothingToAnswer
from courses.assessments.models import Attempt, Question, Quiz, QuizPage, QuizQuestion, QuizStanding, Response
from courses.assessments.services.drawing import ensure_revisions
from courses.assessments.services.quizzes import ensure_quizzes
from courses.assessments.services.rulings import RULED, mark_by_ruling
from courses.enrolment.models import Enrolment
from lms.measures.models import Milestone
from lms.measures.services import record_milestone

CHANCE = SystemRandom()


def current_attempt(enrolment: Enrolment, page: QuizPage) -> Attempt | None:
    """Return the attempt at a quiz that a learner is in the middle of; at most four queries.

    One that nothing was filled in of, that no device has taken along and that cost nothing to begin, counts only while it
    could be drawn today from this page: nobody is asked what has been mended since they looked, nor in a language they
    have left.
    """
    attempt = queries.open_attempt_in(enrolment, page)
    return attempt if attempt and _goes_on(attempt, page) else None


def _goes_on(attempt: Attempt, page: QuizPage) -> bool:
    if attempt.saved_at or attempt.taken_along_at or attempt.due_at or page.deciding.is_begun_by_hand:
        return True
    uses = _uses_of(page)
    drawn = [(response.question_id, response.revision_id) for response in attempt.responses.all()]
    is_as_it_stands = set(drawn) <= {(use.question_id, use.question.live_revision_id) for use in uses}
    asked = [question for question, _revision in drawn]
    return is_as_it_stands and rules.is_drawn_from(asked, _pool_of(uses), _draws_of(page, uses))


@transaction.atomic
def open_attempt(enrolment: Enrolment, page: QuizPage, *, now: datetime) -> Attempt:
    """Return the attempt at a quiz that a learner is in the middle of; a new one is drawn if there is none.

    The caller holds the enrolment's lock. Raises NothingToAnswer if the quiz has no live question, NoAttemptsLeft.
    """
    if begun := queries.open_attempt_in(enrolment, page):
        if _goes_on(begun, page):
            return begun
        begun.delete()
    [quiz] = ensure_quizzes(enrolment.run.course, {str(page.translation_key): page.title})
    settings = page.deciding
    _refuse_without_attempts(enrolment, page, settings)
    asked = [(question, question.live_revision_id) for question in _draw(page, settings)]
    if not asked:
        raise NothingToAnswer(_("This quiz has no questions yet. Come back when its authors have published some."))
    return _make_attempt(
        enrolment,
        quiz,
        asked,
        opened_at=now,
        due_at=rules.due_at(now, settings.time_limit_minutes),
        shuffles_options=settings.shuffles_options,
    )


@transaction.atomic
def record_attempt(
    enrolment: Enrolment, page: QuizPage, drawn: Mapping[int, int], *, opened_at: datetime, now: datetime
) -> Attempt:
    """Return a new attempt that was drawn elsewhere, closed from now on, for hand_in: one that is open is left as it is.

    drawn: question id -> id of the revision that was asked, in order. The caller holds the enrolment's lock. Raises
    NoAttemptsLeft.
    """
    [quiz] = ensure_quizzes(enrolment.run.course, {str(page.translation_key): page.title})
    _refuse_without_attempts(enrolment, page, page.deciding)
    questions = Question.objects.in_bulk(drawn)
    asked = [(questions[pk], revision_id) for pk, revision_id in drawn.items()]
    return _make_attempt(enrolment, quiz, asked, opened_at=opened_at, submitted_at=now)


def _refuse_without_attempts(enrolment: Enrolment, page: QuizPage, settings: QuizPage) -> None:
    if queries.attempts_left(enrolment, page, max_attempts=settings.max_attempts) == 0:
        raise NoAttemptsLeft(
            _("You have used every attempt that this quiz allows. If something went wrong, write to the course’s team.")
        )


def _make_attempt(
    enrolment: Enrolment, quiz: Quiz, asked: Sequence[tuple[Question, int | None]], **facts: Any
) -> Attempt:
    last = Attempt.objects.filter(enrolment=enrolment, quiz=quiz).aggregate(number=Max("number"))["number"]
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=(last or 0) + 1,
        points_possible=sum(question.points for question, _revision in asked),
        pass_mark_percent=enrolment.contract.mark_asked_of(quiz.pk),
        **facts,
    )
    Response.objects.bulk_create(
        Response(attempt=attempt, question=question, position=position, revision_id=revision_id, points=question.points)
        for position, (question, revision_id) in enumerate(asked)
    )
    return attempt


def hold_as_drawn(attempt: Attempt, *, now: datetime) -> None:
    """Keep an open attempt as it is from now on, since a device takes it along and may answer it without a connection.

    The caller holds the enrolment's lock.
    """
    Attempt.objects.open().filter(pk=attempt.pk, taken_along_at=None).update(taken_along_at=now)
    attempt.taken_along_at = attempt.taken_along_at or now


def save_draft(attempt: Attempt, draft: Mapping[str, Sequence[str]], *, now: datetime) -> bool:
    """Keep what is filled in so far; say whether the attempt was still open and in time."""
    in_time = Q(due_at=None) | Q(due_at__gte=now - rules.GRACE)
    return bool(Attempt.objects.open().filter(in_time, pk=attempt.pk).update(draft=draft, saved_at=now))


@transaction.atomic
def hand_in(enrolment: Enrolment, attempt: Attempt, answers: Mapping[int, Any], *, now: datetime) -> None:
    """Mark an open attempt (answers: question id -> answer as its marker takes it) and record the result.

    The caller holds the enrolment's lock.
    """
    responses = []
    for asked in queries.asked_in(attempt):
        answer = answers.get(asked.question.pk)
        asked.response.answer = [] if answer is None else answer
        asked.response.score_fraction = _score(asked.question, answer)
        responses.append(asked.response)
    rulings = queries.rulings_over(responses)
    for response in responses:
        if ruling := rulings.get(response.pk):
            mark_by_ruling(response, ruling)
    Response.objects.bulk_update(responses, ["answer", "score_fraction", *(RULED if rulings else ())])
    result = rules.result_of(responses)
    attempt.points, attempt.points_possible = result.points, result.possible
    # A mark lowered since the attempt was begun is for the learner's good; a higher one was not told beforehand.
    attempt.pass_mark_percent = min(attempt.pass_mark_percent, enrolment.contract.mark_asked_of(attempt.quiz_id))
    attempt.has_passed = result.passes(attempt.pass_mark_percent)
    attempt.submitted_at, attempt.draft = now, {}
    attempt.save()
    _record_standing(enrolment, attempt, now=now)


def _record_standing(enrolment: Enrolment, attempt: Attempt, *, now: datetime) -> None:
    standing = QuizStanding.objects.filter(enrolment=enrolment, quiz=attempt.quiz).first()
    standing = standing or QuizStanding(enrolment=enrolment, quiz=attempt.quiz)
    standing.attempts += 1
    standing.best_fraction = max(standing.best_fraction, attempt.score_fraction)
    if attempt.has_passed and standing.passed_at is None:
        standing.passed_at = now
        record_milestone(Milestone.PASSED, enrolment.subject, at=now)
    standing.save()


def _score(question: Question, answer: Any) -> float:
    return 0.0 if answer is None else rules.mark(question.kind, question.item, answer).score


def _uses_of(page: QuizPage) -> list[QuizQuestion]:
    columns = ("pool", "page", "question__live_revision", "question__points")
    return list(queries.live_uses_in(page).only(*columns))


def _pool_of(uses: Sequence[QuizQuestion]) -> dict[int, str]:
    return {use.question_id: use.pool for use in uses}


def _draws_of(page: QuizPage, uses: Sequence[QuizQuestion]) -> dict[str, int]:
    return {pool.name: pool.draws for pool in page.pools.all()} if any(use.pool for use in uses) else {}


def _draw(page: QuizPage, settings: QuizPage) -> list[Question]:
    """Return the questions of a new attempt, in order. Each has a revision, so that it can be shown for ever as it is."""
    uses = _uses_of(page)
    questions = {use.question_id: use.question for use in uses}
    drawn = rules.draw(_pool_of(uses), _draws_of(page, uses), shuffles=settings.shuffles_questions, chance=CHANCE)
    asked = [questions[pk] for pk in drawn]
    ensure_revisions(asked)
    return asked
