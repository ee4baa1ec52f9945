"""Programme leads write policy versions. Once one is in force, or anything rests on it, it stays as it is."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access.errors import Unchangeable, UnusablePolicy
from lms.access.models import CountryDataSet, PolicyVersion
from lms.access.queries.policies import why_not_changeable
from lms.access.rules.terms import SeatTerms, Terms


@dataclass(frozen=True)
class Wording:
    """What a policy version says."""

    effective_from: date
    data_set: CountryDataSet
    terms: Terms
    seat_terms: SeatTerms
    text: str


@transaction.atomic
def add_policy(wording: Wording, *, now: datetime) -> PolicyVersion:
    """Add a version under the next number; of one day the last one counts. Raises UnusablePolicy."""
    numbers = PolicyVersion.objects.select_for_update().values_list("number", flat=True)
    policy = PolicyVersion(number=max(numbers, default=0) + 1, created_at=now)
    return _save(policy, wording, now=now)


@transaction.atomic
def change_policy(policy_id: int, wording: Wording, *, now: datetime) -> PolicyVersion:
    """Change a version that is not in force yet. Raises Unchangeable, UnusablePolicy."""
    policy = _locked(policy_id, now=now)
    if wording.effective_from <= now.astimezone(UTC).date():  # in force at once, it could be in use before this is seen
        raise UnusablePolicy(_("Let it begin tomorrow at the earliest, or copy it to a version that begins today."))
    return _save(policy, wording, now=now)


@transaction.atomic
def remove_policy(policy_id: int, *, now: datetime) -> None:
    """Take back a version that is not in force yet. Raises Unchangeable."""
    _locked(policy_id, now=now).delete()


def _locked(policy_id: int, *, now: datetime) -> PolicyVersion:
    policy = PolicyVersion.objects.select_for_update().get(pk=policy_id)
    if why_not := why_not_changeable(policy, now=now):
        raise Unchangeable(why_not)
    return policy


def _save(policy: PolicyVersion, wording: Wording, *, now: datetime) -> PolicyVersion:
    if wording.effective_from < now.astimezone(UTC).date():
        raise UnusablePolicy(_("A policy cannot begin in the past. Choose today or a later day."))
    if wording.data_set.effective_from > wording.effective_from:
        raise UnusablePolicy(
            _(
                "These country data hold from %(day)s on. Let the policy begin on that day or later, or choose earlier data."
            )
            % {"day": date_format(wording.data_set.effective_from)}
        )
    policy.effective_from, policy.data_set, policy.text = wording.effective_from, wording.data_set, wording.text
    policy.stored_terms, policy.stored_seat_terms = asdict(wording.terms), wording.seat_terms.stored
    policy.save()
    return policy
