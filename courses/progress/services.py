from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Avg

from courses.assessments.models import Attempt, Quiz, QuizPage
from courses.assessments.services import ensure_quizzes, mark_attempt
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.queries import live_courses, original_of
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Enrolment
from courses.enrolment.rules import Terms
from courses.enrolment.services import enrol_learner
from courses.lessons.models import Lesson, LessonPage
from courses.lessons.services import ensure_lessons
from courses.progress import queries, rules
from courses.progress.models import Completion, LessonProgress
from courses.progress.signals import course_completed
from lms.accounts.models import User
from lms.lib.events import announce
from lms.measures.models import Milestone
from lms.measures.services import record_milestone


def current_terms(course: Course, page: CoursePage) -> Terms:
    """Return what completing the course asks for today, as its first-language pages say."""
    original = original_of(page)
    syllabus = queries.syllabuses_of([original]).get(original.pk)
    steps = syllabus.steps if syllabus else ()
    lessons = {step.translation_key: step for step in steps if step.kind == queries.LESSON}
    quizzes = {step.translation_key: step for step in steps if step.kind == queries.QUIZ}
    lesson_rows = ensure_lessons(course, {key: step.title for key, step in lessons.items()})
    quiz_rows = ensure_quizzes(course, {key: step.title for key, step in quizzes.items()})
    return Terms(
        title=original.title,
        version_name=original.version_name,
        lesson_ids=tuple(row.pk for row in lesson_rows),
        lesson_minutes=tuple(step.minutes for step in lessons.values()),
        quiz_ids=tuple(row.pk for row in quiz_rows),
        pass_mark_percent=original.pass_mark_percent,
        minutes=original.minutes,
    )


@transaction.atomic
def enrol_in_course(learner: User, page: CoursePage, *, now: datetime) -> Enrolment:
    """Enrol a learner in the course of this page under today's terms; a second call returns the first enrolment.

    Raises DetailsMissing, NothingToStudy.
    """
    course = ensure_course(page)
    terms = current_terms(course, page)
    enrolment = enrol_learner(learner, course, terms, language=page.locale.language_code, now=now)
    if enrolment.started_at:  # back after a while: what was done counts under the terms of today
        _recount(_lock(enrolment.pk), now=now)
        enrolment.refresh_from_db()
    return enrolment


def record_visit(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> None:
    """Remember that a learner opened a lesson, as the place to go on. Writes, and asks, only when something is new.

    No counter changes here, so nobody has to wait for the enrolment's lock; and losing one of the two writes would
    cost no more than the place.
    """
    resume = enrolment.resume_lesson
    if resume and resume.translation_key == page.translation_key and enrolment.last_active_on == now.date():
        return
    lesson = resume if resume and resume.translation_key == page.translation_key else _lesson_of(enrolment, page)
    _upsert_progress(enrolment.pk, lesson.pk, seen_at=now, done_at=None)
    _touch(enrolment, now=now, resume_lesson=lesson)


@transaction.atomic
def mark_lesson_done(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> rules.Progress:
    """Record a lesson as done and return the progress; doing it again changes nothing.

    Completes the course when this was the last thing missing.
    """
    lesson = _lesson_of(enrolment, page)
    locked = _lock(enrolment.pk)
    _upsert_progress(locked.pk, lesson.pk, seen_at=now, done_at=now)
    _touch(locked, now=now, resume_lesson=lesson)
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
    _touch(locked, now=now)
    _recount(locked, now=now)
    return attempt


@transaction.atomic
def recount_enrolment(enrolment_id: int, *, now: datetime) -> rules.Progress:
    """Recount one enrolment from its rows, after the course itself has changed."""
    return _recount(_lock(enrolment_id), now=now)


@transaction.atomic
def retire_missing_steps(course: Course) -> bool:
    """Retire the course's lessons and quizzes that learners can reach in no language, and ask again for those they can.

    Return whether any was retired. A course that is not published at all is left as it is: it is away, not done.
    """
    pages = list(live_courses().filter(translation_key=course.translation_key))
    if not pages:
        return False
    reachable = {step.translation_key for syllabus in queries.syllabuses_of(pages).values() for step in syllabus.steps}
    retired = 0
    for identities in (Lesson.objects.filter(course=course), Quiz.objects.filter(course=course)):
        identities.filter(is_retired=True, translation_key__in=reachable).update(is_retired=False)
        retired += identities.filter(is_retired=False).exclude(translation_key__in=reachable).update(is_retired=True)
    return retired > 0


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


def _touch(enrolment: Enrolment, *, now: datetime, **changes: object) -> None:
    """Note that the learner did something today, and, the first time, that they have started."""
    row = Enrolment.objects.filter(pk=enrolment.pk)
    changes |= {"last_active_on": now.date()}
    if enrolment.started_at is None:
        with transaction.atomic():
            if row.filter(started_at=None).update(started_at=now, **changes):
                course_id, country = enrolment.run.course_id, str(enrolment.country)
                record_milestone(Milestone.STARTED, course_id=course_id, country=country, at=now)
                return
    row.update(**changes)


def _recount(enrolment: Enrolment, *, now: datetime) -> rules.Progress:
    """Set the stored counters from the rows (absolute, so a replay is harmless) and complete the course if all is done."""
    progress = queries.records_of([enrolment])[enrolment.pk].progress
    Enrolment.objects.filter(pk=enrolment.pk).update(
        lessons_done=progress.lessons_done, quizzes_passed=progress.quizzes_passed
    )
    if progress.is_complete and enrolment.state == Enrolment.State.ACTIVE:
        _complete(enrolment, progress, now=now)
    return progress


def _complete(enrolment: Enrolment, progress: rules.Progress, *, now: datetime) -> None:
    course = Course.objects.get(pk=enrolment.run.course_id)
    if not live_courses().filter(translation_key=course.translation_key).exists():
        return  # while a course is off line its steps are missing, not done
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
    record_milestone(Milestone.COMPLETED, course_id=enrolment.run.course_id, country=str(enrolment.country), at=now)
    announce(course_completed, sender=Completion, completion_id=completion.pk)
