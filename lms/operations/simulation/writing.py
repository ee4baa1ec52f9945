"""Lines of rows into tables: COPY on PostgreSQL, without what would be kept up row by row, executemany on SQLite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management.color import no_style
from django.db import connection, models

from certificates.issuing.models import Certificate
from courses.assessments.models import QuizStanding
from courses.enrolment.models import Enrolment
from courses.progress.models import Completion, LessonProgress
from courses.webinars.models import Attendance, Registration
from lms.accounts.models import User
from lms.lib.sql import table
from lms.operations.simulation import rows

MODELS: dict[str, type[models.Model]] = {  # in an order in which each names only those before it
    rows.PEOPLE: User,
    rows.ENROLMENTS: Enrolment,
    rows.PROGRESS: LessonProgress,
    rows.STANDINGS: QuizStanding,
    rows.COMPLETIONS: Completion,
    rows.REGISTRATIONS: Registration,
    rows.ATTENDANCES: Attendance,
    rows.CERTIFICATES: Certificate,
}
MEMORY = "512MB"  # for each index that is built, at a time when nobody else is there


def write_lines(name: str, lines: Sequence[str]) -> None:
    """Append the lines of a table."""
    columns, target = rows.COLUMNS[name], table(MODELS[name])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[attr-defined]
                copy.write(rows.as_text(lines))
            return
        marks = ", ".join("?" * len(columns))
        values = ([None if value == rows.NULL else value for value in line.split("\t")] for line in lines)
        connection.connection.executemany(f"INSERT INTO {target} ({', '.join(columns)}) VALUES ({marks})", values)


def empty_table(name: str) -> int:
    """Delete every row of a table, within bare_tables; return how many there were.

    Where millions are deleted one by one, PostgreSQL goes on reading past them until the transaction is over.
    """
    model = MODELS[name]
    count = model._default_manager.count()
    with connection.cursor() as cursor:
        cursor.execute(f"{'TRUNCATE' if connection.vendor == 'postgresql' else 'DELETE FROM'} {table(model)}")
    return count


def go_on_counting() -> None:
    """Let the next row of each table that was written to take an id that is free."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
            cursor.execute(statement)


@dataclass(frozen=True)
class _Kept:
    """What was taken off a table, and the statement that puts it back."""

    drop: str
    restore: str


@contextmanager
def bare_tables() -> Iterator[None]:
    """Let the tables be written, or emptied, without foreign keys and without indexes; all are made again at the end.

    Within the caller's transaction, which keeps everybody else away from these tables. A row that a foreign key does not
    allow fails at the end, and with it all.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked would forbid the changes
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        kept = _foreign_keys() + _indexes()
        for one in kept:
            cursor.execute(one.drop)
        yield
        for one in reversed(kept):
            cursor.execute(one.restore)


def _foreign_keys() -> list[_Kept]:
    return _constraints("contype = 'f' AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[]))", 2)


def _indexes() -> list[_Kept]:
    """Return what is made of indexes; primary keys stay where ids come in order, so that keeping them up is cheap."""
    unique = _constraints(
        "conrelid = ANY(%s::regclass[]) AND (contype = 'u' OR (contype = 'p' AND cardinality(conkey) > 1))", 1
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[])"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid) ORDER BY 1",
            [_names()],
        )
        plain = [_Kept(f"DROP INDEX {name}", definition) for name, definition in cursor.fetchall()]
    return [*unique, *plain]


def _constraints(condition: str, names: int) -> list[_Kept]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            f" WHERE {condition} ORDER BY 1, 2",
            [_names()] * names,
        )
        return [
            _Kept(
                f"ALTER TABLE {target} DROP CONSTRAINT {name}",
                f"ALTER TABLE {target} ADD CONSTRAINT {name} {definition}",
            )
            for target, name, definition in cursor.fetchall()
        ]


def _names() -> list[str]:
    return [model._meta.db_table for model in MODELS.values()]
