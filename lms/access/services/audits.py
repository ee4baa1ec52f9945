from datetime import datetime

from lms.access.models import Audit, Decision
from lms.access.queries.reviews import is_elsewhere
from lms.access.rules.periods import MOST_COUNTRY_CHANGES, country_changes
from lms.access.rules.reviewing import is_drawn_for_audit
from lms.accounts.models import User


def note_audit(decision: Decision, person: User, *, earlier: list[Decision], now: datetime) -> None:
    """Have somebody look afterwards at priority that no reviewer gave: one in twenty, and all that is out of the usual.

    Within the caller's transaction, which holds the person's row. One audit of a person waits at a time.
    """
    cause = _cause(decision, person, earlier=earlier, now=now)
    if cause is not None and not Audit.objects.filter(person=person, closed_at=None).exists():
        Audit.objects.create(decision=decision, person=person, cause=cause, made_at=now)


def _cause(decision: Decision, person: User, *, earlier: list[Decision], now: datetime) -> Audit.Cause | None:
    if is_elsewhere(person, str(decision.country)):
        return Audit.Cause.INSTITUTION
    made = [(one.decided_at, str(one.country)) for one in (*earlier, decision)]
    if country_changes(made, until=now) > MOST_COUNTRY_CHANGES:
        return Audit.Cause.MOVES
    return Audit.Cause.DRAWN if is_drawn_for_audit(decision.pk, salt=decision.policy.audit_salt) else None
