from datetime import datetime

from django.db import connection, transaction

from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup

FOLD_BATCH = 20_000


def record_milestone(milestone: Milestone, *, course_id: int, country: str, at: datetime, count: int = 1) -> None:
    """Count one step (+1), or take it back (-1), in the caller's transaction.

    Appending never waits for another writer; adding to a shared total would.
    """
    MilestoneDelta.objects.create(
        course_id=course_id, country=country, month=at.date().replace(day=1), milestone=milestone, count=count
    )


@transaction.atomic
def fold_milestones(limit: int = FOLD_BATCH) -> int:
    """Move up to `limit` deltas into the rollups; return how many. Several workers may fold at once."""
    oldest = MilestoneDelta.objects.order_by("pk")
    if connection.features.has_select_for_update_skip_locked:
        oldest = oldest.select_for_update(skip_locked=True)
    deltas = list(oldest[:limit])
    sums: dict[tuple, int] = {}
    for delta in deltas:
        cell = (delta.course_id, delta.country, delta.month, delta.milestone)
        sums[cell] = sums.get(cell, 0) + delta.count
    _add_to_rollups(sums)
    MilestoneDelta.objects.filter(pk__in=[delta.pk for delta in deltas]).delete()
    return len(deltas)


def _add_to_rollups(sums: dict[tuple, int]) -> None:
    # Both databases know this upsert; in key order, so that two folds cannot wait for each other.
    table = connection.ops.quote_name(MilestoneRollup._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (course_id, country, month, milestone, total) VALUES (%s, %s, %s, %s, %s)"
            f" ON CONFLICT (course_id, country, month, milestone) DO UPDATE SET total = {table}.total + excluded.total",
            [(*cell, total) for cell, total in sorted(sums.items()) if total],
        )
