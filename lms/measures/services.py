from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup
from lms.measures.queries import MilestoneCount

FOLD_BATCH = 20_000


def record_milestone(milestone: Milestone, *, course_id: int, country: str, at: datetime, count: int = 1) -> None:
    """Count one step (+1), or take it back (-1), in the caller's transaction.

    Appending never waits for another writer; adding to a shared total would.
    """
    MilestoneDelta.objects.create(
        course_id=course_id, country=country, month=at.date().replace(day=1), milestone=milestone, count=count
    )


def record_milestones(counts: Iterable[MilestoneCount]) -> None:
    """Count many steps at once, in the caller's transaction; a negative count takes steps back."""
    MilestoneDelta.objects.bulk_create(
        MilestoneDelta(
            course_id=cell.course_id, country=cell.country, month=cell.month, milestone=cell.milestone, count=cell.count
        )
        for cell in counts
    )


@transaction.atomic
def fold_milestones(limit: int = FOLD_BATCH) -> int:
    """Move up to `limit` deltas into the rollups; return how many. Several workers may fold at once.

    A fold that is killed has done nothing: taking deltas away and adding them up is one transaction.
    """
    deltas = connection.ops.quote_name(MilestoneDelta._meta.db_table)
    with connection.cursor() as cursor:
        if connection.features.has_select_for_update_skip_locked:
            # Materialized: a plan may run a subquery once per row, and each run with SKIP LOCKED chooses other rows.
            cursor.execute(
                f"WITH oldest AS MATERIALIZED (SELECT id FROM {deltas} ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED),"
                f" taken AS (DELETE FROM {deltas} WHERE id IN (SELECT id FROM oldest) RETURNING *),"
                f" added AS ({_add_to_rollups('taken')} RETURNING 1)"
                " SELECT count(*) FROM taken",
                [limit],
            )
            return cursor.fetchone()[0]
        # Elsewhere one writer holds the whole database.
        cursor.execute(f"SELECT max(id) FROM (SELECT id FROM {deltas} ORDER BY id LIMIT %s) AS oldest", [limit])
        (last_id,) = cursor.fetchone()
        if last_id is None:
            return 0
        cursor.execute(_add_to_rollups(f"(SELECT * FROM {deltas} WHERE id <= %s) AS taken"), [last_id])
        cursor.execute(f"DELETE FROM {deltas} WHERE id <= %s", [last_id])
        return cursor.rowcount


def _add_to_rollups(deltas: str) -> str:
    # In key order, so that two folds cannot wait for each other. `WHERE true` tells SQLite that ON belongs to the upsert.
    rollups = connection.ops.quote_name(MilestoneRollup._meta.db_table)
    columns = [milestone.value for milestone in Milestone]
    sums = ", ".join(f"sum(CASE WHEN milestone = '{name}' THEN count ELSE 0 END)" for name in columns)
    additions = ", ".join(f"{name} = {rollups}.{name} + excluded.{name}" for name in columns)
    return (
        f"INSERT INTO {rollups} (course_id, country, month, {', '.join(columns)})"
        f" SELECT course_id, country, month, {sums} FROM {deltas} WHERE true"
        " GROUP BY course_id, country, month ORDER BY course_id, country, month"
        f" ON CONFLICT (course_id, country, month) DO UPDATE SET {additions}"
    )
