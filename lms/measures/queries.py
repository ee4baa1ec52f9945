from dataclasses import dataclass
from datetime import date

from django.db.models import F, Sum

from lms.measures.models import MilestoneDelta, MilestoneRollup


@dataclass(frozen=True)
class MilestoneCount:
    """How often a milestone was reached in one cell: a course, a country, a month (its first day)."""

    course_id: int
    country: str
    month: date
    milestone: str
    count: int


def milestone_counts() -> list[MilestoneCount]:
    """Return every cell's count as of now: the rollup plus the deltas not yet folded. Bounded by cells, not people."""
    cell = ("course_id", "country", "month", "milestone")
    folded = MilestoneRollup.objects.values_list(*cell, "total")
    fresh = MilestoneDelta.objects.values(*cell).annotate(n=Sum(F("count"))).values_list(*cell, "n")
    sums: dict[tuple, int] = {}
    for *key, count in folded.union(fresh, all=True):
        sums[tuple(key)] = sums.get(tuple(key), 0) + count
    return [MilestoneCount(*key, count=count) for key, count in sorted(sums.items()) if count]
