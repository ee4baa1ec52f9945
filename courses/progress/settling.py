"""The one way in which progress is written: lock the enrolment, read what is reached, write what is new, count.

As many statements for twenty steps as for one. Source: docs/decisions.md, "Progress writes".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Avg, Model

from courses.catalogue.models import Course
from courses.catalogue.queries import live_courses
from courses.enrolment.models import Enrolment
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress
from courses.progress.queries.locking import Reached, reached_by
from courses.progress.queries.records import eased_steps, requirements_of
from courses.progress.rules import LESSON
from courses.progress.signals import course_completed
from lms.lib.events import announce
from lms.lib.sql import prepared_moment, table
from lms.measures.models import Milestone
from lms.measures.services import LessonStep, record_lessons, record_milestone


@dataclass(frozen=True)
class Mark:
    """A lesson that was seen, and done if done_at says when."""

    lesson_id: int
    seen_at: datetime
    done_at: datetime | None = None


def settle(
    locked: Enrolment,
    *,
    now: datetime,
    marks: Iterable[Mark] = (),
    is_learner_here: bool = False,
    resume_lesson_id: int | None = None,
) -> rules.Progress:
    """Write what happened to lessons of an enrolment that is locked, set its counters from all its rows, return them.

    What is known already stays as it was, so a replay changes nothing. The counters are absolute, so they heal. The
    course is completed if nothing is missing. is_learner_here: the learner did it, which starts the course.
    """
    reached = reached_by(locked)
    _write_marks(locked, marks, reached)
    contract = locked.contract
    progress = rules.measure(requirements_of(contract), reached.of_steps, eased=eased_steps(contract))
    facts: dict[str, object] = {"lessons_done": progress.lessons_done, "quizzes_passed": progress.quizzes_passed}
    if resume_lesson_id:
        facts["resume_lesson_id"] = resume_lesson_id
    if is_learner_here:
        if locked.state != Enrolment.State.WITHDRAWN:  # else it is the day on which they left, by which it is counted
            facts["last_active_on"] = now.date()
        if locked.started_at is None:
            facts["started_at"] = now
            record_milestone(Milestone.STARTED, locked.subject, at=now)
    if locked.half_at is None and progress.is_halfway:
        facts["half_at"] = now
        record_milestone(Milestone.HALFWAY, locked.subject, at=now)
    _update(locked, {name: value for name, value in facts.items() if getattr(locked, name) != value})
    if progress.is_complete and locked.state == Enrolment.State.ACTIVE and locked.erased_at is None:
        _complete(locked, progress, now=now)
    return progress


def _write_marks(locked: Enrolment, marks: Iterable[Mark], reached: Reached) -> None:
    """Write the lessons that are seen or done anew, count them, and add them to what is reached."""
    rows: dict[int, tuple[datetime, datetime | None]] = {}
    steps = []
    for mark in marks:
        known = rows.get(mark.lesson_id) or reached.lessons.get(mark.lesson_id)
        seen_at, was_done_at = known or (mark.seen_at, None)
        done_at = None if was_done_at else mark.done_at
        if known is None or done_at:
            rows[mark.lesson_id] = seen_at, was_done_at or done_at
            steps.append(LessonStep(mark.lesson_id, is_new=known is None, seen_at=seen_at, done_at=done_at))
        if done_at:
            reached.of_steps[LESSON, mark.lesson_id] = 1.0
    if rows:
        progress = table(LessonProgress)
        places = ", ".join(f"({int(locked.pk)}, {int(lesson_id)}, %s, %s)" for lesson_id in rows)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {progress} (enrolment_id, lesson_id, first_seen_at, done_at) VALUES {places}"
                " ON CONFLICT (enrolment_id, lesson_id)"
                f" DO UPDATE SET done_at = COALESCE({progress}.done_at, excluded.done_at)",
                [moment and prepared_moment(moment) for moments in rows.values() for moment in moments],
            )
        record_lessons(steps, locked.subject)


def _update(locked: Enrolment, facts: dict[str, object]) -> None:
    if not facts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table(Enrolment)} SET {', '.join(f'{name} = %s' for name in facts)} WHERE id = %s",
            [*_prepared(Enrolment, facts, facts.values()), locked.pk],
        )
    for name, value in facts.items():
        setattr(locked, name, value)


def _prepared(model: type[Model], columns: Iterable[str], values: Iterable[object]) -> list[Any]:
    """Return values as this database takes them."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [fields[name].get_db_prep_save(value, connection) for name, value in zip(columns, values, strict=True)]


def _complete(enrolment: Enrolment, progress: rules.Progress, *, now: datetime) -> None:
    course = Course.objects.get(pk=enrolment.run.course_id)
    if not live_courses().filter(translation_key=course.translation_key).exists():
        return  # while a course is off line its steps are missing, not done
    scores = enrolment.standings.filter(quiz__in=progress.quiz_ids).aggregate(mean=Avg("best_fraction"))
    days = max((now.date() - enrolment.enrolled_at.date()).days, 0)
    completion = Completion.objects.create(
        enrolment=enrolment,
        contract=enrolment.contract,
        completed_at=now,
        lessons_count=progress.lessons_done,
        minutes=enrolment.contract.minutes,
        days=days,
        score_fraction=scores["mean"],
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.COMPLETED)
    record_milestone(Milestone.COMPLETED, enrolment.subject, at=now, days=days)
    announce(course_completed, sender=Completion, completion_id=completion.pk)
