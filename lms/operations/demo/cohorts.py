"""The demo's cohorts: courses with a teacher, seats and a price, for which its people apply, and pay or cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from courses.catalogue.models import Course
from courses.enrolment.models import CourseRun
from courses.enrolment.rules import SeatWishes
from courses.enrolment.services.cohorts import save_cohort
from courses.progress.cohorts.services import follow_seats
from lms.access.models import Application, Charge, Notice, SeatPool, Settlement
from lms.access.queries.fees import charges
from lms.access.services.fees import settle_charge
from lms.access.services.hardship import HardshipAnswer, answer_hardship, ask_for_less
from lms.access.services.seats import accept_seat, apply_for_seat, settle_pool
from lms.accounts.models import User
from lms.mail.models import OutgoingMail
from lms.operations.demo.people import DOMAIN

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# What the demo's cohorts are told by when they are taken out again; nobody is paid there.
PAYMENT = "By bank transfer to the demo’s account DEMO 0000 0000, within 14 days of taking your seat."


@dataclass(frozen=True)
class Cohort:
    """A cohort of the demo. Days are counted from today: people apply from the first, seats are given on the second."""

    name: str
    price: int
    capacity: int
    applicants: int
    opens: int
    deadline: int
    begins: int
    ends: int


TO_COME = Cohort("Spring cohort", 120, capacity=24, applicants=31, opens=-3, deadline=11, begins=45, ends=101)
UNDER_WAY = Cohort("Autumn cohort", 90, capacity=18, applicants=20, opens=-48, deadline=-34, begins=-12, ends=44)
# What people without priority say who cannot pay, and what they are answered: per cent off, word; nothing while it waits.
PLEAS: tuple[tuple[str, tuple[int, str] | None], ...] = (
    ("Demo request: my hospital has paid no salaries since spring.", (100, "Demo answer: come and learn.")),
    ("Demo request: I would rather not pay.", (0, "Demo answer: the waivers go to people who cannot pay.")),
    ("Demo request: I can pay a third of the price at most.", None),
)
# What is noted of the first charges, in turn: a part of what is due, and as what.
NOTED = (
    (1, Settlement.Kind.PAYMENT),
    (1, Settlement.Kind.PAYMENT),
    (2, Settlement.Kind.PAYMENT),
    (1, Settlement.Kind.WAIVER),
)


def add_cohorts(courses: Iterable[Course], *, by: User, now: datetime) -> None:
    """Open a cohort whose seats are not given yet, and one that is taught, in two courses. by: who notes what is paid."""
    for course, cohort in zip(courses, (TO_COME, UNDER_WAY), strict=False):
        run = _open(course, cohort, now=now)
        if cohort is UNDER_WAY:
            _teach(run, cohort, by=by, now=now)
        Notice.objects.filter(application__pool=run.pool).update(written_at=now)  # nobody reads mails of last week


def _open(course: Course, cohort: Cohort, *, now: datetime) -> CourseRun:
    """Open a cohort, and let generated people apply one after the other."""
    today = now.replace(hour=12, minute=0, second=0, microsecond=0)
    opened_at = today + cohort.opens * DAY
    run = CourseRun(
        course=course,
        name=cohort.name,
        opens_at=today + cohort.begins * DAY,
        closes_at=today + cohort.ends * DAY,
        list_price=Decimal(cohort.price),
        payment_instructions=PAYMENT,
    )
    wishes = SeatWishes(
        capacity=cohort.capacity,
        opens_early_at=opened_at,
        deadline=today + cohort.deadline * DAY,
        mode=SeatPool.Mode.BATCH,
        precedence=SeatPool.Precedence.OPEN_FIRST,
    )
    pool = save_cohort(run, wishes, now=opened_at).pool
    assert pool is not None
    people = User.objects.filter(is_demo=True, email__endswith=f"@{DOMAIN}", date_joined__lt=opened_at).order_by("pk")
    for number, person in enumerate(people[: cohort.applicants]):
        apply_for_seat(pool.pk, person, now=opened_at + number * HOUR)
    return run


def _teach(run: CourseRun, cohort: Cohort, *, by: User, now: datetime) -> None:
    """Let seats be given and taken, some people ask to pay less, and most of what is due come in."""
    pool = run.pool
    assert pool is not None
    given_at = pool.opens_at
    applied = Application.objects.filter(pool=pool)
    unable = [one.person for one in applied.filter(is_priority=False).order_by("number")[: len(PLEAS)]]
    for person, (plea, answer) in zip(unable, PLEAS, strict=False):
        request = ask_for_less(person, pool.pk, text=plea, now=given_at - DAY if answer else now - 2 * DAY)
        if answer:
            percent, word = answer
            said = HardshipAnswer(percent=percent, ends_on=pool.starts_at.date(), word=word)
            answer_hardship(request.pk, said, by=by, now=given_at - HOUR)
    OutgoingMail.objects.filter(key__startswith="hardship-answered:", to__in=[one.email for one in unable]).delete()
    settle_pool(pool.pk, now=given_at)
    for application in applied.filter(state=Application.State.HELD).order_by("number"):
        accept_seat(pool.pk, application.person, now=given_at + DAY)
    follow_seats(run, now=given_at + DAY)
    owing = charges().filter(pool=pool, due__gt=0).order_by("pk")
    for charge, (part, kind) in zip(owing, NOTED, strict=False):
        settle_charge(
            charge.pk,
            kind=kind,
            amount=charge.due / part,
            reference=f"DEMO-{charge.reference}",
            on=(given_at + 5 * DAY).date(),
            by=by,
            now=given_at + 5 * DAY,
        )


def forget_charges(demo_people: QuerySet[User]) -> None:
    """Take what demo people owed off the record, on which everybody else's charges stay."""
    QuerySet(Settlement).filter(
        charge__application__person__in=demo_people
    ).delete()  # the managers of records refuse to
    QuerySet(Charge).filter(application__person__in=demo_people).delete()


def forget_cohorts() -> None:
    """Take the cohorts out, once their people are gone; one that somebody real has applied for stays."""
    for run in CourseRun.objects.filter(payment_instructions=PAYMENT, enrolments=None).select_related("pool"):
        if run.pool is not None and not Application.objects.filter(pool=run.pool).exists():
            run.delete()
            run.pool.delete()
