from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup

CELL = ("course_id", "country", "month")


@dataclass(frozen=True)
class MilestoneCount:
    """How often a milestone was reached in one cell: a course, a country, a month (its first day)."""

    course_id: int
    country: str
    month: date
    milestone: str
    count: int


Sums = Mapping[tuple[Any, ...], Mapping[Milestone, int]]  # the key's parts are of the kinds that were asked for


def milestone_sums(*by: str, since: date | None = None, before: date | None = None) -> Sums:
    """Return how often each milestone was reached, by any of course_id, country and month, as of now; one query.

    since, before: first days of months, the first included and the second not. What has been folded and what has not
    are read in one statement, so a fold that happens meanwhile is seen whole or not at all.
    """
    period = Q()
    if since:
        period &= Q(month__gte=since)
    if before:
        period &= Q(month__lt=before)
    names = [f"sum_{milestone}" for milestone in Milestone]
    folded = _summed(MilestoneRollup.objects.filter(period), by, {m: Sum(m.value) for m in Milestone})
    fresh = _summed(
        MilestoneDelta.objects.filter(period), by, {m: Sum("count", filter=Q(milestone=m)) for m in Milestone}
    )
    sums: dict[tuple[Any, ...], dict[Milestone, int]] = {}
    for row in folded.values_list(*by, *names).union(fresh.values_list(*by, *names), all=True):
        cell = sums.setdefault(row[: len(by)], dict.fromkeys(Milestone, 0))
        for milestone, count in zip(Milestone, row[len(by) :], strict=True):
            cell[milestone] += count
    return sums


def _summed(rows: QuerySet[Any], by: tuple[str, ...], sums: Mapping[Milestone, Sum]) -> QuerySet[Any]:
    return rows.values(*by).annotate(**{f"sum_{milestone}": Coalesce(total, 0) for milestone, total in sums.items()})


def milestone_counts() -> list[MilestoneCount]:
    """Return every cell's count as of now, but for those that are nought. Bounded by cells, not people."""
    return [
        MilestoneCount(course_id, country, month, milestone.value, count)
        for (course_id, country, month), counts in sorted(milestone_sums(*CELL).items())
        for milestone, count in counts.items()
        if count
    ]


def first_month() -> date | None:
    """Return the month of the first milestone ever counted, or None before there is one; one query."""
    folded = MilestoneRollup.objects.order_by().values_list("month", flat=True)
    fresh = MilestoneDelta.objects.order_by().values_list("month", flat=True)
    return folded.union(fresh).order_by("month").first()
