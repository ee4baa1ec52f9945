from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from certificates.issuing.models import Certificate
from certificates.issuing.services import (
    issue_in_bulk,
    issue_missing_certificates,
    making,
)
from certificates.issuing.services.making import MAX_ATTEMPTS
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.enrolment import ContractFactory, EnrolmentFactory
from tests.factories.issuing import NOW, text_of, waiting_certificate
from tests.factories.progress import CompletionFactory

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=121)
State = Certificate.State


def test_the_sweep_finds_completions_whose_event_was_lost_and_certificates_whose_message_was():
    CompletionFactory()
    waiting_certificate()
    assert issue_missing_certificates(now=NOW) == 2
    assert issue_missing_certificates(now=NOW + LEASE) == 0
    assert Certificate.objects.issued().count() == OutgoingMail.objects.count() == 2


def test_the_sweep_takes_up_what_a_killed_worker_held():
    waiting_certificate()
    Certificate.objects.update(leased_until=NOW + timedelta(seconds=60), attempts=1)
    assert issue_missing_certificates(now=NOW) == 0
    assert issue_missing_certificates(now=NOW + LEASE) == 1


def test_one_certificate_that_cannot_be_made_does_not_hold_up_the_others(monkeypatch):
    broken, sound = waiting_certificate(), waiting_certificate()
    whole = making.render

    def render(award, **more):
        if award.serial == broken.serial:
            raise RuntimeError("out of ink")
        return whole(award, **more)

    monkeypatch.setattr(making, "render", render)
    assert issue_missing_certificates(now=NOW) == 1
    sound.refresh_from_db()
    assert sound.state == State.ISSUED
    for attempt in range(1, MAX_ATTEMPTS + 1):
        issue_missing_certificates(now=NOW + attempt * LEASE)
    broken.refresh_from_db()
    assert (broken.state, broken.reason) == (State.FAILED, "RuntimeError('out of ink')")
    assert issue_missing_certificates(now=NOW + timedelta(days=1)) == 0


def test_failed_certificates_wait_again_when_staff_ask(monkeypatch):
    certificate = waiting_certificate()
    Certificate.objects.update(state=State.FAILED, attempts=6, reason="RuntimeError('out of ink')")
    said = StringIO()
    call_command("issue_certificates", "--retry", stdout=said)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == (State.ISSUED, "")
    assert said.getvalue() == "1 set aside before now wait again.\n1 issued.\n"


def test_seeded_completions_are_issued_in_bulk_with_files_and_without_mail():
    contract = ContractFactory(lesson_minutes=[10, 20], quiz_ids=[1])
    completions = [
        CompletionFactory(
            enrolment=EnrolmentFactory(contract=contract, course=contract.course),
            completed_at=NOW - timedelta(days=day),
        )
        for day in range(3)
    ]
    ids = [completion.pk for completion in completions]
    assert issue_in_bulk(ids, now=NOW) == 3
    assert issue_in_bulk(ids, now=NOW) == 0
    assert not OutgoingMail.objects.exists()
    for completion, certificate in zip(completions, Certificate.objects.order_by("completion"), strict=True):
        assert certificate.issued_at == completion.completed_at
        assert "Certificate of achievement" in text_of(certificate)
    assert MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).count() == 3
