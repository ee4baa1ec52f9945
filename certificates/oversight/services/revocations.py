"""Revoking many certificates: one programme lead proposes, another confirms, a worker does it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from certificates.issuing.models import Certificate
from certificates.issuing.services import revoke_certificate
from certificates.oversight import queries
from certificates.oversight.errors import AlreadyDecided, NotToBeRevoked, OwnProposal, TooMany
from certificates.oversight.models import RevocationItem, RevocationProposal
from certificates.oversight.services.leases import lease_on
from lms.accounts.models import User
from lms.lib.errors import Refusal

logger = logging.getLogger(__name__)

Outcome = RevocationItem.Outcome
MOST = 1000  # certificates of one proposal
AT_ONCE = 50  # of them in one task
MAX_ATTEMPTS = 3


@transaction.atomic
def propose_revocation(
    serials: Sequence[str], *, public_reason: str, private_reason: str, by: User, now: datetime
) -> RevocationProposal:
    """Write down which certificates somebody wants revoked, and why. Raises TooMany, NotToBeRevoked."""
    wanted = dict.fromkeys(serials)
    if len(wanted) > MOST:
        raise TooMany(MOST)
    known = dict(Certificate.objects.issued().filter(serial__in=wanted).values_list("serial", "pk"))
    if not wanted or known.keys() != wanted.keys():
        raise NotToBeRevoked([serial for serial in wanted if serial not in known])
    proposal = RevocationProposal.objects.create(
        proposed_by=by, proposed_at=now, public_reason=public_reason.strip(), private_reason=private_reason.strip()
    )
    RevocationItem.objects.bulk_create(
        [RevocationItem(proposal=proposal, certificate_id=known[serial]) for serial in wanted]
    )
    return proposal


def confirm_revocation(proposal_id: int, *, by: User, now: datetime) -> None:
    """Let a proposal be carried out. Raises OwnProposal, AlreadyDecided; the caller rings for the worker."""
    if RevocationProposal.objects.filter(pk=proposal_id, proposed_by=by).exists():
        raise OwnProposal
    if not queries.open_proposals().filter(pk=proposal_id).update(confirmed_by=by, confirmed_at=now):
        raise AlreadyDecided


def decline_revocation(proposal_id: int, *, by: User, now: datetime) -> None:
    """Let nothing come of a proposal; whoever made it may take it back so. Raises AlreadyDecided."""
    if not queries.open_proposals().filter(pk=proposal_id).update(declined_by=by, declined_at=now):
        raise AlreadyDecided


def revoke_next(proposal_id: int, *, now: datetime) -> bool:
    """Revoke the next few certificates of a confirmed proposal; say whether there is more to do.

    Safe to run twice and side by side: each certificate is revoked in one transaction with the row that says so.
    """
    with lease_on(queries.proposals_to_carry_out(), proposal_id, now=now) as is_ours:
        if not is_ours:
            return False
        proposal = RevocationProposal.objects.select_related("confirmed_by").get(pk=proposal_id)
        pending = proposal.items.filter(outcome=Outcome.PENDING)
        for item in pending.select_related("certificate__holder").order_by("attempts", "pk")[:AT_ONCE]:
            _revoke(proposal, item, now=now)
        if pending.exists():
            return True
        queries.proposals_to_carry_out().filter(pk=proposal_id).update(ended_at=now)
    return False


def _revoke(proposal: RevocationProposal, item: RevocationItem, *, now: datetime) -> None:
    still_pending = RevocationItem.objects.filter(pk=item.pk, outcome=Outcome.PENDING)
    number = gettext("Proposal %(number)s.") % {"number": proposal.pk}
    try:
        with transaction.atomic():
            if still_pending.update(outcome=Outcome.REVOKED, done_at=now):
                revoke_certificate(
                    item.certificate,
                    public_reason=proposal.public_reason,
                    private_reason=f"{proposal.private_reason} {number}",
                    by=proposal.confirmed_by,
                    now=now,
                )
    except Refusal as refusal:
        still_pending.update(outcome=Outcome.LEFT, why=str(refusal)[:300], done_at=now)
    except Exception as error:
        logger.exception("Certificate %s of proposal %s could not be revoked", item.certificate_id, proposal.pk)
        still_pending.update(attempts=F("attempts") + 1, why=repr(error)[:300])
        still_pending.filter(attempts__gte=MAX_ATTEMPTS).update(outcome=Outcome.FAILED, done_at=now)
