from celery import shared_task
from django.utils import timezone

from certificates.issuing.tasks import render_certificate
from certificates.oversight import queries
from certificates.oversight.services import bulk_issues, checks, revocations

CHECKED_BY_NIGHT = 5000  # certificates: minutes of work; of more, every one in its turn


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


# Longer than other tasks may take: thousands of files are read.
@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1560)
def check_by_night() -> None:
    """Check the register and mend what can be mended; of files and signatures so many as one night holds, in turn."""
    last = queries.last_night()
    checks.inspect(
        sample=CHECKED_BY_NIGHT,
        after=last.last_checked if last else 0,
        is_mending=True,
        by_night=True,
        clock=timezone.now,
    )
