from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from courses.enrolment.models import CourseRun, Enrolment
from courses.enrolment.queries.learners import Person
from lms.access.models import Application, Charge, Seat
from lms.access.queries.fees import ChargeState, Footing, Quote, charges_of, footing_of, owed_by, quote
from lms.access.queries.seats import TAKEN
from lms.accounts.models import User

MOST_SHOWN = 12
FOLLOWED_AFTER_END = timedelta(days=1)  # for as long a cohort that is over still follows its seats
State = Application.State


def cohorts() -> QuerySet[CourseRun]:
    """Return all dated runs of all courses."""
    return CourseRun.objects.filter(kind=CourseRun.Kind.COHORT).select_related("course", "pool")


def cohort_before(run: CourseRun) -> CourseRun | None:
    """Return the cohort of the same course that began last before this one."""
    before = cohorts().filter(course=run.course_id, pool__isnull=False, opens_at__lt=run.opens_at)
    return before.exclude(pk=run.pk).order_by("-opens_at").first()


# -- What a reader sees of cohorts --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CohortOffer:
    """A cohort as one reader sees it, and nobody else.

    free: seats that nobody holds; quote: what it costs the reader, None where it is free for everybody; application:
    their newest, if they have applied; charge: what they owe for the seat, with `left` and `state`.
    """

    run: CourseRun
    free: int
    quote: Quote | None
    application: Application | None = None
    charge: Charge | None = None

    @property
    def is_seated(self) -> bool:
        return self.application is not None and self.application.state == State.CONFIRMED

    @property
    def concerns_priority(self) -> bool:
        """Whether having priority makes a difference here."""
        return self.quote is not None or (self.run.pool is not None and self.run.pool.share > 0)

    @property
    def is_to_pay(self) -> bool:
        """Whether the reader owes something, or would for a seat that they take."""
        if self.charge is not None:
            return self.charge.state == ChargeState.DUE  # type: ignore[attr-defined]  # what charges_of adds
        return self.quote is not None and self.quote.due > 0


def cohorts_on_offer(translation_key: UUID, *, now: datetime) -> list[CourseRun]:
    """Return the cohorts of a course that are not over and not called off, the next first."""
    found = cohorts().filter(course__translation_key=translation_key, pool__closed_at=None, closes_at__gt=now)
    return list(found.exclude(pool=None).order_by("opens_at", "pk")[:MOST_SHOWN])


def cohorts_applied_for(person: User, *, now: datetime) -> list[CourseRun]:
    """Return the cohorts in which somebody has a seat or waits, those over left out, the next first."""
    live = Application.objects.filter(person=person, state__in=Application.LIVE, pool__run__isnull=False)
    owing = owed_by(person).filter(pool__run__isnull=False)
    mine = Q(pool__in=live.values("pool"), closes_at__gt=now) | Q(pool__in=owing.values("pool"))
    return list(cohorts().filter(mine).order_by("opens_at", "pk")[:MOST_SHOWN])


def offers_to(person: Person, runs: Iterable[CourseRun], *, now: datetime) -> list[CohortOffer]:
    """Return how a reader sees these cohorts; the same few queries for one or twelve."""
    runs = list(runs)
    if not runs:
        return []
    pool_ids = [run.pool_id for run in runs]
    used = _seats_used(pool_ids)
    applications: dict[int | None, Application] = {}
    owed: dict[int | None, Charge] = {}
    footing = Footing(is_priority=False, waivers=())
    if isinstance(person, User):
        newest = Application.objects.filter(person=person, pool__in=pool_ids).values("pool").annotate(last=Max("pk"))
        mine = Application.objects.filter(pk__in=newest.values("last")).select_related("seat", "pool")
        applications = {one.pool_id: one for one in mine}
        owed = {one.pool_id: one for one in charges_of(person).filter(application__in=applications.values())}
        if any(run.costs_something for run in runs):
            footing = footing_of(person, now=now)
    return [
        CohortOffer(
            run=run,
            free=max(0, run.pool.capacity - used.get(run.pool_id, 0)),
            quote=_quote(run, footing, applications.get(run.pool_id)),
            application=applications.get(run.pool_id),
            charge=owed.get(run.pool_id),
        )
        for run in runs
        if run.pool is not None
    ]


def _seats_used(pool_ids: Collection[int | None]) -> dict[int | None, int]:
    held = Seat.objects.filter(TAKEN, pool__in=pool_ids)
    return dict(held.values("pool").annotate(count=Count("pk")).values_list("pool", "count"))


def _quote(run: CourseRun, footing: Footing, application: Application | None) -> Quote | None:
    if not run.costs_something:
        return None
    assert run.list_price is not None
    # Who had priority when they applied keeps it for this cohort, whatever has ended since.
    applied_with_priority = application is not None and application.is_live and application.is_priority
    return quote(Footing(footing.is_priority or applied_with_priority, footing.waivers), run.list_price, run.currency)


# -- What follows from seats --------------------------------------------------------------------------------------


def seats_to_enrol(run: CourseRun) -> QuerySet[Application]:
    """Return the confirmed seats of a cohort whose holders are not enrolled in it yet.

    Who has a seat in several cohorts of a course studies it in the one they applied for last.
    """
    return _unenrolled().filter(pool=run.pool_id).select_related("person").order_by("pk")


def seats_to_charge(run: CourseRun) -> QuerySet[Application]:
    """Return the confirmed seats of a cohort with a price that are not charged yet."""
    return _uncharged().filter(pool=run.pool_id).order_by("pk")


def enrolments_without_seat(run: CourseRun) -> QuerySet[Enrolment]:
    """Return who studies in a cohort without a seat in it."""
    return _seatless().filter(run=run).order_by("pk")


def cohorts_to_follow(*, now: datetime) -> QuerySet[CourseRun]:
    """Return the cohorts in which something is still to follow from the seats; one query."""
    return (
        cohorts()
        .filter(pool__isnull=False, closes_at__gt=now - FOLLOWED_AFTER_END)
        .filter(
            Exists(_unenrolled().filter(pool=OuterRef("pool")))
            | Exists(_uncharged().filter(pool=OuterRef("pool")))
            | Exists(_seatless().filter(run=OuterRef("pk")))
        )
        .order_by("pk")
    )


def _unenrolled() -> QuerySet[Application]:
    enrolled = Enrolment.objects.filter(learner=OuterRef("person"), run__pool=OuterRef("pool"))
    later = Application.objects.filter(
        person=OuterRef("person"),
        state=State.CONFIRMED,
        pool__run__course=OuterRef("pool__run__course"),
        pk__gt=OuterRef("pk"),
    )
    return Application.objects.filter(
        ~Exists(enrolled.exclude(state=Enrolment.State.WITHDRAWN)), ~Exists(later), state=State.CONFIRMED
    )


def _uncharged() -> QuerySet[Application]:
    return Application.objects.filter(state=State.CONFIRMED, charge=None, pool__run__list_price__gt=0)


def _seatless() -> QuerySet[Enrolment]:
    seated = Application.objects.filter(pool=OuterRef("run__pool"), person=OuterRef("learner"), state=State.CONFIRMED)
    studying = Enrolment.objects.filter(state=Enrolment.State.ACTIVE, run__pool__isnull=False, erased_at=None)
    return studying.filter(~Exists(seated))
