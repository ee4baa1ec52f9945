"""Rows of seats and their people in SQL of our own: where hundreds wait for one lock, or thousands are seated at once.

The ORM takes three to ten times as long to put these statements, and everybody who applies at that moment waits meanwhile.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Model

from lms.access.models import Application, Notice, SeatPool
from lms.lib.sql import prepared_moment, table

State = Application.State
AT_ONCE = 1000  # rows named in one statement


def number_newcomer(pool_id: int, *, now: datetime) -> SeatPool:
    """Lock a pool for the transaction, number one more of its list, and return it; its `settled_at` is the moment that counts.

    One round trip for what is two with select_for_update: locking, and storing the next number.
    """
    moment = prepared_moment(now)
    (pool,) = SeatPool.objects.raw(
        f"UPDATE {table(SeatPool)} SET next_number = next_number + 1,"
        " settled_at = CASE WHEN settled_at < %s THEN %s ELSE settled_at END WHERE id = %s RETURNING *",
        [moment, moment, pool_id],
    )
    return pool


def add_newcomer(application: Application, notice: Notice) -> None:
    """Insert an application, and the first notice about it; in one round trip where the database can."""
    if connection.vendor != "postgresql":  # a statement that changes rows cannot stand in another
        application.save(force_insert=True)
        notice.application = application
        notice.save(force_insert=True)
        return
    applied, told = _values(application), _values(notice)
    del told["application_id"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH added AS (INSERT INTO {table(Application)} ({', '.join(applied)})"
            f" VALUES ({', '.join(['%s'] * len(applied))}) RETURNING id)"
            f" INSERT INTO {table(Notice)} (application_id, {', '.join(told)})"
            f" SELECT id, {', '.join(['%s'] * len(told))} FROM added RETURNING application_id",
            [*applied.values(), *told.values()],
        )
        (application.pk,) = cursor.fetchone()
    application._state.adding, application._state.db = False, connection.alias


def hold_seats(rows: Sequence[tuple[int, int, datetime]], *, now: datetime) -> None:
    """Hold seats for waiting applications, each given as its id, its seat's and the end of its hold."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            some = [(pk, seat_id, prepared_moment(until)) for pk, seat_id, until in rows[start : start + AT_ONCE]]
            cursor.execute(
                f"UPDATE {table(Application)} SET state = %s, seated_at = %s, seat_id = given.column2,"
                f" held_until = given.column3 FROM (VALUES {', '.join(['(%s, %s, %s)'] * len(some))}) AS given"
                " WHERE id = given.column1 AND state = %s",
                [State.HELD.value, prepared_moment(now), *chain.from_iterable(some), State.WAITING.value],
            )


def _values(row: Model) -> dict[str, Any]:
    """Return a new row's values as the database takes them, by column."""
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]
    return {str(field.column): field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields}
