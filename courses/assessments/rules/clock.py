"""How long an attempt may take, by the academy's clock."""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=60)  # after its time is up a form may still arrive: a slow line is no fault of the learner


def due_at(opened_at: datetime, limit_minutes: int | None) -> datetime | None:
    """Return when time is up; None without a limit."""
    return None if limit_minutes is None else opened_at + timedelta(minutes=limit_minutes)


def is_over(due: datetime | None, *, now: datetime) -> bool:
    """Say whether answers that arrive now are too late to be taken."""
    return due is not None and now > due + GRACE
