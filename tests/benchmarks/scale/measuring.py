"""The figures at full scale, in the environment that run.py sets up: `python -m tests.benchmarks.scale.measuring FOLDER`."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.catalogue.models import Course, CourseTeamMember  # noqa: E402
from courses.enrolment.models import Enrolment  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from lms.accounts.roles import INSTRUCTORS, PROGRAMME_LEADS  # noqa: E402
from lms.dashboards.exports.models import Export  # noqa: E402
from lms.lib.processes import running  # noqa: E402
from tests.benchmarks.bench_exports import MAKE  # noqa: E402
from tests.benchmarks.scale.comparing import STEPS, sums_of_file, sums_of_overview  # noqa: E402
from tests.benchmarks.scale.figures import heading, report  # noqa: E402
from tests.benchmarks.scale.looking import ROUNDS, Seen, client_of, look  # noqa: E402
from tests.benchmarks.scale.pages import PAGES, Asked  # noqa: E402
from tests.services import ROOT  # noqa: E402

READERS = {"lead": PROGRAMME_LEADS, "teacher": INSTRUCTORS}
WRITERS, WRITES_PER_SECOND = 2, 300
MOST_NAMED = 3  # of a page's statements: those that read most


def main(folder: Path) -> int:
    """Print what pages take, alone and while progress is written, then what an export takes; 1 where a limit is missed."""
    names, missed = prepare(), 0
    heading(f"Pages, median of {ROUNDS}, nobody else there (load {os.getloadavg()[0]:.1f})")
    seen = {}
    for asked in PAGES:
        seen[asked] = look(asked, names)
        missed += show(asked, seen[asked])
    heading(f"The same while {WRITES_PER_SECOND} progress writes a second arrive")
    with writing(folder) as tally:
        for asked in PAGES:
            if seen[asked].status == 200:
                missed += report(asked.name, look(asked, names).milliseconds, "ms", limit=asked.milliseconds)
    missed += report("progress writes", tally["writes"] / tally["seconds"], "a second", least=0.9 * WRITES_PER_SECOND)
    report("CPU of their processes", 1000 * tally["cpu"] / tally["writes"], "ms each")
    report("load", os.getloadavg()[0], "")
    heading("Every enrolment as a CSV file")
    made = export()
    report("rows", made["rows"], "rows")
    missed += report("memory that it takes", made["peak"] - made["before"], "MB", limit=100)
    least = 150_000 if connection.vendor == "postgresql" else None  # its COPY's
    missed += report("rows a second of CPU", made["rows"] / made["seconds"], "rows", least=least)
    missed += compare(made["export"])
    print(f"\n{missed} limits were missed." if missed else "\nEvery limit is kept.")
    return 1 if missed else 0


def prepare() -> dict[str, Any]:
    """Add who reads the pages; return what their addresses name."""
    for name, group in READERS.items():
        person = User.objects.create_user(f"{name}@example.org", name=name.title(), country="KE")
        person.groups.add(Group.objects.get(name=group))
    [largest] = Enrolment.objects.values("run__course").annotate(learners=Count("pk")).order_by("-learners")[:1]
    course = Course.objects.get(pk=largest["run__course"])
    CourseTeamMember.objects.create(course=course, member=User.objects.get(email="teacher@example.org"))
    institution = Enrolment.objects.exclude(institution_id=None).values_list("institution_id", flat=True)[0]
    return {"course": course.pk, "institution": institution}


def show(asked: Asked, seen: Seen) -> int:
    """Print what a page took and read; return how many of its limits it misses."""
    if seen.status != 200:
        print(f"{asked.name:48} answers {seen.status}: not measured")
        return 0
    missed = report(asked.name, seen.milliseconds, "ms", limit=asked.milliseconds)
    rows, buffers = sum(one.rows for one in seen.statements), sum(one.buffers for one in seen.statements)
    queries = f"{seen.queries} queries (at most {asked.queries})"
    print(f"    {seen.cpu_milliseconds:.1f} ms CPU beside the database, {queries}, {rows:,} rows, {buffers:,} buffers")
    for one in sorted(seen.statements, key=lambda one: (-one.buffers, -one.milliseconds))[:MOST_NAMED]:
        print(f"    {one.milliseconds:8.1f} ms {one.rows:7,} rows {one.buffers:8,} buffers  {one.text[:90]}")
    scans = [one.text for one in seen.statements if one.reads_all_progress]
    for text in scans:
        print(f"    MISSED: reads the whole progress table: {text[:120]}")
    return missed + len(scans) + (seen.queries > asked.queries)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[dict[str, float]]:
    """Have progress written as learners write it for as long as the block lasts; the tally is there afterwards."""
    tally: dict[str, float] = {}
    files = [folder / f"writer-{number}.json" for number in range(WRITERS)]
    with contextlib.ExitStack() as processes:
        for number, file in enumerate(files):
            file.unlink(missing_ok=True)
            rate = str(WRITES_PER_SECOND / WRITERS)
            command = [sys.executable, "-m", "tests.benchmarks.scale.writer", rate, str(number), str(file)]
            process = processes.enter_context(running(command, env=os.environ, cwd=ROOT))
            while not file.exists():
                assert process.poll() is None, "a writer ended"
                time.sleep(0.2)
        yield tally
    told = [json.loads(file.read_text()) for file in files]
    tally |= {name: sum(one[name] for one in told) for name in ("writes", "cpu")}
    tally["seconds"] = max(one["seconds"] for one in told)


def export() -> dict[str, Any]:
    """Make a file of all enrolments in a process of its own; return its memory in MB before and at most, seconds, rows."""
    asked = Export.objects.create(asked_by=User.objects.get(email="lead@example.org"), asked_at=timezone.now())
    done = subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, capture_output=True, text=True, check=True)
    asked.refresh_from_db()
    assert asked.state == Export.State.READY, asked.reason
    return {**json.loads(done.stdout.splitlines()[-1]), "rows": asked.rows_done, "export": asked}


def compare(made: Export) -> int:
    """Print what the file and the overview say of each step; return in how many they differ."""
    file, overview = sums_of_file(made), sums_of_overview(client_of(made.asked_by.email))
    for step, here, there in zip(STEPS, file, overview, strict=True):
        print(f"{step:12} {here:>12,} in the file {there:>12,} in the overview{'' if here == there else '  MISSED'}")
    return sum(here != there for here, there in zip(file, overview, strict=True))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
