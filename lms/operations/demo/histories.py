"""What the demo's people did, as the rows that studying would have left, and the counts of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from courses.assessments.models import Attempt, QuizStanding, Response
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion, LessonProgress
from lms.access.queries.circumstances import circumstances_of
from lms.accounts.models import User
from lms.operations.demo import plan
from lms.operations.demo.courses import CourseOnOffer


def add_histories(histories: Sequence[tuple[User, plan.History]], offers: dict[str, CourseOnOffer]) -> list[Enrolment]:
    """Write what the histories tell as the rows that studying would have left."""
    enrolments = Enrolment.objects.bulk_create(
        [_enrolment(user, history, offers[history.course_code]) for user, history in histories]
    )
    told = list(zip(enrolments, (history for _user, history in histories), strict=True))
    LessonProgress.objects.bulk_create(
        [
            LessonProgress(enrolment=enrolment, lesson_id=lesson_id, first_seen_at=seen_at, done_at=done_at)
            for enrolment, history in told
            for lesson_id, (seen_at, done_at) in history.lessons.items()
        ],
        batch_size=2000,
    )
    planned = [(enrolment, attempt) for enrolment, history in told for attempt in history.attempts]
    attempts = Attempt.objects.bulk_create([_attempt(*pair) for pair in planned], batch_size=2000)
    Response.objects.bulk_create(
        [
            Response(
                attempt=attempt,
                question_id=response.question.question_id,
                position=position,
                revision_id=response.question.revision_id,
                points=response.question.points,
                answer=list(response.answer),
                score_fraction=response.score,
            )
            for attempt, (_enrolment_, told_attempt) in zip(attempts, planned, strict=True)
            for position, response in enumerate(told_attempt.responses)
        ],
        batch_size=2000,
    )
    QuizStanding.objects.bulk_create(
        [standing for enrolment, history in told for standing in _standings(enrolment, history)], batch_size=2000
    )
    Completion.objects.bulk_create(
        _completion(enrolment, history, at=history.completed_at) for enrolment, history in told if history.completed_at
    )
    return enrolments


def _enrolment(user: User, history: plan.History, offer: CourseOnOffer) -> Enrolment:
    state = Enrolment.State.ACTIVE
    if history.completed_at:
        state = Enrolment.State.COMPLETED
    elif history.withdrawn_at:
        state = Enrolment.State.WITHDRAWN
    return Enrolment(
        learner=user,
        run=offer.run,
        contract=offer.contract,
        state=state,
        country=str(user.country),
        language=user.language if user.language in offer.shape.languages else "en",
        enrolled_at=history.enrolled_at,
        started_at=history.started_at,
        half_at=history.half_at(len(offer.contract.lesson_ids) + len(offer.contract.quiz_ids)),
        lessons_done=len(history.done_lesson_ids),
        quizzes_passed=len(history.passed_quiz_ids),
        resume_lesson_id=history.resume_lesson_id,
        last_active_on=history.last_active_at.date(),
    )


def _attempt(enrolment: Enrolment, attempt: plan.PlannedAttempt) -> Attempt:
    chance = Random(f"{enrolment.pk}/{attempt.quiz_id}/{attempt.number}")
    seconds = sum(chance.randint(35, 110) for _response in attempt.responses)
    return Attempt(
        enrolment=enrolment,
        quiz_id=attempt.quiz_id,
        number=attempt.number,
        opened_at=attempt.submitted_at - timedelta(seconds=seconds),
        submitted_at=attempt.submitted_at,
        points=attempt.points,
        points_possible=attempt.points_possible,
        pass_mark_percent=attempt.pass_mark_percent,
        has_passed=attempt.has_passed,
    )


def _standings(enrolment: Enrolment, history: plan.History) -> Iterable[QuizStanding]:
    for quiz_id, attempts in Counter(attempt.quiz_id for attempt in history.attempts).items():
        passed_at = next(
            (attempt.submitted_at for attempt in history.attempts if attempt.quiz_id == quiz_id and attempt.has_passed),
            None,
        )
        yield QuizStanding(
            enrolment=enrolment,
            quiz_id=quiz_id,
            attempts=attempts,
            best_fraction=history.best_fraction(quiz_id),
            passed_at=passed_at,
        )


def _completion(enrolment: Enrolment, history: plan.History, *, at: datetime) -> Completion:
    contract = enrolment.contract
    results = [history.best_fraction(quiz_id) for quiz_id in contract.quiz_ids]
    return Completion(
        enrolment=enrolment,
        contract=contract,
        completed_at=at,
        lessons_count=enrolment.lessons_done,
        minutes=contract.minutes,
        days=(at.date() - enrolment.enrolled_at.date()).days,
        score_fraction=sum(results) / len(results) if results else None,
    )


def note_circumstances(*, now: datetime) -> None:
    """Write to the enrolments of the demo's people what they are counted by, as of now."""
    learners = User.objects.filter(is_demo=True, enrolments__isnull=False).distinct()
    known = circumstances_of(learners, now=now)
    enrolments = list(Enrolment.objects.filter(learner__in=known))
    for enrolment in enrolments:
        for name, value in known[enrolment.learner_id].items():
            setattr(enrolment, name, value)
    Enrolment.objects.bulk_update(enrolments, ["tier", "profession", "device", "institution_id"], batch_size=500)
