"""Who would get a certificate, who not, and why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_attendance_certificate, open_certificate, withdraw_certificates
from certificates.oversight.candidates import SENTENCES, Verdict, counts, groups
from courses.enrolment.models import Enrolment
from courses.webinars.models import Attendance, Webinar
from courses.webinars.services.attendance import settle_attendance
from courses.webinars.services.registrations import register
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW
from tests.factories.progress import CompletionFactory
from tests.factories.webinars import attended_webinar, presence_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return CompletionFactory()


@pytest.fixture
def course(first):
    return first.enrolment.run.course


def another(first):
    return CompletionFactory(enrolment__run=first.enrolment.run)


def verdict_after(first, change) -> dict:
    """Return how the people of a course stand once one completion has a certificate that was changed."""
    certificate = open_certificate(first.pk, now=NOW)
    change(Certificate.objects.filter(pk=certificate.pk))
    return counts(first.enrolment.run.course)


def test_a_completion_without_a_certificate_would_get_one(first, course):
    another(first)
    assert counts(course) == {Verdict.NEW: 2}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.BEING_MADE),
        ({"state": "rendering"}, Verdict.BEING_MADE),
        ({"state": "failed"}, Verdict.AGAIN),
        ({"state": "needs-attention"}, Verdict.AGAIN),
        ({"state": "issued", "issued_at": NOW, "file_sha256": "a" * 64}, Verdict.HAS_ONE),
        ({"state": "revoked", "ended_at": NOW, "public_reason": "Why"}, Verdict.REVOKED),
    ],
)
def test_the_newest_certificate_says_how_somebody_stands(first, changes, verdict):
    assert verdict_after(first, lambda found: found.update(**changes) if changes else None) == {verdict: 1}


def test_a_withdrawn_certificate_is_not_issued_anew(first, course):
    open_certificate(first.pk, now=NOW)
    withdraw_certificates(first.enrolment.learner, by=None, now=NOW)
    assert counts(course) == {Verdict.WITHDRAWN: 1}


def test_who_has_not_finished_or_has_left_gets_none(first, course):
    for state in ("active", "withdrawn"):
        Enrolment.objects.create(
            learner=UserFactory(),
            run=first.enrolment.run,
            contract=first.contract,
            state=state,
            country="DE",
            enrolled_at=NOW,
        )
    assert counts(course) == {Verdict.NEW: 1, Verdict.NOT_FINISHED: 1, Verdict.LEFT: 1}
    assert [group.verdict for group in groups(course)] == [Verdict.NEW, Verdict.NOT_FINISHED, Verdict.LEFT]


def test_a_webinar_says_who_was_there_long_enough_and_who_not():
    now = timezone.now()
    attendance = attended_webinar(UserFactory(), now=now)
    webinar = Webinar.objects.get(pk=attendance.registration.webinar_id)
    starts_at = webinar.when[0]
    people = [register(webinar, UserFactory(), now=starts_at - timedelta(days=1)) for _ in range(3)]
    presence_at(webinar, registration=people[0], name="All of it")
    presence_at(webinar, registration=people[1], name="A little", left_at=starts_at + timedelta(minutes=5))
    settle_attendance(webinar, now=now)
    assert Attendance.objects.filter(registration__in=people).count() == 2
    assert counts(webinar) == {
        Verdict.NEW: 1,
        Verdict.NOT_SETTLED: 1,
        Verdict.TOO_SHORT: 1,
        Verdict.NOT_THERE: 1,
    }
    open_attendance_certificate(attendance.pk, now=now)
    assert counts(webinar)[Verdict.BEING_MADE] == 1


def test_a_webinar_that_gives_no_certificates_issues_none():
    attendance = attended_webinar(UserFactory())
    webinar = attendance.registration.webinar
    webinar.gives_certificate = False
    assert counts(webinar) == {Verdict.NOT_GIVEN: 1}


def test_counting_is_one_query_however_many_people(first, course):
    for _ in range(3):
        another(first)
    with CaptureQueriesContext(connection) as queries:
        counts(course)
    assert len(queries) == 1


def test_every_verdict_has_its_sentence():
    assert set(SENTENCES) == set(Verdict)
