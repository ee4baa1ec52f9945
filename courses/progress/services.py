from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Avg

from courses.assessments.models import Attempt, QuizPage
from courses.assessments.services import mark_attempt
from courses.catalogue.models import CoursePage
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Enrolment
from courses.enrolment.services import enrol_learner
from courses.lessons.models import Lesson, LessonPage
from courses.progress import queries, rules
from courses.progress.models import Completion, LessonProgress
from courses.progress.signals import course_completed
from lms.accounts.models import User
from lms.lib.events import announce
from lms.measures.models import Milestone
from lms.measures.services import record_milestone


@transaction.atomic
def enrol_in_course(learner: User, page: CoursePage, *, now: datetime) -> Enrolment:
    """Enrol a learner in the course of this page under today's terms; a second call returns the first enrolment.

    Raises DetailsMissing, NothingToStudy.
    """
    course = ensure_course(page)
    return enrol_learner(
        learner, course, queries.current_terms(course, page), language=page.locale.language_code, now=now
    )


@transaction.atomic
def record_visit(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> None:
    """Remember that a learner opened a lesson, as the place to go on. Writes only when something is new."""
    lesson = _lesson_of(enrolment, page)
    if enrolment.resume_lesson_id == lesson.pk and enrolment.last_active_on == now.date():
        return
    _lock(enrolment.pk)
    _upsert_progress(enrolment.pk, lesson.pk, seen_at=now, done_at=None)
    Enrolment.objects.filter(pk=enrolment.pk).update(resume_lesson=lesson, last_active_on=now.date())
    _start(enrolment, now=now)


@transaction.atomic
def mark_lesson_done(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> rules.Progress:
    """Record a lesson as done and return the progress; doing it again changes nothing.

    Completes the course when this was the last thing missing.
    """
    lesson = _lesson_of(enrolment, page)
    locked = _lock(enrolment.pk)
    _upsert_progress(locked.pk, lesson.pk, seen_at=now, done_at=now)
    Enrolment.objects.filter(pk=locked.pk).update(resume_lesson=lesson, last_active_on=now.date())
    return _recount(locked, now=now)


@transaction.atomic
def submit_quiz(
    enrolment: Enrolment, page: QuizPage, answers: Mapping[int, Sequence[str]], *, submission: UUID, now: datetime
) -> Attempt:
    """Mark a quiz and count it towards the course; the same submission twice is one attempt.

    Raises NothingToAnswer.
    """
    locked = _lock(enrolment.pk)
    attempt = mark_attempt(locked, page, answers, submission=submission, now=now)
    _recount(locked, now=now)
    return attempt


@transaction.atomic
def recount_enrolment(enrolment_id: int, *, now: datetime) -> rules.Progress:
    """Recount one enrolment from its rows, after the course itself has changed."""
    return _recount(_lock(enrolment_id), now=now)


def _lesson_of(enrolment: Enrolment, page: LessonPage) -> Lesson:
    lesson, _created = Lesson.objects.get_or_create(
        translation_key=page.translation_key, defaults={"course_id": enrolment.run.course_id, "title": page.title}
    )
    return lesson


def _lock(enrolment_id: int) -> Enrolment:
    # One writer per enrolment: without the lock, two lessons done at once lose one in the count.
    return (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("contract", "run")
        .get(pk=enrolment_id)
    )


def _upsert_progress(enrolment_id: int, lesson_id: int, *, seen_at: datetime, done_at: datetime | None) -> None:
    # The ORM's upsert overwrites; a lesson once done must stay done since its first time, whatever arrives late.
    table = connection.ops.quote_name(LessonProgress._meta.db_table)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (enrolment_id, lesson_id, first_seen_at, done_at) VALUES (%s, %s, %s, %s)"
            f" ON CONFLICT (enrolment_id, lesson_id) DO UPDATE SET done_at = COALESCE({table}.done_at, excluded.done_at)",
            [enrolment_id, lesson_id, adapt(seen_at), adapt(done_at)],
        )


def _start(enrolment: Enrolment, *, now: datetime) -> None:
    if Enrolment.objects.filter(pk=enrolment.pk, started_at=None).update(started_at=now):
        record_milestone(Milestone.STARTED, course_id=enrolment.run.course_id, country=enrolment.country.code, at=now)


def _recount(enrolment: Enrolment, *, now: datetime) -> rules.Progress:
    """Set the stored counters from the rows (absolute, so a replay is harmless) and complete the course if all is done."""
    progress = queries.progress_of([enrolment])[enrolment.pk]
    Enrolment.objects.filter(pk=enrolment.pk).update(
        lessons_done=progress.lessons_done, quizzes_passed=progress.quizzes_passed, last_active_on=now.date()
    )
    if enrolment.started_at is None:
        _start(enrolment, now=now)
    if progress.is_complete and enrolment.state == Enrolment.State.ACTIVE:
        _complete(enrolment, progress, now=now)
    return progress


def _complete(enrolment: Enrolment, progress: rules.Progress, *, now: datetime) -> None:
    scores = enrolment.standings.filter(quiz__in=progress.quiz_ids).aggregate(mean=Avg("best_fraction"))
    completion = Completion.objects.create(
        enrolment=enrolment,
        contract=enrolment.contract,
        completed_at=now,
        lessons_count=progress.lessons_done,
        minutes=enrolment.contract.minutes,
        score_fraction=scores["mean"],
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.COMPLETED)
    record_milestone(Milestone.COMPLETED, course_id=enrolment.run.course_id, country=enrolment.country.code, at=now)
    announce(course_completed, sender=Completion, completion_id=completion.pk)
