"""What people have asked for: what may be renewed or appealed against, whose country changes often."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from lms.access.models import AccessAppeal, AccessRequest, Decision
from lms.access.queries.decisions import current_decision, decisions_of, has_priority
from lms.access.rules.decisions import PRIORITY, Review
from lms.access.rules.periods import (
    APPEAL_DAYS,
    MOST_COUNTRY_CHANGES,
    RENEWAL_DAYS,
    appeal_ends_at,
    country_changes,
    renewal_opens_on,
)
from lms.access.rules.standing import standing
from lms.accounts.models import User

PEOPLE_AT_ONCE = 500


def last_request(person: User) -> AccessRequest | None:
    """Return what a person told us last."""
    return AccessRequest.objects.filter(person=person).order_by("-signed_at", "-pk").first()


def newest_decision(person: User) -> Decision | None:
    """Return the decision made last, which is not always the one that counts: `current_decision` is."""
    return Decision.objects.filter(person=person).defer("inputs").order_by("-decided_at", "-pk").first()


def renewable_decision(person: User, *, now: datetime) -> Decision | None:
    """Return the decision whose priority a person may renew now: it ends soon or has ended, and nobody looks at it yet."""
    counts, newest = current_decision(person, now=now), newest_decision(person)
    if counts is None or counts.tier not in PRIORITY or counts.valid_until is None:
        return None
    if newest is not None and newest.needs_review:
        return None
    return counts if now.astimezone(UTC).date() >= renewal_opens_on(counts.valid_until) else None


def waiting_appeal(person: User) -> AccessAppeal | None:
    """Return the appeal of a person that is not decided yet; there is at most one."""
    return AccessAppeal.objects.filter(person=person, outcome=AccessAppeal.Outcome.WAITING).first()


def why_not_appealable(person: User, decision: Decision, *, now: datetime) -> str:
    """Return why a person cannot appeal against a decision about them, fit to show to them; empty where they can."""
    if AccessAppeal.objects.filter(decision=decision).exists():
        return _("You have appealed against this decision already.")
    if AccessAppeal.objects.filter(led_to=decision).exists():
        return _("This decision was made on your appeal, so it stands. You can ask again when things have changed.")
    if decision.needs_review:
        return _("Nothing is decided yet: a person will look at your request first.")
    if decision.tier in PRIORITY or has_priority(person, now):
        return _("You have priority, so there is nothing to gain by an appeal.")
    if now > appeal_ends_at(decision.decided_at):
        return _("The %(days)s days for an appeal are over. You can ask again and tell us what has changed.") % {
            "days": APPEAL_DAYS
        }
    if waiting_appeal(person):
        return _("Another appeal of yours is waiting. Once it is decided you can file the next.")
    return ""


def often_moved(person_ids: Collection[int], *, now: datetime) -> set[int]:
    """Return whose country of work changed so often in a year that somebody should look; one query for any number."""
    return {
        person_id
        for person_id, found in decisions_of(person_ids).items()
        if country_changes([(one.decided_at, str(one.country)) for one in found], until=now) > MOST_COUNTRY_CHANGES
    }


def ending_soon(*, now: datetime) -> Iterator[list[Decision]]:
    """Return the decisions that give people priority which ends within 30 days, with the person, some hundreds at a time.

    Left out is who has renewed since, or whose renewal a person will look at.
    """
    today = now.astimezone(UTC).date()
    candidates = Decision.objects.filter(
        tier__in=PRIORITY, valid_until__range=(today, today + timedelta(days=RENEWAL_DAYS)), person__is_active=True
    )
    people = list(candidates.order_by("person").values_list("person", flat=True).distinct())
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        found = [
            (made[-1], counts.id)
            for made in decisions_of(people[start : start + PEOPLE_AT_ONCE]).values()
            if (counts := standing([one.decided for one in made], today)) is not None
        ]
        waited_for = {counts for newest, counts in found if not newest.needs_review}
        yield list(candidates.filter(pk__in=waited_for).select_related("person").defer("inputs"))


def people_decided_elsewhere(*, now: datetime) -> QuerySet[User]:
    """Return active people whose newest decision is about another country than they work in now.

    Those whom a reviewer has declined for the time being are left out: nothing is decided about them until it lapses.
    """
    declined = Q(newest_review=Review.DECLINE.value, newest_valid_until__gte=now.astimezone(UTC).date())
    newest = Decision.objects.filter(person=OuterRef("pk")).order_by("-decided_at", "-pk")
    return (
        User.objects.filter(is_active=True)
        .annotate(
            newest_country=Subquery(newest.values("country")[:1]),
            newest_review=Subquery(newest.values("review")[:1]),
            newest_valid_until=Subquery(newest.values("valid_until")[:1]),
        )
        .filter(newest_country__isnull=False)
        .exclude(Q(country="") | Q(country=F("newest_country")) | declined)
        .order_by("pk")
    )
