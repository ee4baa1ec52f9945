"""What is read before progress is written: three statements by hand, since nothing is asked more often.

Source: docs/decisions.md, "Progress writes".
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from courses.assessments.models import QuizStanding
from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.lessons.models import Lesson
from courses.progress.models import LessonProgress, WatchedMedia
from courses.progress.rules import LESSON, QUIZ, WATCHED, Step
from courses.webinars.models import Webinar
from lms.lib.sql import moment_of, table

_KEY = Lesson._meta.get_field("translation_key")
OF_RUN = ("id", "course_id")
OF_CONTRACT = tuple(
    field for field in Contract._meta.concrete_fields if field.name not in ("created_at", "recount_due_since")
)


@dataclass(frozen=True)
class Reached:
    """What an enrolment has reached. of_steps: fractions; lessons: when each was first seen, and done if it is."""

    of_steps: dict[Step, float]
    lessons: Mapping[int, tuple[datetime, datetime | None]]


@dataclass(frozen=True)
class KnownLesson:
    """A lesson's id, and whether a webinar was ever held, or planned, that counts as it."""

    lesson_id: int
    has_webinar: bool


def known_lessons(keys: Iterable[UUID]) -> dict[UUID, KnownLesson]:
    """Return those of these lessons, by translation key, that have an identity; one statement."""
    prepared = [_KEY.get_db_prep_value(key, connection) for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lesson.translation_key, lesson.id, EXISTS (SELECT 1 FROM"
            f" {table(Webinar)} webinar WHERE webinar.lesson_key = lesson.translation_key)"
            f" FROM {table(Lesson)} lesson WHERE lesson.translation_key IN ({', '.join(['%s'] * len(prepared))})",
            prepared,
        )
        return {_KEY.to_python(key): KnownLesson(pk, bool(has)) for key, pk, has in cursor.fetchall()}


def locked_enrolment(enrolment_id: int) -> Enrolment:
    """Return an enrolment, locked until the transaction ends, with its run and contract at hand. Raises DoesNotExist.

    One writer per enrolment: without the lock, two lessons done at once lose one in the count.
    """
    run, contract = table(CourseRun), table(Contract)
    columns = [f"contract.{field.attname} AS contract_{field.attname}" for field in OF_CONTRACT]
    asked = (
        f"SELECT enrolment.*, run.course_id AS run_course_id, {', '.join(columns)} FROM {table(Enrolment)} enrolment"
        f" JOIN {run} run ON run.id = enrolment.run_id JOIN {contract} contract ON contract.id = enrolment.contract_id"
        f" WHERE enrolment.id = %s{_for_update('enrolment')}"
    )
    for enrolment in Enrolment.objects.raw(asked, [enrolment_id]):
        database, facts = enrolment._state.db, enrolment.__dict__
        enrolment.run = CourseRun.from_db(database, OF_RUN, (enrolment.run_id, facts.pop("run_course_id")))
        values = [_value(field, facts.pop(f"contract_{field.attname}")) for field in OF_CONTRACT]
        enrolment.contract = Contract.from_db(database, [field.attname for field in OF_CONTRACT], values)
        return enrolment
    raise Enrolment.DoesNotExist(f"There is no enrolment {enrolment_id}.")


def reached_by(enrolment: Enrolment) -> Reached:
    """Return what a locked enrolment has reached of lessons, quizzes and recordings: one statement.

    A quiz once passed is at 1, also where its mark was raised since.
    """
    parts = {
        LESSON: f"lesson_id, first_seen_at, done_at, CAST(NULL AS double precision) FROM {table(LessonProgress)}",
        QUIZ: f"quiz_id, passed_at, passed_at, best_fraction FROM {table(QuizStanding)}",
    }
    if enrolment.contract.recordings:
        parts[WATCHED] = f"item_id, changed_at, read_at, reached_fraction FROM {table(WatchedMedia)}"
    asked = " UNION ALL ".join(f"SELECT '{kind}', {part} WHERE enrolment_id = %s" for kind, part in parts.items())
    of_steps: dict[Step, float] = {}
    lessons = {}
    with connection.cursor() as cursor:
        cursor.execute(asked, [enrolment.pk] * len(parts))
        for kind, step_id, first_at, done_at, fraction in cursor.fetchall():
            if kind == LESSON:
                lessons[step_id] = moment_of(first_at), done_at and moment_of(done_at)
                if done_at:
                    of_steps[kind, step_id] = 1.0
            else:
                of_steps[kind, step_id] = 1.0 if kind == QUIZ and done_at else fraction
    return Reached(of_steps, lessons)


def _for_update(alias: str) -> str:
    if not connection.features.has_select_for_update:
        return ""  # there, one writer holds the whole database
    return " " + connection.ops.for_update_sql(no_key=True, of=(alias,))


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    return json.loads(value) if isinstance(field, models.JSONField) and isinstance(value, str) else value
