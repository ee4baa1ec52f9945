from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from lms.lib.sql import table
from lms.measures import cells
from lms.measures.cuts import Cut, Dimension, Facet, cut_by
from lms.measures.models import (
    DaysRollup,
    LessonDelta,
    LessonRollup,
    Milestone,
    MilestoneDelta,
    MilestoneRollup,
    MinutesRollup,
)

Counts = tuple[int, ...]  # one per milestone, in the order of Milestone
Key = tuple[str, ...]  # one value per dimension of a cut, as text
NONE: Counts = (0,) * len(Milestone)
_PLACES = {milestone: place for place, milestone in enumerate(Milestone)}


def count_of(milestone: Milestone, counts: Counts) -> int:
    """Return one milestone of counts."""
    return counts[_PLACES[milestone]]


@dataclass(frozen=True)
class Period:
    """Months: their first days, the first included and the last not. None: without end on that side."""

    since: date | None = None
    before: date | None = None

    @property
    def condition(self) -> tuple[str, list[date]]:
        bounds = [("month >= %s", self.since), ("month < %s", self.before)]
        used = [(text, day) for text, day in bounds if day]
        return " AND ".join(text for text, _day in used) or "true", [day for _text, day in used]


ALL_TIME = Period()


def sums(
    cuts: Sequence[Cut], period: Period = ALL_TIME, *, keys: Sequence[str] | None = None
) -> dict[Cut, dict[Key, Counts]]:
    """Return the counts of each cell of some cuts over a period, as of now; one query for any number of cuts.

    keys: only cells with one of these as their first value. What has been folded and what has not are read in one
    statement, so a fold that happens meanwhile is seen whole or not at all.
    """
    found: dict[Cut, dict[Key, Counts]] = {cut: {} for cut in cuts}
    by_number = {cut.number: cut for cut in cuts}
    for number, key, other_key, *counts in _read(cuts, period, ("key", "other_key"), keys):
        cut = by_number[number]
        _add_to(found[cut], (key, other_key)[: len(cut.dimensions)], counts)
    return found


def monthly_sums(
    cuts: Sequence[Cut], period: Period = ALL_TIME, *, keys: Sequence[str] | None = None
) -> dict[Cut, dict[tuple[date, Key], Counts]]:
    """Return the counts of each cell of some cuts in each month of a period; as sums."""
    found: dict[Cut, dict[tuple[date, Key], Counts]] = {cut: {} for cut in cuts}
    by_number = {cut.number: cut for cut in cuts}
    for number, month, key, other_key, *counts in _read(cuts, period, ("month", "key", "other_key"), keys):
        cut = by_number[number]
        month = month if isinstance(month, date) else date.fromisoformat(month)
        _add_to(found[cut], (month, (key, other_key)[: len(cut.dimensions)]), counts)
    return found


def _add_to(found: dict[Any, Counts], key: Any, counts: Sequence[int]) -> None:
    found[key] = tuple(map(int.__add__, found[key], counts)) if key in found else tuple(counts)


def _read(
    cuts: Sequence[Cut], period: Period, by: tuple[str, ...], keys: Sequence[str] | None
) -> list[tuple[Any, ...]]:
    """Return what has been folded by cell, and after it what has not; a cell may come several times."""
    if not cuts:
        return []
    numbers = ", ".join(str(cut.number) for cut in cuts)
    in_period, days = period.condition
    wanted, names = f"({in_period})", list[Any](days)
    if keys is not None:
        wanted += f" AND key IN ({', '.join(['%s'] * len(keys)) or 'NULL'})"
        names += keys
    columns = ", ".join(("cut", *by))
    # The months of a step are two, and which of them counts is the cut's; so the period is asked of the cells.
    fresh = cells.milestone_cells(table(MilestoneDelta), cuts)
    # Each part is added up by itself: a sum over both would turn a hundred thousand rows of integers into wider ones first.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, {cells.SUMS_OF_COUNTED} FROM {table(MilestoneRollup)}"
            f" WHERE cut IN ({numbers}) AND {wanted} GROUP BY {columns}"
            f" UNION ALL SELECT {columns}, {', '.join(cells.COUNTS)} FROM ({fresh}) AS fresh WHERE {wanted}",
            [*names, *names],
        )
        return cursor.fetchall()


def add(counts: Collection[Counts]) -> Counts:
    """Return the sum of counts."""
    return tuple(map(sum, zip(*counts, strict=True))) if counts else NONE


def days_to_complete(
    facet: Facet, period: Period = ALL_TIME, *, values: Sequence[str] | None = None
) -> Mapping[str, Mapping[int, int]]:
    """Return, per value of a facet ("" for all), how many completed in a period after how many days; one query."""
    in_period, days = period.condition
    wanted, names = f"facet = '{facet}' AND {in_period}", list[Any](days)
    if values is not None:
        wanted += f" AND value IN ({', '.join(['%s'] * len(values)) or 'NULL'})"
        names += values
    fresh = cells.days_cells(table(MilestoneDelta), [facet])
    return _histograms(
        f"SELECT value, days, CAST(sum(people) AS bigint) FROM ("
        f"SELECT value, days, people FROM {table(DaysRollup)} WHERE {wanted}"
        f" UNION ALL SELECT value, days, people FROM ({fresh}) AS fresh WHERE {wanted}"
        ") AS cells GROUP BY value, days",
        [*names, *names],
    )


def minutes_by_lesson(lesson_ids: Collection[int]) -> Mapping[int, Mapping[int, int]]:
    """Return, per lesson, how many were done with it how many minutes after they first opened it; one query."""
    wanted = f"lesson_id IN ({', '.join(str(int(one)) for one in lesson_ids) or 'NULL'})"
    fresh = cells.minutes_cells(f"(SELECT * FROM {table(LessonDelta)} WHERE {wanted})")
    return _histograms(
        "SELECT lesson_id, minutes, CAST(sum(people) AS bigint) FROM ("
        f"SELECT lesson_id, minutes, people FROM {table(MinutesRollup)} WHERE {wanted} UNION ALL {fresh}"
        ") AS cells GROUP BY lesson_id, minutes",
        [],
    )


def _histograms(sql: str, parameters: Sequence[Any]) -> dict[Any, dict[int, int]]:
    found: dict[Any, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for value, step, people in cursor.fetchall():
            if people:
                found[value][step] = people
    return found


def lesson_counts(
    lesson_ids: Collection[int], facet: Facet = Facet.ALL, value: str = ""
) -> Mapping[int, tuple[int, int]]:
    """Return, per lesson, how many have touched and how many have done it, of those with a value of a facet; one query."""
    wanted = f"lesson_id IN ({', '.join(str(int(one)) for one in lesson_ids) or 'NULL'})"
    fresh = cells.lesson_cells(f"(SELECT * FROM {table(LessonDelta)} WHERE {wanted})", [facet])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lesson_id, CAST(sum(touched) AS bigint), CAST(sum(done) AS bigint) FROM ("
            f"SELECT lesson_id, value, touched, done FROM {table(LessonRollup)} WHERE facet = '{facet}' AND value = %s"
            f" AND {wanted} UNION ALL SELECT lesson_id, value, touched, done FROM ({fresh}) AS fresh WHERE value = %s"
            ") AS cells GROUP BY lesson_id",
            [value, value],
        )
        return {lesson: (touched, done) for lesson, touched, done in cursor.fetchall()}


def first_month() -> date | None:
    """Return the month of the first enrolment or registration ever counted, or None before there is one; one query."""
    every_cell = cut_by(Dimension.TIER).number
    folded = MilestoneRollup.objects.filter(cut=every_cell).order_by().values_list("month", flat=True)
    fresh = MilestoneDelta.objects.order_by().values_list("cohort", flat=True)
    return folded.union(fresh).order_by("month").first()
