"""All that a person's own page says about their priority."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import QuerySet

from lms.access.models import AccessAppeal, AccessRequest, Decision, Finding, OwedSeat, PolicyVersion
from lms.access.queries.decisions import decisions_of
from lms.access.queries.facts import policy_on
from lms.access.queries.owed import seats_owed_to
from lms.access.queries.requests import last_request, why_not_appealable
from lms.access.rules.decisions import PRIORITY
from lms.access.rules.periods import renewal_opens_on
from lms.access.rules.reviewing import Occasion
from lms.access.rules.standing import declined_until, standing, tier_on
from lms.accounts.models import User


@dataclass(frozen=True)
class Priority:
    """Where a person stands. counts: the decision that counts now, newest: the one made last; both None: never asked.

    declined_until: the last day on which a reviewer's no keeps them from asking.
    """

    counts: Decision | None
    newest: Decision | None
    is_in_force: bool
    declined_until: date | None
    today: date

    @property
    def has_asked(self) -> bool:
        return self.newest is not None

    @property
    def is_queued(self) -> bool:
        """Whether a person is to look at the request."""
        return self.newest is not None and self.newest.needs_review

    @property
    def has_ended(self) -> bool:
        """Whether they had priority, and nothing but time has taken it."""
        return self.counts is not None and self.counts.tier in PRIORITY and not self.is_in_force

    @property
    def renewable_from(self) -> date | None:
        """From when they can renew; None for whoever has nothing to renew, or whose renewal somebody looks at."""
        if self.is_queued or self.counts is None or self.counts.tier not in PRIORITY or not self.counts.valid_until:
            return None
        return renewal_opens_on(self.counts.valid_until)

    @property
    def is_renewable(self) -> bool:
        return self.renewable_from is not None and self.renewable_from <= self.today


@dataclass(frozen=True)
class Overview:
    """What /my/access/ shows. told: what they told us last; appeal: the latest; why_not_appeal: empty where they can.

    word, appeal_word: what a reviewer said besides, to the decision that counts and to the appeal; mostly empty.
    owed: seats of next runs that are still to come, since an appeal was upheld too late for a run.
    """

    priority: Priority
    told: AccessRequest | None
    appeal: AccessAppeal | None
    why_not_appeal: str
    word: str
    appeal_word: str
    policy: PolicyVersion
    owed: list[OwedSeat]


def priority_of(person: User, *, now: datetime) -> Priority:
    """Return where a person stands; one query."""
    found = decisions_of([person.pk]).get(person.pk, [])
    decided, today = [decision.decided for decision in found], now.astimezone(UTC).date()
    counts = standing(decided, today)
    return Priority(
        counts=next((decision for decision in found if counts and decision.pk == counts.id), None),
        newest=found[-1] if found else None,
        is_in_force=tier_on(decided, today) in PRIORITY,
        declined_until=declined_until(decided, today),
        today=today,
    )


def overview_of(person: User, *, now: datetime) -> Overview:
    """Return all that a person sees of their priority but its history."""
    priority = priority_of(person, now=now)
    appeal = AccessAppeal.objects.filter(person=person).order_by("-made_at", "-pk").first()
    findings = list(Finding.objects.filter(person=person).exclude(word=""))
    counts = priority.counts.pk if priority.counts else None
    return Overview(
        priority=priority,
        told=last_request(person),
        appeal=appeal,
        why_not_appeal=why_not_appealable(person, priority.newest, now=now) if priority.newest else "",
        word=next((one.word for one in findings if counts and one.led_to_id == counts), ""),
        appeal_word=next(
            (
                one.word
                for one in findings
                if appeal and one.occasion == Occasion.APPEAL and one.decision_id == appeal.decision_id
            ),
            "",
        ),
        policy=policy_on(now.astimezone(UTC).date()),
        owed=list(seats_owed_to(person)) if appeal and appeal.outcome == AccessAppeal.Outcome.UPHELD else [],
    )


def history_of(person: User) -> QuerySet[Decision]:
    """Return a person's decisions, newest first, without what they rested on."""
    decisions = Decision.objects.filter(person=person).select_related("policy", "appeal").defer("inputs")
    return decisions.order_by("-decided_at", "-pk")
