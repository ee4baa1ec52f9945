from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from courses.catalogue.models import CoursePage
from courses.catalogue.services import ensure_course
from courses.enrolment.models import CourseRun
from courses.enrolment.rules import SeatWishes
from courses.enrolment.services.cohorts import save_cohort
from lms.access.models import SeatPool
from tests.factories.access import at
from tests.factories.lessons import course_with_lessons

# Hours: people apply from OPEN on, seats are given from DEADLINE on, teaching is from START to END.
OPENED, DEADLINE, START, END = 24, 24 + 168, 24 + 168 + 24 * 20, 24 + 168 + 24 * 60
GIVEN = at(DEADLINE + 1)  # a free seat is confirmed at once to who comes


def cohort_of(
    page: CoursePage | None = None,
    *,
    capacity: int = 10,
    reserved_percent: int | None = 0,
    mode: str = SeatPool.Mode.ROLLING,
    price: str | None = None,
    later: timedelta = timedelta(0),
    now: datetime | None = None,
    **fields: Any,
) -> CourseRun:
    """Open a cohort of a course (one with a lesson if none is named). later: than the hours above."""
    run = CourseRun(
        course=ensure_course(page or course_with_lessons(1)),
        opens_at=at(START) + later,
        closes_at=at(END) + later,
        list_price=price and Decimal(price),
        **({"name": "Spring 2027"} | fields),
    )
    wishes = SeatWishes(
        capacity=capacity,
        opens_early_at=at(OPENED) + later,
        deadline=at(DEADLINE) + later,
        mode=mode,
        precedence=SeatPool.Precedence.OPEN_FIRST,
        reserved_percent=reserved_percent,
    )
    return save_cohort(run, wishes, now=now or at(0))


def cohort_around(now: datetime, page: CoursePage | None = None, **fields: Any) -> CourseRun:
    """Open a cohort whose seats are confirmed at once to who comes at this moment."""
    return cohort_of(page, later=now - GIVEN, now=now - timedelta(hours=DEADLINE), **fields)
