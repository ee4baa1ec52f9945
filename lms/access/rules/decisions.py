"""Who has priority: one pure decision, complete over every country, every set of criteria and every review."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from lms.access.rules.bands import Band, CountryFacts, Income, Override, add_months, band_on
from lms.access.rules.reasons import Reason
from lms.access.rules.terms import Terms

CRITERIA = (
    "abcde"  # a resources scarce, b knowledge out of reach, c little implemented, d education poor, e few partners
)


class Tier(StrEnum):
    """What a person's requests come under; the text of a better tier sorts before that of a lesser one."""

    P1 = "P1"
    P2 = "P2"
    S = "S"


PRIORITY = frozenset({Tier.P1, Tier.P2})


class Review(StrEnum):
    NONE = "none"
    APPROVE = "approve"
    DECLINE = "decline"


@dataclass(frozen=True)
class Inputs:
    """All that a decision rests on, so that it can be made again from its record alone.

    country: the code of the country of work. attested: letters of CRITERIA, each once, in their order. history: what the data
    sets up to the policy's own say of the country, in order of their days. policy, data_set: which versions these are.
    """

    country: str
    attested: str
    review: Review
    on: date
    history: tuple[CountryFacts, ...]
    override: Override | None
    terms: Terms
    policy: int
    data_set: int


@dataclass(frozen=True)
class Outcome:
    """A decision. valid_until: its last day; None where none is set. needs_review: somebody is to look at the request."""

    tier: Tier
    band: Band
    reasons: tuple[Reason, ...]
    valid_until: date | None
    needs_review: bool
    policy: int
    data_set: int


def decide(inputs: Inputs) -> Outcome:
    """Return tier, band and reasons: the first row of the policy's table that fits (access policy, section 2)."""
    terms, named = inputs.terms, len(inputs.attested)
    banding = band_on(inputs.on, history=inputs.history, override=inputs.override, terms=terms)
    asked = {Band.B1: 0, Band.B2: terms.criteria_b2, Band.B3: terms.criteria_b3, Band.B4: terms.criteria_b4}[
        banding.band
    ]
    facts = {"named": named, "asked": asked}
    country = Reason(banding.reason.code, {"country": inputs.country, **banding.reason.facts})
    tier, months, needs_review = Tier.S, 0, False
    match inputs.review, banding.band:
        case Review.DECLINE, _:
            months, why = terms.months_declined, Reason("review-declined")
        case Review.APPROVE, Band.B1:
            tier, months, why = Tier.P1, terms.months_p1, Reason("review-approved")
        case Review.APPROVE, _:
            tier, months, why = Tier.P2, terms.months_p2, Reason("review-approved")
        case _, Band.B1:
            tier, months, why = Tier.P1, terms.months_p1, Reason("country-is-enough")
        case _, Band.B2 if named >= asked:
            tier, months, why = Tier.P2, terms.months_p2, Reason("criteria-are-enough", facts)
        case _, Band.B2:
            why = Reason("criteria-too-few", facts)
        case _ if named >= asked:
            needs_review, why = True, Reason("review-queued", facts)
        case _:
            why = Reason("criteria-too-few-for-review", facts)
    valid_until = add_months(inputs.on, months) if months else None
    validity = (Reason("valid-until", {"until": valid_until.isoformat()}),) if valid_until else ()
    return Outcome(
        tier=tier,
        band=banding.band,
        reasons=(country, why, *validity),
        valid_until=valid_until,
        needs_review=needs_review,
        policy=inputs.policy,
        data_set=inputs.data_set,
    )


def stored(inputs: Inputs) -> dict[str, Any]:
    """Return inputs as plain values for a JSON column; inputs_of reads them back."""
    return json.loads(json.dumps(asdict(inputs), default=date.isoformat))


def inputs_of(values: Mapping[str, Any]) -> Inputs:
    """Return inputs as they were stored. Raises KeyError, TypeError or ValueError for what never was any."""
    history = tuple(
        CountryFacts(
            effective_from=date.fromisoformat(facts["effective_from"]),
            income=Income(facts["income"]) if facts["income"] else None,
            is_least_developed=facts["is_least_developed"],
        )
        for facts in values["history"]
    )
    override = values["override"] and Override(
        band=Band(values["override"]["band"]),
        starts_on=date.fromisoformat(values["override"]["starts_on"]),
        ends_on=date.fromisoformat(values["override"]["ends_on"]),
    )
    return Inputs(
        country=values["country"],
        attested=values["attested"],
        review=Review(values["review"]),
        on=date.fromisoformat(values["on"]),
        history=history,
        override=override,
        terms=Terms.of(values["terms"]),
        policy=values["policy"],
        data_set=values["data_set"],
    )


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of stored inputs, the same whatever order a database keeps their keys in."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
