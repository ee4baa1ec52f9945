"""The demo's cohort: a course with a teacher, seats and a price, for which some of its people have applied."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from courses.catalogue.models import Course
from courses.enrolment.models import CourseRun
from courses.enrolment.rules import SeatWishes
from courses.enrolment.services.cohorts import save_cohort
from lms.access.models import Application, Charge, Notice, SeatPool, Settlement
from lms.access.services.seats import apply_for_seat
from lms.accounts.models import User
from lms.operations.demo.people import DOMAIN

CAPACITY, APPLICANTS = 24, 31
OPENED, DEADLINE, BEGINS, ENDS = timedelta(days=-3), timedelta(days=11), timedelta(days=45), timedelta(days=101)
# What the demo's cohort is told by when it is taken out again; nobody is paid there.
PAYMENT = "By bank transfer to the demo’s account DEMO 0000 0000, within 14 days of taking your seat."


def open_cohort(course: Course, *, now: datetime) -> None:
    """Open a cohort whose seats are not given yet, and let generated people apply one after the other."""
    today = now.replace(hour=12, minute=0, second=0, microsecond=0)
    opened_at = today + OPENED
    run = CourseRun(
        course=course,
        name="Spring cohort",
        opens_at=today + BEGINS,
        closes_at=today + ENDS,
        list_price=Decimal(120),
        payment_instructions=PAYMENT,
    )
    wishes = SeatWishes(
        capacity=CAPACITY,
        opens_early_at=opened_at,
        deadline=today + DEADLINE,
        mode=SeatPool.Mode.BATCH,
        precedence=SeatPool.Precedence.OPEN_FIRST,
    )
    pool = save_cohort(run, wishes, now=opened_at).pool
    assert pool is not None
    applicants = User.objects.filter(is_demo=True, email__endswith=f"@{DOMAIN}").order_by("pk")
    for number, person in enumerate(applicants[:APPLICANTS]):
        apply_for_seat(pool.pk, person, now=opened_at + number * timedelta(hours=1))
    Notice.objects.filter(application__pool=pool).update(written_at=now)  # nobody reads mails of last week


def forget_charges(demo_people: QuerySet[User]) -> None:
    """Take what demo people owed off the record, on which everybody else's charges stay."""
    QuerySet(Settlement).filter(
        charge__application__person__in=demo_people
    ).delete()  # the managers of records refuse to
    QuerySet(Charge).filter(application__person__in=demo_people).delete()


def forget_cohorts() -> None:
    """Take the cohort out, once its people are gone; one that somebody real has applied for stays."""
    for run in CourseRun.objects.filter(payment_instructions=PAYMENT, enrolments=None).select_related("pool"):
        if run.pool is not None and not Application.objects.filter(pool=run.pool).exists():
            run.delete()
            run.pool.delete()
