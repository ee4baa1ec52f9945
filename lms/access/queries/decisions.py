from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime

from lms.access.models import Decision
from lms.access.rules.decisions import PRIORITY
from lms.access.rules.standing import standing, tier_on
from lms.accounts.models import User


def current_decision(person: User, *, now: datetime) -> Decision | None:
    """Return the decision that counts for a person now; it may have expired, which `has_priority` knows."""
    found = decisions_of([person.pk]).get(person.pk, [])
    counts = standing([decision.decided for decision in found], _day(now))
    return next((decision for decision in found if counts and decision.pk == counts.id), None)


def has_priority(person: User, now: datetime) -> bool:
    """Say whether a person's requests come under P1 or P2 now."""
    return person.pk in with_priority([person.pk], now)


def with_priority(person_ids: Collection[int], now: datetime) -> set[int]:
    """Return the ids of those who have priority now; one query for any number."""
    return {
        person_id
        for person_id, found in decisions_of(person_ids).items()
        if tier_on([decision.decided for decision in found], _day(now)) in PRIORITY
    }


def decisions_of(person_ids: Collection[int]) -> dict[int, list[Decision]]:
    """Return each person's decisions in the order in which they were made, without what they rested on."""
    found: dict[int, list[Decision]] = defaultdict(list)
    rows = Decision.objects.filter(person__in=person_ids).defer("inputs").order_by("person", "decided_at", "pk")
    for decision in rows:
        assert decision.person_id is not None  # asked for by person
        found[decision.person_id].append(decision)
    return found


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
