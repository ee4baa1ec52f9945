from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from lms.lib.sql import table
from lms.measures import cells
from lms.measures.cuts import CUTS
from lms.measures.models import (
    MOST_MINUTES,
    DaysRollup,
    LessonDelta,
    LessonRollup,
    Milestone,
    MilestoneDelta,
    MilestoneRollup,
    MinutesRollup,
    Subject,
    month_of,
)

FOLD_BATCH = 20_000


def record_milestone(
    milestone: Milestone, subject: Subject, *, at: datetime, count: int = 1, days: int | None = None
) -> None:
    """Count one step (+1), or take it back (-1), in the caller's transaction; of minutes, count is how many.

    The caller holds the lock of the row that the subject was read from: else the row may be moved in the counts
    meanwhile, without this step. Appending never waits for another writer; adding to a shared total would.
    """
    MilestoneDelta.objects.create(**_delta(milestone, subject, at=at, count=count, days=days))


def record_milestones(
    milestone: Milestone, subjects: Sequence[Subject], *, at: datetime | None = None, count: int = 1
) -> None:
    """Count a step of many at once, as record_milestone. at: None for each one's own beginning."""
    MilestoneDelta.objects.bulk_create(
        [MilestoneDelta(**_delta(milestone, one, at=at or one.cohort, count=count)) for one in subjects],
        batch_size=1000,
    )


def _delta(
    milestone: Milestone, subject: Subject, *, at: datetime, count: int, days: int | None = None
) -> dict[str, object]:
    return {
        **{name: getattr(subject, name) for name in SUBJECT_COLUMNS},
        "cohort": month_of(subject.cohort),
        "month": month_of(at),
        "milestone": milestone,
        "count": count,
        "days": days,
    }


SUBJECT_COLUMNS = ("course_id", "webinar_id", "institution_id", "country", "tier", "profession", "language", "device")


@dataclass(frozen=True)
class LessonStep:
    """A lesson touched, for the first time if is_new, and done if done_at says when. seen_at: when it was first touched."""

    lesson_id: int
    is_new: bool
    seen_at: datetime
    done_at: datetime | None = None


def record_lessons(steps: Sequence[LessonStep], subject: Subject) -> None:
    """Count what is new of somebody's lessons: one statement; as record_milestone."""
    rows = [
        (
            step.lesson_id,
            int(step.is_new),
            int(step.done_at is not None),
            minutes_between(step.seen_at, step.done_at) if step.done_at else "NULL",
        )
        for step in steps
        if step.is_new or step.done_at
    ]
    if not rows:
        return
    # By hand, and numbers as they are: it is in the path of every progress write.
    numbers = ", ".join("({}, {}, {}, {})".format(*row) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(LessonDelta)} (lesson_id, touched, done, minutes, institution_id, country, tier)"
            f" SELECT column1, column2, column3, CAST(column4 AS integer), CAST(%s AS bigint), %s, %s"
            f" FROM (VALUES {numbers}) AS step",
            [subject.institution_id, subject.country, subject.tier],
        )


def minutes_between(seen_at: datetime, done_at: datetime) -> int:
    """Return the whole minutes between two moments, none before nought, MOST_MINUTES for that many and more.

    From whole seconds, as databases tell them in the recount.
    """
    seconds = int(done_at.timestamp()) - int(seen_at.timestamp())
    return min(max(seconds, 0) // 60, MOST_MINUTES)


def fold_milestones(limit: int = FOLD_BATCH) -> int:
    """Move up to `limit` deltas into the rollups; return how many. Several workers may fold at once.

    A fold that is killed has done nothing: taking deltas away and adding them up is one transaction.
    """
    return _fold(MilestoneDelta, milestone_additions, limit)


def fold_lessons(limit: int = FOLD_BATCH) -> int:
    """Move up to `limit` lesson deltas into the rollups; return how many; as fold_milestones."""
    return _fold(LessonDelta, lesson_additions, limit)


def milestone_additions(source: str) -> list[str]:
    """Return the statements that add steps to all rollups of milestones."""
    return [
        cells.added(table(MilestoneRollup), cells.MILESTONE_KEY, cells.COUNTS, cells.milestone_cells(source, CUTS)),
        cells.added(table(DaysRollup), cells.DAYS_KEY, ("people",), cells.days_cells(source)),
    ]


def lesson_additions(source: str) -> list[str]:
    """Return the statements that add steps to all rollups of lessons."""
    return [
        cells.added(table(LessonRollup), cells.LESSON_KEY, ("touched", "done"), cells.lesson_cells(source)),
        cells.added(table(MinutesRollup), cells.MINUTES_KEY, ("people",), cells.minutes_cells(source)),
    ]


@transaction.atomic
def _fold(model: type[models.Model], additions: Callable[[str], list[str]], limit: int) -> int:
    deltas = table(model)
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update_skip_locked:
            parts = [f"added_{number} AS ({one} RETURNING 1)" for number, one in enumerate(additions("taken"))]
            # Materialized: a plan may run a subquery once per row, and each run with SKIP LOCKED chooses other rows.
            cursor.execute(
                f"WITH oldest AS MATERIALIZED (SELECT id FROM {deltas} ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED),"
                f" taken AS (DELETE FROM {deltas} WHERE id IN (SELECT id FROM oldest) RETURNING *), {', '.join(parts)}"
                " SELECT count(*) FROM taken",
                [limit],
            )
            return cursor.fetchone()[0]
        # Elsewhere one writer holds the whole database.
        cursor.execute(f"SELECT max(id) FROM (SELECT id FROM {deltas} ORDER BY id LIMIT %s) AS oldest", [limit])
        (last_id,) = cursor.fetchone()
        if last_id is None:
            return 0
        for statement in additions(f"(SELECT * FROM {deltas} WHERE id <= {int(last_id)})"):
            cursor.execute(statement)
        cursor.execute(f"DELETE FROM {deltas} WHERE id <= %s", [last_id])
        return cursor.rowcount
