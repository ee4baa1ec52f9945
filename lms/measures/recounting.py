"""The rollups held against a recount, and put right by one. The steps to recount come from whoever knows the rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from lms.measures import cells
from lms.measures.cuts import CUTS, DAYS_FACETS, LESSON_FACETS
from lms.measures.models import DaysRollup, LessonDelta, LessonRollup, MilestoneDelta, MilestoneRollup, MinutesRollup

MOST_NAMED = 50
STEPS = "recounted_steps"  # a temporary table


@dataclass(frozen=True)
class Steps:
    """A query for the steps of rows, empty where there are none, and its parameters. columns: of the query and of a delta."""

    columns: tuple[str, ...]
    sql: str
    parameters: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Part:
    """Rollups that are recounted together. cells: from a source of steps to a query for them."""

    name: str
    rollup: type[models.Model]
    condition: str
    key: tuple[str, ...]
    counts: tuple[str, ...]
    cells: Callable[[str], str]


@dataclass(frozen=True)
class Kind:
    """Everything that is counted from one kind of step."""

    delta: type[models.Model]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Difference:
    """A cell that is not what a recount gives. too_many: counted less recounted, of each count that differs."""

    part: str
    cell: tuple[object, ...]
    too_many: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        differs = ", ".join(f"{name} {number:+d}" for name, number in self.too_many)
        return f"{self.part}, {' '.join(str(one) for one in self.cell if one != '')}: {differs}"


@dataclass(frozen=True)
class Finding:
    """What a part's recount found. named: at most MOST_NAMED of the cells that differ."""

    part: str
    cells_count: int
    named: tuple[Difference, ...]


MILESTONES = Kind(
    delta=MilestoneDelta,
    parts=(
        *(
            Part(
                name=" × ".join(dimension.removesuffix("_id") for dimension in cut.dimensions) + f" by {cut.axis}",
                rollup=MilestoneRollup,
                condition=f"cut = {cut.number}",
                key=cells.MILESTONE_KEY,
                counts=cells.COUNTS,
                cells=partial(cells.milestone_cells, cuts=[cut]),
            )
            for cut in CUTS
        ),
        *(
            Part(
                name=f"days to complete by {facet.removesuffix('_id') or 'all'}",
                rollup=DaysRollup,
                condition=f"facet = '{facet}'",
                key=cells.DAYS_KEY,
                counts=("people",),
                cells=partial(cells.days_cells, facets=[facet]),
            )
            for facet in DAYS_FACETS
        ),
    ),
)
LESSONS = Kind(
    delta=LessonDelta,
    parts=(
        *(
            Part(
                name=f"lessons by {facet.removesuffix('_id') or 'all'}",
                rollup=LessonRollup,
                condition=f"facet = '{facet}'",
                key=cells.LESSON_KEY,
                counts=("touched", "done"),
                cells=partial(cells.lesson_cells, facets=[facet]),
            )
            for facet in LESSON_FACETS
        ),
        Part("minutes by lesson", MinutesRollup, "true", cells.MINUTES_KEY, ("people",), cells.minutes_cells),
    ),
)


def recount(kind: Kind, steps: Steps, *, repair: bool = False) -> Iterator[Finding]:
    """Compare every part of a kind with a recount, one after the other; with repair, make it what the recount gives.

    All of it sees one moment, whatever is written meanwhile. A repair keeps folds waiting until it ends, and nobody else;
    where it is stopped, nothing of it has happened.
    """
    tables = {cells.table(part.rollup) for part in kind.parts} if repair else set()
    with _moment(tables), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {STEPS} AS {steps.sql}", steps.parameters)
        for part in kind.parts:
            yield _compare(part, cells.table(kind.delta))
            if repair:
                less = ", ".join(f"-{name} AS {name}" for name in part.counts)
                differences = f"SELECT {', '.join(part.key)}, {less} FROM ({_differences(part, cells.table(kind.delta))}) AS found"
                cursor.execute(cells.added(cells.table(part.rollup), part.key, part.counts, differences))
        cursor.execute(f"DROP TABLE {STEPS}")


def _differences(part: Part, deltas: str) -> str:
    key, counts = ", ".join(part.key), ", ".join(part.counts)
    less = ", ".join(f"-{name}" for name in part.counts)
    sums = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in part.counts)
    return (
        f"SELECT {key}, {sums} FROM ("
        f"SELECT {key}, {counts} FROM {cells.table(part.rollup)} WHERE {part.condition}"
        f" UNION ALL SELECT {key}, {counts} FROM ({part.cells(deltas)}) AS fresh"
        f" UNION ALL SELECT {key}, {less} FROM ({part.cells(STEPS)}) AS recounted"
        f") AS cells GROUP BY {key} HAVING {' OR '.join(f'sum({name}) <> 0' for name in part.counts)}"
    )


def _compare(part: Part, deltas: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT found.*, count(*) OVER () FROM ({_differences(part, deltas)}) AS found LIMIT {MOST_NAMED}"
        )
        rows = cursor.fetchall()
    width = len(part.key)
    named = tuple(
        Difference(
            part.name,
            cell=tuple(row[:width]),
            too_many=tuple((name, count) for name, count in zip(part.counts, row[width:-1], strict=True) if count),
        )
        for row in rows
    )
    return Finding(part.name, cells_count=rows[0][-1] if rows else 0, named=named)


@contextmanager
def _moment(locked: set[str]) -> Iterator[None]:
    """Let every statement inside see the rows of one moment. locked: tables that nobody else writes meanwhile."""
    if connection.in_atomic_block:  # the caller's transaction says what is seen
        yield
        return
    if connection.vendor == "sqlite" and not locked:  # only reading: nobody need wait for it
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for one in sorted(locked):  # before the first query, whose moment it is
                cursor.execute(f"LOCK TABLE {one} IN SHARE ROW EXCLUSIVE MODE")
        yield
