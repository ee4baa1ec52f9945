"""The record of decisions: made again, and cleared of the demo's people."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from lms.access.models import AccessAppeal, AccessRequest, Audit, Decision, ErasedCase, Finding
from lms.access.queries.weeks import cases_about
from lms.access.rules.decisions import Inputs, Outcome, decide, fingerprint, inputs_of
from lms.accounts.models import User


@dataclass(frozen=True)
class Difference:
    """What the record says of a decision that it does not say when it is made again."""

    decision_id: int
    said: str


def differences_in(decision: Decision) -> list[Difference]:
    """Decide again on what a decision rested on, and return where its record says something else."""
    if fingerprint(decision.inputs) != decision.inputs_sha256:
        return [Difference(decision.pk, "what it rested on has been changed since")]
    try:
        inputs = inputs_of(decision.inputs)
    except (KeyError, TypeError, ValueError) as error:
        return [Difference(decision.pk, f"what it rested on cannot be read ({error!r})")]
    pairs = [*_of_inputs(decision, inputs), *_of_outcome(decision, decide(inputs))]
    return [
        Difference(decision.pk, f"{name} is {recorded!r} on record, and {again!r} when it is decided again")
        for name, recorded, again in pairs
        if recorded != again
    ]


def _of_inputs(decision: Decision, inputs: Inputs) -> list[tuple[str, object, object]]:
    return [
        ("country", str(decision.country), inputs.country),
        ("attested", decision.attested, inputs.attested),
        ("review", decision.review, inputs.review.value),
        ("day", decision.decided_at.astimezone(UTC).date(), inputs.on),
        ("policy", decision.policy.number, inputs.policy),
        ("data set", decision.policy.data_set_id, inputs.data_set),
        ("terms", decision.policy.terms, inputs.terms),
    ]


def _of_outcome(decision: Decision, outcome: Outcome) -> list[tuple[str, object, object]]:
    return [
        ("tier", decision.tier, outcome.tier.value),
        ("band", decision.band, outcome.band.value),
        ("last day", decision.valid_until, outcome.valid_until),
        ("review needed", decision.needs_review, outcome.needs_review),
    ]


def keep_counts_of(person: User, *, now: datetime) -> None:
    """Keep, within the transaction that erases a person, what the counts by week say of their requests and appeals."""
    today = now.astimezone(UTC).date()
    ErasedCase.objects.bulk_create(
        ErasedCase(came_on=case.came_on, ended_on=case.ended_on or today, is_approved=case.is_approved)
        for case in cases_about(person)
    )


@transaction.atomic
def forget_demo_people() -> None:
    """Take what is on record about the demo's people out of it; the one way to do so, and for nobody else.

    The record has no way to delete, so the rows are reached past it. What they decided as reviewers about others stays.
    """
    for model in (Finding, Audit, AccessAppeal, AccessRequest, Decision):
        model._base_manager.filter(person__is_demo=True).delete()
