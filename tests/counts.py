"""What is counted, as tests look at it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from lms.measures.cuts import Axis, Dimension, cut_by
from lms.measures.models import LessonDelta, Milestone, Subject
from lms.measures.queries import add, monthly_sums, sums
from lms.measures.recounting import Finding
from lms.measures.services import record_milestone
from lms.operations.services import recount_everything

_BY_COURSE_AND_COUNTRY = cut_by(Dimension.COURSE, Dimension.COUNTRY, axis=Axis.EVENT)

Cell = tuple[int, str, date, str]  # course, country, the first day of a month, milestone


def counted() -> dict[Cell, int]:
    """Return every count of courses that is not nought."""
    cells = monthly_sums([_BY_COURSE_AND_COUNTRY])[_BY_COURSE_AND_COUNTRY]
    return {
        (int(course), country, month, milestone.value): count
        for (month, (course, country)), counts in cells.items()
        for milestone, count in zip(Milestone, counts, strict=True)
        if count
    }


def milestones() -> dict[str, int]:
    """Return how often each milestone of courses was reached."""
    found: dict[str, int] = {}
    for (*_cell, milestone), count in counted().items():
        found[milestone] = found.get(milestone, 0) + count
    return found


def lessons_counted() -> dict[int, tuple[int, int]]:
    """Return how often each lesson was touched and done, of what is not folded yet."""
    found: dict[int, tuple[int, int]] = {}
    for step in LessonDelta.objects.all():
        touched, done = found.get(step.lesson_id, (0, 0))
        found[step.lesson_id] = touched + step.touched, done + step.done
    return found


def count_up(cells: Iterable[tuple[Cell, int]]) -> None:
    """Count so many steps of each cell, by people who enrolled in the same month."""
    for (course, country, month, milestone), count in cells:
        at = datetime.combine(month, time(), UTC)
        subject = Subject(course_id=course, country=country, cohort=at)
        record_milestone(Milestone(milestone), subject, at=at, count=count)


def differences() -> list[Finding]:
    """Return the parts whose counts are not what a recount gives."""
    return [finding for finding in recount_everything() if finding.cells_count]


def totals() -> dict[Milestone, int]:
    """Return how often each milestone was reached."""
    cut = cut_by(Dimension.TIER)
    return dict(zip(Milestone, add(sums([cut])[cut].values()), strict=True))
