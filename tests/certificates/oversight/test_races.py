"""What only real transactions side by side can show."""

import pytest

from certificates.issuing.models import Certificate
from certificates.oversight.errors import AlreadyDecided, UnderWay
from certificates.oversight.models import BulkIssue, BulkIssueItem, RevocationItem, RevocationProposal
from certificates.oversight.services import bulk_issues, revocations
from certificates.oversight.services.bulk_issues import ask_bulk_issue, issue_next
from certificates.oversight.services.revocations import confirm_revocation, propose_revocation, revoke_next
from lms.lib.errors import Refusal
from lms.mail.models import OutgoingMail
from tests.certificates.issuing.test_races import WORKERS, side_by_side
from tests.factories.accounts import ProgrammeLeadFactory
from tests.factories.issuing import NOW, issued_certificate
from tests.factories.progress import CompletionFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proposal():
    serials = [issued_certificate().serial for _ in range(6)]
    why = {"public_reason": "Why", "private_reason": "Seen."}
    return propose_revocation(serials, **why, by=ProgrammeLeadFactory(), now=NOW)


def answer(act):
    try:
        return act()
    except Refusal as refusal:
        return type(refusal)


def without_leases(monkeypatch, module):
    """Let every worker believe that it holds the job, as after a lease that ran out under a slow one."""
    from contextlib import nullcontext

    monkeypatch.setattr(module, "lease_on", lambda *_args, **_said: nullcontext(True))


def test_of_leads_who_confirm_at_once_one_does(proposal):
    leads = [ProgrammeLeadFactory() for _ in range(WORKERS)]
    answers = side_by_side(lambda: answer(lambda: confirm_revocation(proposal.pk, by=leads.pop(), now=NOW)))
    assert sorted(answers, key=str) == sorted([None, *[AlreadyDecided] * (WORKERS - 1)], key=str)


def test_workers_on_one_proposal_revoke_each_certificate_once(proposal, monkeypatch):
    confirm_revocation(proposal.pk, by=ProgrammeLeadFactory(), now=NOW)
    without_leases(monkeypatch, revocations)
    side_by_side(lambda: revoke_next(proposal.pk, now=NOW))
    assert set(RevocationItem.objects.values_list("outcome", flat=True)) == {"revoked"}
    assert OutgoingMail.objects.filter(key__startswith="certificate-revoked").count() == 6
    assert RevocationProposal.objects.get().ended_at == NOW


def test_of_leads_who_issue_at_once_one_begins():
    course, lead = CompletionFactory().enrolment.run.course, ProgrammeLeadFactory()
    answers = side_by_side(lambda: answer(lambda: ask_bulk_issue(course, by=lead, now=NOW)))
    assert answers.count(UnderWay) == WORKERS - 1
    assert BulkIssue.objects.count() == 1


def test_workers_on_one_bulk_issue_open_each_certificate_once(monkeypatch):
    run = CompletionFactory().enrolment.run
    for _ in range(5):
        CompletionFactory(enrolment__run=run)
    bulk = ask_bulk_issue(run.course, by=ProgrammeLeadFactory(), now=NOW)
    without_leases(monkeypatch, bulk_issues)
    side_by_side(lambda: issue_next(bulk.pk, now=NOW))
    assert Certificate.objects.count() == BulkIssueItem.objects.count() == 6
