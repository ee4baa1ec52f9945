"""A million enrolments as a file: what a worker needs for it. Specified: under 100 MB, 150,000 rows a second of CPU."""

import json
import subprocess
import sys

import pytest
from django.db import connection

from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.progress.models import Completion
from lms.accounts.models import User
from lms.dashboards.exports.models import Export
from tests.factories.enrolment import ContractFactory, CourseRunFactory
from tests.factories.exports import ExportFactory
from tests.services import ROOT

COURSES, LEARNERS, COUNTRIES, MONTHS = 50, 20_000, 75, 34

# A process of its own, as a worker is: its peak of memory is of nothing else.
MAKE = """
import json, resource, django
from pathlib import Path
django.setup()
from django.utils import timezone
from lms.dashboards.exports import services
from lms.dashboards.exports.models import Export

def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    [peak] = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1000, usage.ru_utime + usage.ru_stime

Export.objects.first()
Path("/proc/self/clear_refs").write_text("5")  # what importing took for a while is no part of it
before, began = used()
services.make_next(clock=timezone.now)
peak, ended = used()
print(json.dumps({"before": before, "peak": peak, "seconds": ended - began}))
"""


@pytest.fixture
def million(transactional_db):
    """A million enrolments, a third of them completed, in SQL: factories would take an hour."""
    if connection.vendor != "postgresql":
        pytest.skip("COPY is PostgreSQL’s")
    contracts = [ContractFactory(lesson_ids=list(range(20))) for _ in range(COURSES)]
    for contract in contracts:
        CourseRunFactory(course=contract.course)
    User.objects.bulk_create(
        (User(email=f"{number}@example.org", country="GH", password="!") for number in range(LEARNERS)), batch_size=5000
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Enrolment._meta.db_table} (learner_id, run_id, contract_id, state, country, language, enrolled_at,"
            " started_at, lessons_done, quizzes_passed, was_self_paced)"
            " SELECT u.id, r.id, c.id, 'active', chr((65 + u.id %% %s / 26)::int) || chr((65 + u.id %% %s %% 26)::int), 'en',"
            " timestamptz '2024-01-15' + make_interval(months => ((u.id + r.id) %% %s)::int), now(), u.id %% 20, 0, false"
            f" FROM {User._meta.db_table} u, {CourseRun._meta.db_table} r"
            f" JOIN {Contract._meta.db_table} c ON c.course_id = r.course_id",
            [COUNTRIES, COUNTRIES, MONTHS],
        )
        cursor.execute(
            f"INSERT INTO {Completion._meta.db_table} (enrolment_id, contract_id, completed_at, lessons_count, minutes)"
            f" SELECT id, contract_id, enrolled_at + interval '40 days', 20, 60 FROM {Enrolment._meta.db_table} WHERE id % 3 = 0",
        )
        cursor.execute("ANALYZE")


def made(environment: dict[str, str], **export: object) -> dict[str, float]:
    """Make an export in a process of its own; return its memory in MB before and at most, and its seconds of CPU."""
    asked = ExportFactory(**export)
    done = subprocess.run(
        [sys.executable, "-c", MAKE], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    asked.refresh_from_db()
    assert asked.state == Export.State.READY
    return {**json.loads(done.stdout.splitlines()[-1]), "rows": asked.rows_done, "bytes": asked.file_bytes}


def test_a_million_rows_as_csv(million, process_environment, record_figure):
    figures = made(process_environment)
    assert figures["rows"] == COURSES * LEARNERS
    record_figure("CSV, rows", figures["rows"], "rows")
    record_figure("CSV, size", figures["bytes"] / 1e6, "MB")
    record_figure("CSV, memory it takes", figures["peak"] - figures["before"], "MB", limit=100)
    record_figure("CSV, peak of the whole process", figures["peak"], "MB")
    record_figure("CSV, rows a second of CPU", figures["rows"] / figures["seconds"], "rows", limit=150_000)
    assert figures["peak"] - figures["before"] < 100
    assert figures["rows"] / figures["seconds"] > 150_000


def test_a_course_as_a_workbook(million, process_environment, record_figure):
    course = Enrolment.objects.values_list("contract__course", flat=True).order_by("pk").first()
    figures = made(process_environment, file_format="xlsx", filters={"course": course})
    record_figure("Excel, memory it takes", figures["peak"] - figures["before"], "MB", limit=100)
    record_figure("Excel, rows a second of CPU", figures["rows"] / figures["seconds"], "rows")
    assert figures["rows"] == LEARNERS
