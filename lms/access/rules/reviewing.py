"""Who may look at whose case, with which answers, and by when (access policy, sections 1, 2 and 5)."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from lms.access.rules.periods import REVIEW_WORKING_DAYS

AUDITED = Fraction(5, 100)  # of the priority that is given without a reviewer
WORKING_DAYS_BEFORE_RELEASE = 5  # of reserved seats, by which somebody who waits for one is to have an answer
SATURDAY = 5


class Occasion(StrEnum):
    REQUEST = "request"
    APPEAL = "appeal"
    AUDIT = "audit"


# What a reviewer can answer; the sentences stand in lms/access/review_words.py. No code says both yes and no.
APPROVALS = ("shown", "remote", "displaced", "figures")
DECLINES = ("wrong-country", "untrue")
ANSWERS: dict[Occasion, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Occasion.REQUEST: (APPROVALS, (*DECLINES, "not-shown")),
    Occasion.APPEAL: (("mistake", *APPROVALS), ("stands",)),
    Occasion.AUDIT: (("confirmed",), DECLINES),
}
LONGEST_WORD, LONGEST_NOTE = 300, 500  # characters: to the person, and for other reviewers


@dataclass(frozen=True)
class Party:
    """A person, as far as it matters who works where. institution: None for whoever named none."""

    id: int
    institution: int | None


class Conflict(StrEnum):
    """Why somebody may not decide a case."""

    SELF = "self"
    COLLEAGUE = "colleague"
    DECIDED_BEFORE = "decided-before"


def conflict_of(reviewer: Party, person: Party, *, decided_before: Collection[int] = ()) -> Conflict | None:
    """Return why a reviewer may not decide about a person; None if they may.

    decided_before: who has decided about the person, where that counts: on an appeal.
    """
    if reviewer.id == person.id:
        return Conflict.SELF
    if reviewer.institution is not None and reviewer.institution == person.institution:
        return Conflict.COLLEAGUE
    return Conflict.DECIDED_BEFORE if reviewer.id in decided_before else None


# -- By when ---------------------------------------------------------------------------------------------------------


def working_days_after(day: date, number: int) -> date:
    """Return the day so many working days, Monday to Friday, after a day; before it for a number below zero."""
    step = timedelta(days=1 if number > 0 else -1)
    left = abs(number)
    while left:
        day += step
        left -= day.weekday() < SATURDAY
    return day


def working_days_left(today: date, due_on: date) -> int:
    """Return how many working days come after today until a day; below zero once it has passed."""
    if due_on < today:
        return -working_days_left(due_on, today)
    weeks, days = divmod((due_on - today).days, 7)
    return weeks * 5 + sum((today + timedelta(days=day)).weekday() < SATURDAY for day in range(1, days + 1))


def review_due_on(asked_on: date, *, released_on: date | None = None) -> date:
    """Return by when a request is to be answered, at the earliest on the day it came.

    released_on: when reserved seats that the person waits for go to others; the answer is to come some days before.
    """
    due_on = working_days_after(asked_on, REVIEW_WORKING_DAYS)
    if released_on is not None:
        due_on = min(due_on, working_days_after(released_on, -WORKING_DAYS_BEFORE_RELEASE))
    return max(due_on, asked_on)


# -- Audits ----------------------------------------------------------------------------------------------------------


def is_drawn_for_audit(decision_id: int, *, salt: str) -> bool:
    """Say whether a decision is among those that somebody looks at afterwards: one in twenty, foreseen by nobody.

    salt: of the policy, shown to no one.
    """
    drawn = hashlib.sha256(f"{salt}:audit:{decision_id}".encode()).digest()
    return Fraction(int.from_bytes(drawn), 1 << 256) < AUDITED
