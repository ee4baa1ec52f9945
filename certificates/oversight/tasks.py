from celery import shared_task
from django.utils import timezone

from certificates.issuing.tasks import render_certificate
from certificates.oversight import queries
from certificates.oversight.services import bulk_issues, revocations


@shared_task(ignore_result=True)
def carry_out_revocation(proposal_id: int) -> None:
    if revocations.revoke_next(proposal_id, now=timezone.now()):
        carry_out_revocation.delay(proposal_id)  # other tasks want a turn


@shared_task(ignore_result=True)
def carry_on_bulk_issue(bulk_id: int) -> None:
    step = bulk_issues.issue_next(bulk_id, now=timezone.now())
    for certificate_id in step.certificate_ids:
        render_certificate.delay(certificate_id)
    if step.has_more:
        carry_on_bulk_issue.delay(bulk_id)


@shared_task(ignore_result=True)
def carry_on_with_many() -> None:
    """The sweep, each minute: go on with what a lost message or a killed worker left."""
    for proposal_id in queries.proposals_to_carry_out().values_list("pk", flat=True):
        carry_out_revocation.delay(proposal_id)
    for bulk_id in queries.bulk_issues_under_way().values_list("pk", flat=True):
        carry_on_bulk_issue.delay(bulk_id)
