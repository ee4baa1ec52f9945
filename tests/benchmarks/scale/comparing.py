"""Whether the file of every enrolment says what the overview says."""

import csv
import io
from collections.abc import Sequence
from typing import IO

from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from lms.dashboards.choices import choices
from lms.dashboards.exports.models import Export

STEPS = ("enrolled", "started", "half", "completed", "certified")
FIRST, LAST = 4, 7  # the columns of a file's row that hold the steps after enrolling


def sums_of_file(export: Export) -> Sequence[int]:
    """Return how many enrolments the file of an export says reached each of STEPS, read row by row."""
    with storages["private"].open(export.file_name) as stored:
        return _sums(io.TextIOWrapper(stored, "utf-8-sig", newline=""))


def _sums(file: IO[str]) -> Sequence[int]:
    rows = csv.reader(file)
    next(rows)
    reached = [0] * len(STEPS)
    for row in rows:
        reached[0] += 1
        for place, cell in enumerate(row[FIRST : LAST + 1], start=1):
            reached[place] += int(cell)
    return reached


def sums_of_overview(client: Client) -> Sequence[int]:
    """Return the same of the overview: its tables of steps, of all years that it offers."""
    reached = [0] * len(STEPS)
    for last_month in choices(timezone.localdate()).periods:
        answer = client.get("/insights/funnel.csv", {"period": f"{last_month:%Y-%m}"}, secure=True)
        rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        next(rows)
        for place, row in enumerate(rows):
            reached[place] += int(row[1])
    return reached
