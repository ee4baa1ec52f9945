"""The steps that the rows of learning tell of: what counts are recounted from, and what people are moved by in them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models, transaction
from django.db.models import F, Func, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncMonth

from certificates.issuing.models import Certificate
from courses.assessments.models import QuizStanding
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion, LessonProgress
from courses.webinars.models import Attendance, Registration
from lms.lib.sql import table
from lms.measures.models import MOST_MINUTES, LessonDelta, Milestone, MilestoneDelta
from lms.measures.recounting import Steps

CIRCUMSTANCES = ("institution_id", "country", "tier", "profession", "language", "device")
STEP_COLUMNS = ("course_id", "webinar_id", *CIRCUMSTANCES, "cohort", "month", "milestone", "count", "days")
LESSON_COLUMNS = ("lesson_id", "institution_id", "country", "tier", "touched", "done", "minutes")


class _MinutesBetween(Func):
    """The whole minutes from the first moment to the second, as lms.measures.services.minutes_between tells them."""

    output_field = models.IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # date_part counts in floating point, several times faster than extract, and exact to the microsecond here.
        seconds = "(floor(date_part('epoch', {1})) - floor(date_part('epoch', {0})))::bigint"
        return self._compiled(compiler, f"least({MOST_MINUTES}, greatest(0, {seconds}) / 60)")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # strftime rounds to thousandths, which can make a second more of what is cut off here.
        second = "CAST(strftime('%%s', substr({0}, 1, 19)) AS integer)"
        seconds = f"{second.replace('0', '1', 1)} - {second}"
        return self._compiled(compiler, f"min({MOST_MINUTES}, max(0, {seconds}) / 60)")

    def _compiled(self, compiler: Any, template: str) -> Any:
        texts = [compiler.compile(one)[0] for one in self.get_source_expressions()]  # columns: without parameters
        return template.format(*texts), []


def steps_of(enrolments: Collection[int] | None = None, registrations: Collection[int] | None = None) -> Steps:
    """Return a query for every step of these enrolments and registrations, or, where neither is named, of all."""
    everybody = enrolments is None and registrations is None
    parts: list[QuerySet[Any]] = []
    if everybody or enrolments:
        parts += _of_enrolments(enrolments)
    if everybody or registrations:
        parts += _of_registrations(registrations)
    return _joined(parts, STEP_COLUMNS)


def lesson_steps_of(enrolments: Collection[int] | None = None) -> Steps:
    """Return a query for the lessons that these enrolments, or all, have touched and done."""
    progress = _only(LessonProgress.objects.all(), "enrolment", enrolments)
    done = models.Case(models.When(done_at=None, then=0), default=1, output_field=models.IntegerField())
    return _joined(
        [
            progress.annotate(
                s_lesson_id=F("lesson_id"),
                s_institution_id=F("enrolment__institution_id"),
                s_country=F("enrolment__country"),
                s_tier=F("enrolment__tier"),
                s_touched=Value(1),
                s_done=done,
                s_minutes=models.Case(
                    models.When(done_at=None, then=None), default=_MinutesBetween(F("first_seen_at"), F("done_at"))
                ),
            )
        ],
        LESSON_COLUMNS,
    )


@transaction.atomic
def count_steps(enrolments: Collection[int], registrations: Collection[int] = (), *, sign: int = 1) -> None:
    """Count every step of these enrolments and registrations, as rows hold them now; with sign -1, take them back.

    The caller holds their locks.
    """
    times = f"{sign:d} * "
    for steps, delta, counts in (
        (steps_of(enrolments, registrations), MilestoneDelta, ("count",)),
        (lesson_steps_of(enrolments), LessonDelta, ("touched", "done")),
    ):
        if not steps.sql:
            continue
        values = ", ".join(times + name if name in counts else name for name in steps.columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table(delta)} ({', '.join(steps.columns)}) SELECT {values} FROM ({steps.sql}) AS steps",
                steps.parameters,
            )


@transaction.atomic
def move(
    enrolments: QuerySet[Enrolment],
    registrations: QuerySet[Registration],
    *,
    erased_at: datetime | None = None,
    **circumstances: Any,
) -> None:
    """Change the circumstances that enrolments and registrations are counted by, and the counts with them.

    erased_at: since when the enrolments are about nobody, which is a step of its own.
    Locks the rows, as whoever counts a step of them does, so that no step is counted where they no longer are.
    """
    moved = [
        list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
        for rows in (enrolments, registrations)
    ]
    count_steps(*moved, sign=-1)
    for rows, keys in zip((Enrolment.objects, Registration.objects), moved, strict=True):
        rows.filter(pk__in=keys).update(**circumstances)
    if erased_at:
        Enrolment.objects.filter(pk__in=moved[0], erased_at=None).update(erased_at=erased_at)
    count_steps(*moved)


def _of_enrolments(keys: Collection[int] | None) -> list[QuerySet[Any]]:
    enrolments = _only(Enrolment.objects.all(), "pk", keys)
    completions = _only(Completion.objects.all(), "enrolment", keys)
    standings = _only(QuizStanding.objects.exclude(passed_at=None), "enrolment", keys)
    # One that replaces another is no further certificate.
    first_ones = Certificate.objects.filter(completion__isnull=False, replaces=None).exclude(issued_at=None)
    certificates = _only(first_ones, "completion__enrolment", keys)
    left = enrolments.filter(state=Enrolment.State.WITHDRAWN)
    return [
        _steps(enrolments, Milestone.ENROLLED, "enrolled_at"),
        _steps(enrolments.exclude(started_at=None), Milestone.STARTED, "started_at"),
        _steps(enrolments.exclude(half_at=None), Milestone.HALFWAY, "half_at"),
        _steps(completions, Milestone.COMPLETED, "completed_at", to="enrolment", days=F("days")),
        _steps(certificates, Milestone.CERTIFIED, "issued_at", to="completion__enrolment"),
        # Leaving is the last thing that somebody who left did (courses.enrolment.services.withdraw_learner).
        _steps(left, Milestone.WITHDRAWN, "last_active_on"),
        _steps(enrolments.exclude(erased_at=None), Milestone.ERASED, "erased_at"),
        _steps(standings, Milestone.PASSED, "passed_at", to="enrolment"),
    ]


def _of_registrations(keys: Collection[int] | None) -> list[QuerySet[Any]]:
    live = _only(Registration.objects.filter(ended_at=None), "pk", keys)
    attended = _only(Attendance.objects.exclude(fixed_at=None), "registration", keys)
    first_ones = Certificate.objects.filter(attendance__isnull=False, replaces=None).exclude(issued_at=None)
    certificates = _only(first_ones, "attendance__registration", keys)
    steps = partial(_steps, course=None, webinar="webinar_id", began="made_at")
    return [
        steps(live, Milestone.REGISTERED, "made_at"),
        steps(attended, Milestone.ATTENDED, "fixed_at", to="registration"),
        steps(attended, Milestone.MINUTES, "fixed_at", to="registration", count=F("minutes")),
        steps(certificates, Milestone.ATTESTED, "issued_at", to="attendance__registration"),
    ]


def _steps(
    rows: QuerySet[Any],
    milestone: Milestone,
    at: str,
    *,
    to: str = "",
    course: str | None = "run__course_id",
    webinar: str | None = None,
    began: str = "enrolled_at",
    count: Combinable | None = None,
    days: Combinable | None = None,
) -> QuerySet[Any]:
    """Annotate rows with the columns of a step. to: the way from a row to the enrolment or registration."""
    way = f"{to}__" if to else ""
    nothing = Cast(Value(None), models.IntegerField())  # PostgreSQL takes a bare NULL for text
    return rows.annotate(
        s_course_id=F(way + course) if course else nothing,
        s_webinar_id=F(way + webinar) if webinar else nothing,
        **{f"s_{name}": F(way + name) for name in CIRCUMSTANCES},
        s_cohort=_month(way + began),
        s_month=_month(at),
        s_milestone=Value(milestone.value),
        s_count=count or Value(1),
        s_days=days or nothing,
    )


def _month(field: str) -> Combinable:
    truncated = TruncMonth(field) if field.endswith("_on") else TruncMonth(field, tzinfo=UTC)
    return Cast(truncated, models.DateField())


def _only(rows: QuerySet[Any], way: str, keys: Collection[int] | None) -> QuerySet[Any]:
    return rows if keys is None else rows.filter(**{f"{way}__in": list(keys)})


def _joined(parts: Sequence[QuerySet[Any]], columns: tuple[str, ...]) -> Steps:
    texts: list[str] = []
    parameters: list[Any] = []
    for part in parts:
        try:
            text, values = part.order_by().values_list(*(f"s_{name}" for name in columns)).query.sql_with_params()
        except EmptyResultSet:
            continue
        texts.append(text)
        parameters += values
    if not texts:
        return Steps(columns, "")
    named = ", ".join(f"s_{name} AS {name}" for name in columns)
    return Steps(columns, f"SELECT {named} FROM ({' UNION ALL '.join(texts)}) AS steps", tuple(parameters))
