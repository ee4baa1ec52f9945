"""Pages asked for in this process, and what their statements read."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection, reset_queries
from django.test import Client

from courses.progress.models import LessonProgress
from lms.accounts.models import User
from tests.benchmarks.scale.pages import Asked

WARM_UP, ROUNDS = 3, 11


@dataclass(frozen=True)
class Statement:
    """What one statement took and read; its answer has so many rows. buffers: 0 from SQLite, which does not count them."""

    milliseconds: float
    rows: int
    buffers: int
    reads_all_progress: bool
    text: str


@dataclass
class Seen:
    """What a page took. cpu: of this process, without the database's; queries: all of them; statements: those that read."""

    status: int
    times: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    queries: int = 0
    statements: list[Statement] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        return median(self.times)

    @property
    def cpu_milliseconds(self) -> float:
        return median(self.cpu)


def look(asked: Asked, names: Mapping[str, Any]) -> Seen:
    """Ask for a page until it is warm, then for its times, then for what each of its statements reads."""
    client = client_of(f"{asked.reader}@example.org")
    path, seen = asked.path.format(**names), Seen(200)
    for number in range(WARM_UP + ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        seen.status = client.get(path, secure=True).status_code
        if seen.status != 200:
            return seen
        if number >= WARM_UP:
            seen.times.append(1000 * (time.perf_counter() - began))
            seen.cpu.append(1000 * (time.process_time() - worked))
    connection.force_debug_cursor = True
    reset_queries()
    client.get(path, secure=True)
    texts = [query["sql"] for query in connection.queries]
    connection.force_debug_cursor = False
    seen.queries = len(texts)
    seen.statements = [_explained(text) for text in texts if text.startswith(("SELECT", "WITH"))]
    return seen


def client_of(email: str) -> Client:
    """Return a client that asks as somebody."""
    client = Client(headers={"host": "academy.example.org"})
    client.force_login(User.objects.get(email=email))
    return client


def _explained(text: str) -> Statement:
    return _explained_by_postgres(text) if connection.vendor == "postgresql" else _explained_by_sqlite(text)


def _explained_by_postgres(text: str) -> Statement:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + text)
        [told] = cursor.fetchone()[0]
    plan = told["Plan"]
    return Statement(
        milliseconds=told["Execution Time"],
        rows=plan["Actual Rows"],
        buffers=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
        reads_all_progress=any(_reads_all_progress(node) for node in _nodes(plan)),
        text=text,
    )


def _explained_by_sqlite(text: str) -> Statement:
    with connection.cursor() as cursor:
        steps = [detail for *_ids, detail in cursor.execute("EXPLAIN QUERY PLAN " + text).fetchall()]
        began = time.perf_counter()
        rows = len(cursor.execute(text).fetchall())
        taken = 1000 * (time.perf_counter() - began)
    reads_all = any(step.startswith(f"SCAN {LessonProgress._meta.db_table}") for step in steps)
    return Statement(taken, rows, buffers=0, reads_all_progress=reads_all, text=text)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _reads_all_progress(node: Mapping[str, Any]) -> bool:
    is_of_progress = node.get("Relation Name") == LessonProgress._meta.db_table
    return is_of_progress and "Index Cond" not in node and node["Node Type"] != "Bitmap Heap Scan"
