"""The SQL that adds milestones up to cells: one text for folding, reading and recounting, so that they cannot differ.

A source is a table, or a query in brackets, with the columns of a delta. Whatever is asked twice is the same twice.
"""

from collections.abc import Sequence

from lms.measures.cuts import DAYS_FACETS, LESSON_FACETS, NUMBERS, Cut, Dimension, Facet
from lms.measures.models import Milestone

MILESTONE_KEY = ("cut", "month", "key", "other_key")
DAYS_KEY = ("facet", "month", "value", "days")
LESSON_KEY = ("facet", "value", "lesson_id")
MINUTES_KEY = ("lesson_id", "minutes")
COUNTS = tuple(milestone.value for milestone in Milestone)
SUMS = ", ".join(f"sum(CASE WHEN milestone = '{name}' THEN count ELSE 0 END) AS {name}" for name in COUNTS)
SUMS_OF_COUNTED = ", ".join(f"sum({name}) AS {name}" for name in COUNTS)


def milestone_cells(source: str, cuts: Sequence[Cut], *, sums: str = SUMS) -> str:
    """Return a query for the cells of some cuts: MILESTONE_KEY and a sum of each milestone.

    sums: SUMS_OF_COUNTED where the source has, as counted gives it, a column for each milestone.
    """
    return " UNION ALL ".join(_cells_of(cut, source, sums) for cut in cuts)


def _cells_of(cut: Cut, source: str, sums: str) -> str:
    known = [f"{dimension} IS NOT NULL" for dimension in cut.dimensions if dimension in NUMBERS]
    other = _text(cut.second) if cut.second else "''"
    return (
        f"SELECT {cut.number} AS cut, {cut.axis} AS month, {_text(cut.first)} AS key, {other} AS other_key, {sums}"
        f" FROM {source} AS steps WHERE {' AND '.join(known) or 'true'} GROUP BY 1, 2, 3, 4"
    )


def days_cells(source: str, facets: Sequence[Facet] = DAYS_FACETS) -> str:
    """Return a query for how many completed after how many days: DAYS_KEY and people."""
    return " UNION ALL ".join(
        f"SELECT '{facet}' AS facet, month, {_value(facet)} AS value, days, sum(count) AS people FROM {source} AS steps"
        f" WHERE days IS NOT NULL AND {_is_known(facet)} GROUP BY 1, 2, 3, 4"
        for facet in facets
    )


def lesson_cells(source: str, facets: Sequence[Facet] = LESSON_FACETS) -> str:
    """Return a query for how many touched and did each lesson: LESSON_KEY, touched and done."""
    return " UNION ALL ".join(
        f"SELECT '{facet}' AS facet, {_value(facet)} AS value, lesson_id, sum(touched) AS touched, sum(done) AS done"
        f" FROM {source} AS steps WHERE {_is_known(facet)} GROUP BY 1, 2, 3"
        for facet in facets
    )


def minutes_cells(source: str) -> str:
    """Return a query for how many were done with each lesson after how many minutes: MINUTES_KEY and people."""
    return (
        f"SELECT lesson_id, minutes, sum(done) AS people FROM {source} AS steps WHERE minutes IS NOT NULL GROUP BY 1, 2"
    )


def counted(source: str, columns: Sequence[str]) -> str:
    """Return a query that adds milestones up by these columns, with a column for each milestone: fewer rows, the same sums."""
    names = ", ".join(columns)
    return f"SELECT {names}, {SUMS} FROM {source} AS steps GROUP BY {names}"


def gathered(source: str, columns: Sequence[str], counts: Sequence[str], *, known: str = "") -> str:
    """Return a query that adds counts up by these columns: fewer rows, the same sums. known: a column that is to say something."""
    names, sums = ", ".join(columns), ", ".join(f"CAST(sum({name}) AS bigint) AS {name}" for name in counts)
    condition = f" WHERE {known} IS NOT NULL" if known else ""
    return f"SELECT {names}, {sums} FROM {source} AS steps{condition} GROUP BY {names}"


def added(table: str, key: Sequence[str], counts: Sequence[str], cells: str) -> str:
    """Return a statement that adds cells to a table of rollups."""
    additions = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in counts)
    columns = ", ".join((*key, *counts))
    # In key order, so that two folds cannot wait for each other. `WHERE true` tells SQLite that ON belongs to the upsert.
    return (
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM ({cells}) AS cells WHERE true"
        f" ORDER BY {', '.join(key)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {additions}"
    )


def _text(dimension: Dimension) -> str:
    return f"CAST({dimension} AS varchar(20))" if dimension in NUMBERS else dimension.value


def _value(facet: Facet) -> str:
    return _text(Dimension(facet)) if facet else "''"


def _is_known(facet: Facet) -> str:
    return f"{facet} IS NOT NULL" if facet else "true"
