"""What a person's decisions, one after another, come to on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.access.rules.decisions import PRIORITY, Review, Tier


@dataclass(frozen=True)
class Decided:
    """One decision of a person's record, as far as later days depend on it."""

    id: int
    country: str
    attested: str
    review: Review
    tier: Tier
    valid_until: date | None


def standing(decisions: Sequence[Decided], day: date) -> Decided | None:
    """Return the decision that counts on a day; None for a person who has none.

    decisions: in order. Priority lasts to its last day whatever is decided meanwhile, since a new data set shortens nothing:
    a later decision ends it only when the person works elsewhere, takes back a criterion, or a reviewer declined. Without
    priority the newest decision counts.
    """
    in_force: list[Decided] = []
    for decision in decisions:
        in_force = [
            earlier
            for earlier in in_force
            if decision.review is not Review.DECLINE
            and earlier.country == decision.country
            and set(earlier.attested) <= set(decision.attested)
        ]
        if decision.tier in PRIORITY and decision.valid_until is not None and day <= decision.valid_until:
            in_force.append(decision)
    if in_force:
        return min(reversed(in_force), key=lambda decision: decision.tier)  # of equals the newest
    return decisions[-1] if decisions else None


def tier_on(decisions: Sequence[Decided], day: date) -> Tier:
    """Return the tier that a person's decisions come to on a day: S for whoever has none, or none that lasts."""
    found = standing(decisions, day)
    lasts = found is not None and found.valid_until is not None and day <= found.valid_until
    return found.tier if found is not None and lasts else Tier.S


def declined_until(decisions: Sequence[Decided], day: date) -> date | None:
    """Return the last day of a reviewer's no, where one lasts: until then nothing but another review decides anew."""
    reviews = [decision for decision in decisions if decision.review is not Review.NONE]
    newest = reviews[-1] if reviews else None
    if newest is None or newest.review is not Review.DECLINE or newest.valid_until is None or day > newest.valid_until:
        return None
    return newest.valid_until
