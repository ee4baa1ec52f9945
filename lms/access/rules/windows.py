"""When a pool does what, by what an organiser wishes: the same for webinars and cohorts. Source: the access policy, section 4."""

from datetime import datetime, timedelta
from typing import TypedDict

from lms.access.rules.times import Times


class Windows(TypedDict):
    """Times of a pool, by the names of its fields."""

    opens_early_at: datetime
    opens_at: datetime
    releases_at: datetime
    starts_at: datetime


def first_windows(*, opens_early_at: datetime, opens_at: datetime, starts_at: datetime, release_days: int) -> Windows:
    """Return the times of a new pool.

    release_days: before the start, on which reserved seats are released; but never before the seats open to all.
    """
    return {
        "opens_early_at": opens_early_at,
        "opens_at": opens_at,
        "releases_at": max(opens_at, starts_at - timedelta(days=release_days)),
        "starts_at": starts_at,
    }


def moved_windows(
    old: Times, *, opens_early_at: datetime, opens_at: datetime, starts_at: datetime, now: datetime
) -> Windows:
    """Return the times of a pool that is changed; the release keeps its distance from the start, and once it has been it stays."""
    releases_at = max(opens_at, starts_at - (old.starts_at - old.releases_at))
    if old.has_released(now):
        releases_at = old.releases_at
    elif releases_at != old.releases_at:
        releases_at = max(releases_at, now)
    return {
        "opens_early_at": opens_early_at,
        "opens_at": opens_at,
        "releases_at": releases_at,
        "starts_at": starts_at,
    }
