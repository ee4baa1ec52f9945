"""When a person may renew or appeal, and by when somebody answers (access policy, sections 2 and 5)."""

from datetime import date, datetime, timedelta
from itertools import pairwise

RENEWAL_DAYS = 30  # before the last day of priority
APPEAL_DAYS = 30  # after a decision
APPEAL_ANSWER_DAYS = 14
REVIEW_WORKING_DAYS = 10
MOST_COUNTRY_CHANGES = 3  # in a year; more are looked at
YEAR = timedelta(days=365)


def renewal_opens_on(valid_until: date) -> date:
    """Return the first day on which priority can be renewed."""
    return valid_until - timedelta(days=RENEWAL_DAYS)


def appeal_ends_at(decided_at: datetime) -> datetime:
    """Return the moment from which a decision stands, whatever is said against it."""
    return decided_at + timedelta(days=APPEAL_DAYS)


def appeal_answered_by(made_at: datetime) -> datetime:
    """Return until when an appeal is decided."""
    return made_at + timedelta(days=APPEAL_ANSWER_DAYS)


def country_changes(decided: list[tuple[datetime, str]], *, until: datetime) -> int:
    """Return how often in the year up to a moment somebody's country of work became another one.

    decided: when and with which country, in order.
    """
    return sum(before[1] != after[1] and until - YEAR < after[0] <= until for before, after in pairwise(decided))
