import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.assessments.errors import NothingToAnswer
from courses.assessments.forms import drafted_answers, read_answers
from courses.assessments.models import Attempt, QuizPage, QuizStanding
from courses.assessments.rules import is_over
from courses.assessments.services import (
    current_attempt,
    ensure_quizzes,
    hand_in,
    hold_as_drawn,
    mark_again,
    open_attempt,
    record_attempt,
)
from courses.catalogue.models import Course, CoursePage
from courses.catalogue.queries import live_courses, original_of
from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract, Enrolment
from courses.enrolment.rules import Terms
from courses.enrolment.services import enrol_learner, publish_contract
from courses.lessons.models import Lesson, LessonPage
from courses.lessons.services import ensure_lessons
from courses.media.models import MediaItem
from courses.media.rules.ranges import Range, merge, share
from courses.progress import queries, rules
from courses.progress.errors import DoneByAttending
from courses.progress.models import WatchedMedia
from courses.progress.queries.locking import KnownLesson, known_lessons, locked_enrolment
from courses.progress.rules import ROUNDING
from courses.progress.settling import Mark, settle
from courses.webinars.queries import webinars_counting_as
from courses.webinars.rules import is_done_by_hand
from lms.accounts.models import User
from lms.measures.models import Milestone
from lms.measures.services import record_milestones

logger = logging.getLogger(__name__)


def current_terms(course: Course, page: CoursePage) -> Terms:
    """Return what completing the course asks of those who enrol today, as its first-language pages say."""
    original = original_of(page)
    syllabus = queries.syllabuses_of([original]).get(original.pk)
    lessons = [step for step in syllabus.lessons if step.is_required] if syllabus else []
    quizzes = syllabus.quizzes if syllabus else ()
    lesson_rows = ensure_lessons(course, {step.translation_key: step.title for step in lessons})
    quiz_rows = ensure_quizzes(course, {step.translation_key: step.title for step in quizzes})
    quiz_steps = list(zip(quiz_rows, quizzes, strict=True))
    lesson_steps = zip(lesson_rows, lessons, strict=True)
    return Terms(
        title=original.title,
        version_name=original.version_name,
        lesson_ids=tuple(row.pk for row in lesson_rows),
        lesson_minutes=tuple(step.minutes for step in lessons),
        quiz_ids=tuple(row.pk for row, step in quiz_steps if step.is_required),
        quiz_marks=tuple((row.pk, step.own_mark_percent or original.pass_mark_percent) for row, step in quiz_steps),
        pass_mark_percent=original.pass_mark_percent,
        minutes=original.minutes,
        recordings=_recordings_asked(lesson_steps),
    )


def _recordings_asked(lessons: Iterable[tuple[Lesson, queries.Step]]) -> tuple[tuple[int, int, int], ...]:
    """Return the recordings to be watched, as Terms has them; two queries if there are any, else none."""
    asking = {step.page_id: (lesson.pk, step.watched_percent) for lesson, step in lessons if step.watched_percent}
    pages = LessonPage.objects.in_bulk(asking) if asking else {}
    shown = {page_id: pages[page_id].recording_ids for page_id in asking if page_id in pages}
    kept = MediaItem.objects.in_bulk(set().union(*shown.values())) if shown else {}
    recordings: dict[int, tuple[int, int, int]] = {}
    for page_id, item_ids in shown.items():
        lesson_id, percent = asking[page_id]
        for item_id in item_ids:
            if item_id in kept:
                recordings.setdefault(item_id, (item_id, percent, lesson_id))
    return tuple(recordings.values())


@transaction.atomic
def enrol_in_course(learner: User, page: CoursePage, *, now: datetime) -> Enrolment:
    """Enrol a learner in the course of this page under today's terms; a second call returns the first enrolment.

    Raises DetailsMissing, NothingToStudy.
    """
    course = ensure_course(page)
    terms = current_terms(course, page)
    enrolment = enrol_learner(learner, course, terms, language=page.locale.language_code, now=now)
    if enrolment.started_at:  # back after a while: what was done counts under the terms of today
        settle(locked_enrolment(enrolment.pk), now=now)
        enrolment.refresh_from_db()
    return enrolment


def record_visit(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> None:
    """Remember that a learner opened a lesson, as the place to go on. Writes, and asks, only when something is new."""
    resume = enrolment.resume_lesson
    if resume and resume.translation_key == page.translation_key and enrolment.last_active_on == now.date():
        return
    lesson = (
        resume
        if resume and resume.translation_key == page.translation_key
        else lesson_of(enrolment, page.translation_key, title=page.title)
    )
    with transaction.atomic():
        settle(
            locked_enrolment(enrolment.pk),
            now=now,
            marks=[Mark(lesson.pk, seen_at=now)],
            is_learner_here=True,
            resume_lesson_id=lesson.pk,
        )


@transaction.atomic
def mark_lesson_done(enrolment: Enrolment, page: LessonPage, *, now: datetime) -> rules.Progress:
    """Record a lesson as done by its learner's word and return the progress; doing it again changes nothing.

    Completes the course when this was the last thing missing. Raises DoneByAttending where their word does not do.
    """
    known = known_lessons([page.translation_key]).get(page.translation_key)
    if not is_done_by_word(page.translation_key, known, now=now):
        raise DoneByAttending(_("This lesson is done by attending its webinar. Register for it here."))
    lesson_id = known.lesson_id if known else lesson_of(enrolment, page.translation_key, title=page.title).pk
    mark = Mark(lesson_id, seen_at=now, done_at=now)
    locked = locked_enrolment(enrolment.pk)
    return settle(locked, now=now, marks=[mark], is_learner_here=True, resume_lesson_id=lesson_id)


@transaction.atomic
def record_attended(enrolment_id: int, lesson: Lesson, *, now: datetime) -> rules.Progress:
    """Record a lesson as done by attending its webinar, with its recordings seen, and return the progress.

    Doing it again changes nothing. Completes the course when this was the last thing missing.
    """
    locked = locked_enrolment(enrolment_id)
    for item_id, _percent, lesson_id in locked.contract.recordings:
        if lesson_id == lesson.pk:
            row = _watched_row(locked, item_id, now=now)
            row.reached_fraction = 1
            row.save()
    return settle(locked, now=now, marks=[Mark(lesson.pk, seen_at=now, done_at=now)])


def attempt_at(enrolment: Enrolment, page: QuizPage, *, now: datetime) -> Attempt | None:
    """Return the attempt that a learner who opens a quiz is in the middle of, drawn now if that costs nothing.

    None if an attempt must be begun by hand, or none can be. One whose time is up is handed in as it was saved.
    """
    attempt = current_attempt(enrolment, page)
    if attempt is None:
        with suppress(NothingToAnswer):
            return None if page.deciding.is_begun_by_hand else begin_quiz(enrolment, page, now=now)
        return None
    if is_over(attempt.due_at, now=now):
        hand_in_overdue(attempt)
        return None
    return attempt


def attempt_to_take_along(enrolment: Enrolment, page: QuizPage, *, now: datetime) -> Attempt | None:
    """Return the attempt that a device takes along, as attempt_at does, and hold it as drawn until its answers come.

    One that the clock ends is not held: it is answered with a connection.
    """
    attempt = attempt_at(enrolment, page, now=now)
    if attempt is None or attempt.due_at or attempt.taken_along_at:
        return attempt
    with transaction.atomic():
        locked_enrolment(enrolment.pk)
        attempt = attempt_at(enrolment, page, now=now)  # looked at again: it may have been drawn anew since
        if attempt and not attempt.due_at:
            hold_as_drawn(attempt, now=now)
    return attempt


@transaction.atomic
def begin_quiz(enrolment: Enrolment, page: QuizPage, *, now: datetime) -> Attempt:
    """Return the learner's open attempt at a quiz, drawn now if there is none. Raises NothingToAnswer, NoAttemptsLeft."""
    return open_attempt(locked_enrolment(enrolment.pk), page, now=now)


@transaction.atomic
def submit_quiz(enrolment: Enrolment, attempt_id: int, answers: Mapping[int, Any], *, now: datetime) -> Attempt:
    """Mark an attempt and count it towards the course; handed in twice it is as it was marked the first time."""
    locked = locked_enrolment(enrolment.pk)
    attempt = Attempt.objects.select_related("quiz").get(pk=attempt_id, enrolment=locked)
    if attempt.is_open:
        hand_in(locked, attempt, answers, now=now)
        settle(locked, now=now, is_learner_here=True)
    return attempt


@transaction.atomic
def submit_quiz_taken_away(
    enrolment: Enrolment,
    page: QuizPage,
    drawn: Mapping[int, int],
    given: MultiValueDict[str, str],
    *,
    taken_at: datetime,
    now: datetime,
) -> Attempt:
    """Mark a quiz that was drawn and answered elsewhere, an attempt of its own, and count it towards the course.

    drawn: see record_attempt; given: as the inputs of its form hold the answers, of which one that cannot be read is taken
    for left open. Raises NoAttemptsLeft.
    """
    locked = locked_enrolment(enrolment.pk)
    attempt = record_attempt(locked, page, drawn, opened_at=taken_at, now=now)
    hand_in(locked, attempt, read_answers(attempt, given), now=now)
    settle(locked, now=now, is_learner_here=True)
    return attempt


def hand_in_overdue(attempt: Attempt) -> Attempt:
    """Hand in what was saved of an attempt with a time limit, as of the moment when its time was up."""
    assert attempt.due_at
    return submit_quiz(attempt.enrolment, attempt.pk, drafted_answers(attempt), now=attempt.due_at)


@transaction.atomic
def mark_attempt_again(attempt_id: int, *, now: datetime) -> None:
    """Mark an attempt by the rulings on its questions, and complete the course of who has all of it by that."""
    locked = locked_enrolment(Attempt.objects.values_list("enrolment_id", flat=True).get(pk=attempt_id))
    if mark_again(locked, Attempt.objects.get(pk=attempt_id), now=now):
        settle(locked, now=now)


@transaction.atomic
def recount_enrolment(enrolment_id: int, *, now: datetime) -> rules.Progress:
    """Recount one enrolment from its rows, after the course itself has changed.

    Results that reach a pass mark lowered since are passes from now on. Where later versions have left nothing of what
    the learner was asked for, they are held to the first version since then that asks for something.
    """
    enrolment = locked_enrolment(enrolment_id)
    not_passed = enrolment.standings.filter(passed_at=None)
    if passed := [one.pk for one in not_passed if _reaches_its_mark(one, enrolment.contract)]:
        not_passed.filter(pk__in=passed).update(passed_at=now)
        record_milestones(Milestone.PASSED, [enrolment.subject] * len(passed), at=now)
    if enrolment.state == Enrolment.State.ACTIVE and not queries.records_of([enrolment])[enrolment.pk].progress.asked:
        _hold_to_later_contract(enrolment)
    return settle(enrolment, now=now)


@transaction.atomic
def publish_terms(course: Course, *, now: datetime) -> bool:
    """Make what the published pages ask for the course's contract from now on; say whether that changed anything.

    Nothing happens before somebody enrols, which writes the first version, nor while the course is off line in its
    first language: its lessons are away then, not let go.
    """
    if not course.contracts.exists():
        return False
    pages = CoursePage.objects.filter(translation_key=course.translation_key)
    first = pages.filter(locale=Locale.get_default()).first() or pages.live().order_by("locale_id").first()
    if first is None or not live_courses().filter(pk=first.pk).exists():
        return False
    return publish_contract(course, current_terms(course, first), now=now)


def publish_missed_terms(*, now: datetime) -> list[int]:
    """Publish what was lost between a publication and its events; return the courses whose learners are to be recounted.

    Under twenty queries a course, however long. A course that cannot be published does not hold up the others.
    """
    for course in Course.objects.filter(Exists(Contract.objects.filter(course=OuterRef("pk")))):
        try:
            publish_terms(course, now=now)
        except Exception:
            logger.exception("What course %s asks for could not be published; it is tried again later", course.pk)
    due = Contract.objects.exclude(recount_due_since=None)
    return list(due.order_by("course_id").values_list("course_id", flat=True).distinct())


def recount_course(course_id: int, *, clock: Callable[[], datetime]) -> None:
    """Recount everybody who studies a course; each in a transaction of its own, so it may stop and run again."""
    due = list(Contract.objects.filter(course=course_id).exclude(recount_due_since=None))
    active = Enrolment.objects.filter(run__course_id=course_id, state=Enrolment.State.ACTIVE, erased_at=None)
    for enrolment_id in active.values_list("pk", flat=True).iterator(chunk_size=1000):
        recount_enrolment(enrolment_id, now=clock())
    for contract in due:  # unless it has changed meanwhile
        unchanged = Contract.objects.filter(pk=contract.pk, recount_due_since=contract.recount_due_since)
        unchanged.update(recount_due_since=None)


def _reaches_its_mark(standing: QuizStanding, contract: Contract) -> bool:
    return 100 * standing.best_fraction >= contract.mark_asked_of(standing.quiz_id) - ROUNDING


def _hold_to_later_contract(enrolment: Enrolment) -> None:
    for later in enrolment.contract.course.contracts.filter(number__gt=enrolment.contract.number).order_by("number"):
        enrolment.contract = later
        if queries.records_of([enrolment])[enrolment.pk].progress.asked:
            Enrolment.objects.filter(pk=enrolment.pk).update(contract=later)
            return
    enrolment.refresh_from_db(fields=["contract"])


@transaction.atomic
def record_watched(
    enrolment: Enrolment,
    page: LessonPage,
    item: MediaItem,
    watched: Sequence[Range],
    *,
    position_seconds: float,
    now: datetime,
) -> None:
    """Add stretches of a recording in a lesson to those a learner has played; in any order, and twice is once.

    They count as well for the recording in its place in the first language. Completes the course when this was the last
    thing missing.
    """
    stands_for = queries.original_recording(page, item.pk)
    is_asked = not {item.pk, stands_for}.isdisjoint(enrolment.contract.recording_ids)
    if is_asked:
        enrolment = locked_enrolment(enrolment.pk)
    row = _watched_row(enrolment, item.pk, now=now)
    row.ranges = merge([*row.ranges, *watched], duration=item.duration)
    row.position_seconds = min(position_seconds, item.duration)
    row.reached_fraction = max(row.reached_fraction, share(row.ranges, duration=item.duration))
    row.changed_at = now
    row.save()
    if stands_for != item.pk:
        original = _watched_row(enrolment, stands_for, now=now)
        original.reached_fraction = max(original.reached_fraction, row.reached_fraction)
        original.save()
    if is_asked:
        settle(enrolment, now=now)


@transaction.atomic
def record_read(enrolment: Enrolment, item_id: int, *, now: datetime) -> rules.Progress:
    """Take a learner's word that they read a recording's transcript, or played it elsewhere, and return the progress.

    It counts as all of it. Doing it again changes nothing; completes the course when this was the last thing missing.
    """
    locked = locked_enrolment(enrolment.pk)
    row = _watched_row(locked, item_id, now=now)
    row.read_at = row.read_at or now
    row.reached_fraction = 1
    row.save()
    return settle(locked, now=now, is_learner_here=True)


def _watched_row(enrolment: Enrolment, item_id: int, *, now: datetime) -> WatchedMedia:
    """Return what is known of a learner and a recording, locked: two tabs may tell at once."""
    key = {"enrolment": enrolment, "item_id": item_id}
    WatchedMedia.objects.bulk_create([WatchedMedia(**key, changed_at=now)], ignore_conflicts=True)
    return WatchedMedia.objects.select_for_update().get(**key)


def is_done_by_word(lesson_key: UUID, known: KnownLesson | None, *, now: datetime) -> bool:
    """Say whether learners may mark a lesson as done by themselves; a query only where a webinar counts as it."""
    return not (known and known.has_webinar) or is_done_by_hand(webinars_counting_as(lesson_key), now=now)


def lesson_of(enrolment: Enrolment, lesson_key: UUID, *, title: str) -> Lesson:
    """Return the identity of a lesson in the course of an enrolment, made now if it has none."""
    lesson, _created = Lesson.objects.get_or_create(
        translation_key=lesson_key, defaults={"course_id": enrolment.run.course_id, "title": title}
    )
    return lesson
