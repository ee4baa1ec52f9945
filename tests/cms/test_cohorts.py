"""Editors and programme leads open cohorts of a course; what is promised to applicants stays as it is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.services import ensure_course
from courses.enrolment.models import CourseRun
from lms.access.models import Application, SeatPool
from lms.access.services.seats import apply_for_seat
from tests.cms.conftest import signed_in
from tests.factories.access import policy_with
from tests.factories.accounts import EditorFactory, InstructorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.cohorts import cohort_around
from tests.factories.lessons import course_with_lessons

pytestmark = pytest.mark.django_db
ADD, EDIT = "wagtailsnippets_enrolment_courserun:add", "wagtailsnippets_enrolment_courserun:edit"


@pytest.fixture(params=[EditorFactory, ProgrammeLeadFactory])
def client(request):
    return signed_in(request.param())


def filled(page=None, **changes) -> dict[str, str]:
    now = timezone.now()
    moments = {"deadline": 10, "opens_at": 30, "closes_at": 60}
    times = {name: f"{now + timedelta(days=days):%Y-%m-%d %H:%M}" for name, days in moments.items()}
    course = ensure_course(page or course_with_lessons(1))
    return {
        "course": str(course.pk),
        "name": "Spring",
        "list_price": "120",
        "currency": "EUR",
        "payment_instructions": "Account XX00.",
        "capacity": "30",
        "applications_from": "",
        "mode": "batch",
        "precedence": "open_first",
        "reserved_percent": "",
        **times,
        **changes,
    }


def as_it_stands(run: CourseRun, **changes) -> dict[str, str]:
    pool, moment = run.pool, "%Y-%m-%d %H:%M"
    return {
        "name": run.name,
        "list_price": str(run.list_price or ""),
        "currency": run.currency,
        "payment_instructions": run.payment_instructions,
        "opens_at": f"{run.opens_at:{moment}}",
        "closes_at": f"{run.closes_at:{moment}}",
        "capacity": str(pool.capacity),
        "applications_from": "",
        "deadline": f"{pool.opens_at:{moment}}",
        "precedence": pool.precedence,
        "reserved_percent": str(int(pool.share * 100)),
        **changes,
    }


def whole_minutes(**fields) -> CourseRun:
    return cohort_around(timezone.now().replace(second=0, microsecond=0), **fields)


def test_a_cohort_is_opened_with_its_seats(client):
    assert client.post(reverse(ADD), filled()).status_code == 302
    run = CourseRun.objects.get()
    pool = run.pool
    assert (run.kind, run.name, run.list_price, pool.capacity, pool.mode) == ("cohort", "Spring", 120, 30, "batch")
    assert pool.seats.count() == 30
    assert pool.size.reserved == 12
    assert run.opens_at - pool.releases_at == timedelta(days=14)
    assert pool.label_in("en")["title"].endswith(": Spring")
    assert pool.label_in("en")["path"] == f"/cohorts/{run.pk}/"
    assert "Spring" in client.get(reverse("wagtailsnippets_enrolment_courserun:list")).content.decode()


def test_what_the_policy_refuses_is_said_at_the_form_and_nothing_is_written(client):
    now = timezone.now()
    too_soon = f"{now + timedelta(days=2):%Y-%m-%d %H:%M}"
    answer = client.post(reverse(ADD), filled(deadline=too_soon))
    assert "must be at least" in answer.content.decode()
    late = client.post(reverse(ADD), filled(deadline=f"{now + timedelta(days=31):%Y-%m-%d %H:%M}"))
    assert "The dates are not in order" in late.content.decode()
    assert not CourseRun.objects.exists()
    assert not SeatPool.objects.exists()


def test_the_next_cohort_carries_over_who_was_left_on_the_list_of_the_one_before(client):
    page = course_with_lessons(1)
    before = whole_minutes(page=page)
    after = f"{before.opens_at + timedelta(days=40):%Y-%m-%d %H:%M}"
    client.post(reverse(ADD), filled(page, opens_at=after, closes_at="2099-01-01 09:00"))
    assert CourseRun.objects.latest("pk").pool.carried_from == before.pool


def test_seats_and_dates_can_still_be_changed_once_people_have_applied(client):
    run = whole_minutes(price="120")
    apply_for_seat(run.pool_id, UserFactory(country="DE"), now=timezone.now())
    later = f"{run.opens_at + timedelta(days=3):%Y-%m-%d %H:%M}"
    assert (
        client.post(reverse(EDIT, args=[run.pk]), as_it_stands(run, capacity="12", opens_at=later)).status_code == 302
    )
    run.pool.refresh_from_db()
    assert run.pool.capacity == 12
    assert run.pool.starts_at == run.opens_at + timedelta(days=3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"list_price": "90"}, "People have applied at the price that was shown to them"),
        ({"reserved_percent": "30"}, "are fixed once people can apply"),
        ({"capacity": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_was_promised_stays(client, change, words):
    run = whole_minutes(price="120")
    apply_for_seat(run.pool_id, UserFactory(country="DE"), now=timezone.now())
    answer = client.post(reverse(EDIT, args=[run.pk]), as_it_stands(run, **change))
    assert words in answer.content.decode()
    assert CourseRun.objects.get(pk=run.pk).list_price == 120


def test_a_cohort_is_called_off_for_everybody(client):
    run = whole_minutes()
    apply_for_seat(run.pool_id, UserFactory(country="DE"), now=timezone.now())
    assert client.post(reverse(EDIT, args=[run.pk]), as_it_stands(run, calls_off="on")).status_code == 302
    assert Application.objects.get().state == Application.State.CLOSED
    again = client.post(reverse(EDIT, args=[run.pk]), as_it_stands(run, capacity="50"))
    assert "This cohort is called off" in again.content.decode()


def test_nobody_deletes_a_cohort_and_instructors_change_none(client):
    run = whole_minutes()
    client.post(reverse("wagtailsnippets_enrolment_courserun:delete", args=[run.pk]))
    signed_in(InstructorFactory()).post(reverse(EDIT, args=[run.pk]), as_it_stands(run, capacity="12"))
    assert CourseRun.objects.get().pool.capacity == 10


def test_the_form_speaks_of_windows_and_share_with_the_numbers_of_the_policy_in_force(client):
    policy_with(now=timezone.now(), window_days=9, release_days_cohort=5, reserved_share=Decimal("0.2"))
    form = client.get(reverse(ADD)).content.decode()
    assert "At least 9 days later" in form
    assert "released to all 5 days before teaching begins. Empty it is 20," in form
