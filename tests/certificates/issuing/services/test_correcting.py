from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from certificates.issuing.errors import (
    AlreadyAsked,
    AlreadyDecided,
    AnswerMissing,
    CannotBeDrawn,
    NotInForce,
    OwnCertificate,
)
from certificates.issuing.models import Certificate, CorrectionRequest
from certificates.issuing.queries import open_correction_requests
from certificates.issuing.services import (
    ask_correction,
    grant_correction,
    refuse_correction,
    reissue_certificate,
    render_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db

State = CorrectionRequest.State
LATER = NOW + timedelta(days=3)


def ask(certificate: Certificate, name: str = "Right Name", problem: str = "My name") -> CorrectionRequest:
    return ask_correction(certificate, name=name, problem=problem, now=LATER)


def test_a_granted_request_replaces_the_certificate_by_one_with_the_name_asked_for():
    request = ask(issued_certificate(), "  Right\u202e  Name ")
    lead = UserFactory()
    new = grant_correction(request, by=lead, now=LATER)
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.decided_at) == (State.GRANTED, lead, LATER)
    assert (new.replaces, new.award.name) == (request.certificate, "Right Name")
    assert request.certificate.state == "replaced"


def test_a_refused_request_changes_nothing_and_tells_the_learner_why_in_their_language():
    request = ask(issued_certificate(learner=UserFactory(language="en", name="Learner Example")))
    refuse_correction(request, answer=" It is spelt so in your passport. ", by=UserFactory(), now=LATER)
    request.refresh_from_db()
    assert (request.state, request.answer) == (State.REFUSED, "It is spelt so in your passport.")
    assert Certificate.objects.issued().get() == request.certificate
    mail = OutgoingMail.objects.get(key=f"correction-refused:{request.pk}")
    assert mail.to == request.certificate.holder.email
    assert "It is spelt so in your passport." in mail.text


def test_refusing_needs_an_answer():
    request = ask(issued_certificate())
    with pytest.raises(AnswerMissing):
        refuse_correction(request, answer=" ", by=UserFactory(), now=LATER)
    assert open_correction_requests().get() == request


def test_there_is_one_open_request_for_a_certificate_and_another_once_it_is_decided():
    certificate = issued_certificate()
    request = ask(certificate)
    with pytest.raises(AlreadyAsked):
        ask(certificate)
    refuse_correction(request, answer="No.", by=UserFactory(), now=LATER)
    assert ask(certificate).is_open


@pytest.mark.parametrize("act", [grant_correction, refuse_correction])
def test_a_request_is_decided_once(act):
    request = ask(issued_certificate())
    stale = CorrectionRequest.objects.get()
    grant_correction(request, by=UserFactory(), now=LATER)
    with pytest.raises(AlreadyDecided):
        act(stale, by=UserFactory(), now=LATER, answer="No.")
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize("act", [grant_correction, refuse_correction])
def test_nobody_decides_about_their_own_certificate(act):
    request = ask(issued_certificate())
    with pytest.raises(OwnCertificate):
        act(request, by=request.certificate.holder, now=LATER, answer="Yes.")
    assert open_correction_requests().get() == request


def test_a_grant_that_cannot_be_carried_out_leaves_the_request_open():
    request = ask(issued_certificate())
    Certificate.objects.update(version=10)
    with pytest.raises(Exception, match="replaced too often"):
        grant_correction(CorrectionRequest.objects.get(), by=UserFactory(), now=LATER)
    assert open_correction_requests().get() == request


def test_only_what_is_issued_can_be_asked_to_be_corrected():
    with pytest.raises(NotInForce):
        ask(waiting_certificate())
    revoked = issued_certificate()
    revoke_certificate(revoked, public_reason="By mistake", private_reason="", by=UserFactory(), now=LATER)
    with pytest.raises(NotInForce):
        ask(revoked)


def test_a_name_that_no_font_draws_is_refused_at_once():
    with pytest.raises(CannotBeDrawn):
        ask(issued_certificate(), "\U00012000")


def test_an_open_request_follows_to_the_certificate_that_replaces_the_old_one():
    certificate = issued_certificate()
    request = ask(certificate)
    new = reissue_certificate(certificate, language="fr", by=certificate.holder, now=LATER)
    request.refresh_from_db()
    assert request.certificate == new
    with pytest.raises(NotInForce):
        grant_correction(request, by=UserFactory(), now=LATER)
    render_certificate(new.pk, now=LATER)
    request.refresh_from_db()
    assert grant_correction(request, by=UserFactory(), now=LATER).award.language == "fr"


def test_withdrawing_takes_the_requests_along():
    request = ask(issued_certificate())
    withdraw_certificates(request.certificate.holder, by=None, now=LATER)
    assert not CorrectionRequest.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"state": State.GRANTED}, {"decided_at": LATER}, {"state": State.REFUSED, "decided_at": LATER}]
)
def test_the_table_refuses_decisions_without_a_moment_or_an_answer(changes):
    request = ask(issued_certificate())
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.filter(pk=request.pk).update(**changes)
