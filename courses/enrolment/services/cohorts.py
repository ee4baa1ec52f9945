"""Cohorts: their seats are opened, changed and called off with them; whoever has a seat is charged for it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.catalogue.queries import live_courses
from courses.enrolment.errors import PriceIsPromised
from courses.enrolment.models import CourseRun
from courses.enrolment.queries.cohorts import cohort_before, cohorts
from courses.enrolment.rules import SeatWishes
from lms.access.models import Charge, SeatPool
from lms.access.queries.facts import seat_terms_of
from lms.access.services.fees import charge_seat
from lms.access.services.pools import change_pool, close_pool, open_pool
from lms.access.services.seats import lock_pool, settle_pool


@transaction.atomic
def save_cohort(run: CourseRun, wishes: SeatWishes, *, now: datetime) -> CourseRun:
    """Write a cohort, new or changed, and make its seats what the organiser wishes.

    The list of the cohort before goes ahead in a new one, as the access policy says. Raises PriceIsPromised and what
    open_pool and change_pool raise.
    """
    run.kind = CourseRun.Kind.COHORT
    assert run.opens_at is not None
    if run.pool is None:
        run.save()  # its number stands in the address of its page
        before = cohort_before(run)
        run.pool = open_pool(
            capacity=wishes.capacity,
            share=wishes.share,
            mode=wishes.mode,
            precedence=wishes.precedence,
            carried_from=before.pool if before else None,
            labels=_labels(run),
            now=now,
            **wishes.times(run.opens_at, release_days=seat_terms_of(None, now=now).release_days_cohort),
        )
    else:
        _change_seats(run, run.pool, wishes, now=now)
    run.save()
    return run


def _change_seats(run: CourseRun, pool: SeatPool, wishes: SeatWishes, *, now: datetime) -> None:
    lock_pool(pool.pk, now=now)  # nobody applies while the price is looked at
    pool.refresh_from_db()
    was = CourseRun.objects.get(pk=run.pk)
    if pool.next_number and (was.list_price, was.currency) != (run.list_price, run.currency):
        raise PriceIsPromised(
            _("People have applied at the price that was shown to them, so it can no longer be changed.")
        )
    assert run.opens_at is not None
    wanted = {
        "capacity": wishes.capacity,
        "share": Decimal(pool.share) if wishes.share is None else wishes.share,
        "precedence": wishes.precedence,
        "labels": _labels(run),
        **wishes.moved(run.opens_at, old=pool.times, now=now),
    }
    if changed := {name: value for name, value in wanted.items() if value != getattr(pool, name)}:
        run.pool = change_pool(pool.pk, now=now, **changed)  # type: ignore[arg-type]


def call_off(run: CourseRun, *, now: datetime) -> None:
    """Call a cohort off: everybody concerned is told. A second call changes nothing."""
    assert run.pool_id is not None
    close_pool(run.pool_id, now=now)


def settle_cohorts(runs: Sequence[CourseRun], *, now: datetime) -> None:
    """Do what time has made due in the seats of these cohorts; nothing is asked where nothing is due."""
    for run in runs:
        if run.pool is not None and run.pool.is_due(now):
            settle_pool(run.pool.pk, now=now)
            run.pool.refresh_from_db()


def relabel_cohorts(translation_key: UUID) -> None:
    """Call the seats of a course's cohorts as its live pages are called now, in mails and lists."""
    for run in cohorts().filter(course__translation_key=translation_key, pool__isnull=False):
        labels = _labels(run)
        if run.pool is not None and run.pool.labels != labels:
            SeatPool.objects.filter(pk=run.pool.pk).update(labels=labels)


def charge_for_cohort(run: CourseRun, application_id: int, *, now: datetime) -> Charge | None:
    """Charge somebody for their seat in a cohort, and return the charge; None where nobody pays, or the seat is gone."""
    if not run.list_price:
        return None
    return charge_seat(application_id, listed=run.list_price, currency=run.currency, now=now)


def _labels(run: CourseRun) -> dict[str, dict[str, str]]:
    """Return the cohort's title and the path of its page, in each language of the course."""
    pages = live_courses().filter(translation_key=run.course.translation_key).select_related("locale")
    titles = {page.locale.language_code: page.title for page in pages} or {"en": run.course.title}
    labels = {}
    for language, title in titles.items():
        with translation.override(language):
            path = reverse("cohort", args=[run.pk])
        labels[language] = {"title": f"{title}: {run.name}" if run.name else title, "path": path}
    return labels
