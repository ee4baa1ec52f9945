"""One worker at a time is at a job: others keep away until it is done with its few, or did not come back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

LEASE = timedelta(minutes=5)  # as long as a task may take


@contextmanager
def lease_on(jobs: Any, job_id: int, *, now: datetime) -> Iterator[bool]:
    """Hold a job while something of it is done; False if somebody else is at it, or it is not among these."""
    free = jobs.filter(Q(leased_until=None) | Q(leased_until__lt=now), pk=job_id)
    if not free.update(leased_until=now + LEASE):
        yield False
        return
    try:
        yield True
    finally:
        jobs.filter(pk=job_id, leased_until=now + LEASE).update(leased_until=None)
