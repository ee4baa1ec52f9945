"""Many certificates are revoked once two people want it, each once, whatever becomes of the worker."""

import pytest
from django.db import IntegrityError, transaction

from certificates.issuing.models import Certificate
from certificates.issuing.services import revoke_certificate
from certificates.oversight import queries
from certificates.oversight.errors import AlreadyDecided, NotToBeRevoked, OwnProposal, TooMany
from certificates.oversight.models import RevocationItem, RevocationProposal
from certificates.oversight.services import revocations
from certificates.oversight.services.leases import LEASE
from certificates.oversight.services.revocations import (
    confirm_revocation,
    decline_revocation,
    propose_revocation,
    revoke_next,
)
from lms.mail.models import OutgoingMail
from tests.factories.accounts import ProgrammeLeadFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db
WHY = {"public_reason": "The assessment was open.", "private_reason": "Seen in the log."}


@pytest.fixture
def certificates():
    return [issued_certificate() for _ in range(3)]


@pytest.fixture
def proposal(certificates, reviewer):
    return propose_revocation([one.serial for one in certificates], **WHY, by=reviewer, now=NOW)


@pytest.fixture
def confirmed(proposal):
    confirm_revocation(proposal.pk, by=ProgrammeLeadFactory(), now=NOW)
    proposal.refresh_from_db()
    return proposal


def states() -> list[str]:
    return list(Certificate.objects.order_by("pk").values_list("state", flat=True))


def test_a_proposal_alone_revokes_nothing(proposal):
    assert not revoke_next(proposal.pk, now=NOW)
    assert states() == ["issued"] * 3


def test_whoever_proposes_cannot_confirm(proposal, reviewer):
    with pytest.raises(OwnProposal):
        confirm_revocation(proposal.pk, by=reviewer, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevocationProposal.objects.filter(pk=proposal.pk).update(confirmed_by=reviewer, confirmed_at=NOW)


def test_what_two_people_want_is_done_and_says_who_and_why(confirmed):
    assert not revoke_next(confirmed.pk, now=NOW)
    confirmed.refresh_from_db()
    assert confirmed.ended_at == NOW
    assert states() == ["revoked"] * 3
    revoked = Certificate.objects.first()
    assert (revoked.public_reason, revoked.ended_by) == (WHY["public_reason"], confirmed.confirmed_by)
    assert f"Proposal {confirmed.pk}." in revoked.private_reason
    assert OutgoingMail.objects.filter(key__startswith="certificate-revoked").count() == 3


def test_a_proposal_is_decided_once(proposal, confirmed):
    for decide in (confirm_revocation, decline_revocation):
        with pytest.raises(AlreadyDecided):
            decide(proposal.pk, by=ProgrammeLeadFactory(), now=NOW)


def test_a_declined_proposal_comes_to_nothing(proposal):
    decline_revocation(proposal.pk, by=ProgrammeLeadFactory(), now=NOW)
    assert not revoke_next(proposal.pk, now=NOW)
    assert states() == ["issued"] * 3


def test_a_few_at_a_time_until_all_are_done(confirmed, monkeypatch):
    monkeypatch.setattr(revocations, "AT_ONCE", 2)
    assert revoke_next(confirmed.pk, now=NOW)
    assert states().count("revoked") == 2
    assert not revoke_next(confirmed.pk, now=NOW)
    assert states() == ["revoked"] * 3


def test_run_again_it_changes_nothing(confirmed):
    for _ in range(3):
        revoke_next(confirmed.pk, now=NOW)
    assert OutgoingMail.objects.filter(key__startswith="certificate-revoked").count() == 3


def test_a_worker_that_was_killed_is_followed_by_another_once_its_lease_is_over(confirmed):
    RevocationProposal.objects.filter(pk=confirmed.pk).update(leased_until=NOW + LEASE)
    assert not revoke_next(confirmed.pk, now=NOW)
    assert states() == ["issued"] * 3
    assert queries.proposals_to_carry_out().exists()
    revoke_next(confirmed.pk, now=NOW + 2 * LEASE)
    assert states() == ["revoked"] * 3


def test_one_that_is_over_already_is_left_and_the_report_says_why(confirmed, certificates):
    revoke_certificate(certificates[0], **WHY, by=None, now=NOW)
    revoke_next(confirmed.pk, now=NOW)
    left = RevocationItem.objects.get(outcome="left")
    assert left.certificate == certificates[0]
    assert "not in force any more" in left.why


def test_one_that_cannot_be_revoked_keeps_none_of_the_others_back(confirmed, certificates, monkeypatch):
    def fails_for_one(certificate, **said):
        if certificate == certificates[0]:
            raise RuntimeError("out of ink")
        revoke_certificate(certificate, **said)

    monkeypatch.setattr(revocations, "revoke_certificate", fails_for_one)
    tries = [revoke_next(confirmed.pk, now=NOW) for _ in range(3)]
    assert tries == [True, True, False]
    failed = RevocationItem.objects.get(outcome="failed")
    assert "out of ink" in failed.why
    assert states() == ["issued", "revoked", "revoked"]


def test_only_issued_certificates_can_be_proposed_and_not_too_many(reviewer, certificates, monkeypatch):
    waiting = waiting_certificate()
    with pytest.raises(NotToBeRevoked, match=waiting.serial):
        propose_revocation([certificates[0].serial, waiting.serial], **WHY, by=reviewer, now=NOW)
    monkeypatch.setattr(revocations, "MOST", 2)
    with pytest.raises(TooMany):
        propose_revocation([one.serial for one in certificates], **WHY, by=reviewer, now=NOW)
    assert not RevocationProposal.objects.exists()
