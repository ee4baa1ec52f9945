"""Which times a pool of seats may have, and what may still be moved once people apply."""

from dataclasses import fields
from datetime import datetime, timedelta
from enum import StrEnum

from lms.access.rules.times import Times


class Problem(StrEnum):
    """Why times are not taken; the sentences stand in lms/access/words.py."""

    ORDER = "order"
    WINDOW = "window"
    STARTED = "started"
    OPENED = "opened"
    DRAWN = "drawn"
    RELEASED = "released"
    PAST = "past"
    EARLY_RELEASE = "early-release"


PASSED = {"opens_early_at": Problem.OPENED, "opens_at": Problem.DRAWN, "releases_at": Problem.RELEASED}


def problem_of(times: Times, *, window: timedelta, has_reserve: bool) -> Problem | None:
    """Return what is wrong with a pool's times: their order, or a window for early applications that is too short.

    window: the policy's, from early to general opening; without reserved seats it may be shorter.
    """
    if not times.opens_early_at <= times.opens_at <= times.releases_at < times.starts_at:
        return Problem.ORDER
    if has_reserve and times.opens_at - times.opens_early_at < window:
        return Problem.WINDOW
    return None


def problem_of_move(old: Times, new: Times, *, now: datetime) -> Problem | None:
    """Return why times cannot be moved so at this moment: what has happened cannot be undone, nor made to have happened.

    Reserved seats are not released longer before the start than they were to be, unless they are released already.
    """
    moved = [field.name for field in fields(Times) if getattr(old, field.name) != getattr(new, field.name)]
    if moved and old.starts_at <= now:
        return Problem.STARTED
    for name, problem in PASSED.items():
        if name in moved and getattr(old, name) <= now:
            return problem
    if any(getattr(new, name) < now for name in moved if name in PASSED) or new.starts_at <= now:
        return Problem.PAST
    if not old.has_released(now) and new.starts_at - new.releases_at > old.starts_at - old.releases_at:
        return Problem.EARLY_RELEASE
    return None
