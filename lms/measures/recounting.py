"""The rollups held against a recount, and put right by one. The steps to recount come from whoever knows the rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from lms.lib.sql import table
from lms.measures import cells
from lms.measures.cuts import CUTS, DAYS_FACETS, LESSON_FACETS, Axis
from lms.measures.models import DaysRollup, LessonDelta, LessonRollup, MilestoneDelta, MilestoneRollup, MinutesRollup

MOST_NAMED = 50
STEPS, FOUND = "recounted_steps", "recounted_differences"  # temporary tables
MEMORY = "64MB"  # for each sum or join; less, and PostgreSQL would do them on disk


@dataclass(frozen=True)
class Steps:
    """A query for the steps of rows, empty where there are none, and its parameters. columns: of the query and of a delta."""

    columns: tuple[str, ...]
    sql: str
    parameters: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Part:
    """Rollups that are recounted together. cells: from a source of steps to a query for them.

    recounted: the same from steps that are added up already, where that is another query.
    """

    name: str
    rollup: type[models.Model]
    condition: str
    key: tuple[str, ...]
    counts: tuple[str, ...]
    cells: Callable[[str], str]
    recounted: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Group:
    """Parts that ask for few enough things to be recounted from the same sums. sums: from a source of steps to these."""

    sums: Callable[[str], str]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Kind:
    """Everything that is counted from one kind of step."""

    delta: type[models.Model]
    groups: tuple[Group, ...]

    @property
    def parts(self) -> list[Part]:
        return [part for group in self.groups for part in group.parts]


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


def _cuts_along(axis: Axis) -> Group:
    cuts = [cut for cut in CUTS if cut.axis is axis]
    columns = (*sorted({dimension.value for cut in cuts for dimension in cut.dimensions}), axis.value)
    return Group(
        sums=partial(cells.counted, columns=columns),
        parts=tuple(
            Part(
                name=" × ".join(dimension.removesuffix("_id") for dimension in cut.dimensions) + f" by {cut.axis}",
                rollup=MilestoneRollup,
                condition=f"cut = {cut.number}",
                key=cells.MILESTONE_KEY,
                counts=cells.COUNTS,
                cells=partial(cells.milestone_cells, cuts=[cut]),
                recounted=partial(cells.milestone_cells, cuts=[cut], sums=cells.SUMS_OF_COUNTED),
            )
            for cut in cuts
        ),
    )


MILESTONES = Kind(
    delta=MilestoneDelta,
    groups=(
        *(_cuts_along(axis) for axis in Axis),
        Group(
            sums=partial(
                cells.gathered, columns=("month", "days", *filter(None, DAYS_FACETS)), counts=("count",), known="days"
            ),
            parts=tuple(
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
    ),
)
LESSONS = Kind(
    delta=LessonDelta,
    groups=(
        Group(
            sums=partial(
                cells.gathered, columns=("lesson_id", *filter(None, LESSON_FACETS)), counts=("touched", "done")
            ),
            parts=tuple(
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
        ),
        Group(
            sums=partial(cells.gathered, columns=("lesson_id", "minutes"), counts=("done",), known="minutes"),
            parts=(
                Part("minutes by lesson", MinutesRollup, "true", cells.MINUTES_KEY, ("people",), cells.minutes_cells),
            ),
        ),
    ),
)


def recount(kind: Kind, steps: Steps, *, repair: bool = False) -> Iterator[Finding]:
    """Compare every part of a kind with a recount, one after the other; with repair, make it what the recount gives.

    All of it sees one moment, whatever is written meanwhile. A repair keeps folds waiting until it ends, and nobody else;
    where it is stopped, nothing of it has happened.
    """
    tables = list(dict.fromkeys(table(part.rollup) for part in kind.parts)) if repair else []
    with _moment(tables), connection.cursor() as cursor:
        for group in kind.groups:
            # Added up once, so that each part need not read all the rows again.
            cursor.execute(f"CREATE TEMPORARY TABLE {STEPS} AS {group.sums(f'({steps.sql})')}", steps.parameters)
            for part in group.parts:
                cursor.execute(f"CREATE TEMPORARY TABLE {FOUND} AS {_differences(part, table(kind.delta))}")
                yield _finding(part)
                if repair:
                    less = ", ".join(f"-{name} AS {name}" for name in part.counts)
                    differences = f"SELECT {', '.join(part.key)}, {less} FROM {FOUND}"
                    cursor.execute(cells.added(table(part.rollup), part.key, part.counts, differences))
                cursor.execute(f"DROP TABLE {FOUND}")
            cursor.execute(f"DROP TABLE {STEPS}")


def _differences(part: Part, deltas: str) -> str:
    key, counts = ", ".join(part.key), ", ".join(part.counts)
    less = ", ".join(f"-{name}" for name in part.counts)
    sums = ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in part.counts)
    recounted = part.recounted or part.cells
    return (
        f"SELECT {key}, {sums} FROM ("
        f"SELECT {key}, {counts} FROM {table(part.rollup)} WHERE {part.condition}"
        f" UNION ALL SELECT {key}, {counts} FROM ({part.cells(deltas)}) AS fresh"
        f" UNION ALL SELECT {key}, {less} FROM ({recounted(STEPS)}) AS recounted"
        f") AS cells GROUP BY {key} HAVING {' OR '.join(f'sum({name}) <> 0' for name in part.counts)}"
    )


def _finding(part: Part) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {FOUND}")
        (cells_count,) = cursor.fetchone()
        cursor.execute(f"SELECT * FROM {FOUND} LIMIT {MOST_NAMED}")
        rows = cursor.fetchall()
    width = len(part.key)
    named = tuple(
        Difference(
            part.name,
            cell=tuple(row[:width]),
            too_many=tuple((name, count) for name, count in zip(part.counts, row[width:], strict=True) if count),
        )
        for row in rows
    )
    return Finding(part.name, cells_count=cells_count, named=named)


@contextmanager
def _moment(locked: Sequence[str]) -> Iterator[None]:
    """Let every statement inside see the rows of one moment.

    locked: tables that nobody else writes meanwhile, in the order in which a fold takes them.
    """
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
            cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
            for one in locked:  # before the first query, whose moment it is
                cursor.execute(f"LOCK TABLE {one} IN SHARE ROW EXCLUSIVE MODE")
        yield
