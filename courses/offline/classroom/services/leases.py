"""One worker at a time is at a job of a kind; one that did not come back is followed by another."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db.models import F, QuerySet

from courses.offline.classroom.errors import LeaseLost
from courses.offline.classroom.models import Job
from courses.offline.classroom.queries import is_one_under_way, jobs_to_do

logger = logging.getLogger(__name__)

J = TypeVar("J", bound=Job)
Clock = Callable[[], datetime]
LEASE = timedelta(minutes=2)  # renewed while at it
TELL_EVERY = timedelta(seconds=1)
MAX_ATTEMPTS = 3
State, Reason = Job.State, Job.Reason


@dataclass
class Lease:
    """A job that is ours for a while."""

    jobs: QuerySet[Any]
    pk: int
    token: UUID
    clock: Clock
    told_at: datetime | None = None

    def tell(self, done: int, total: int) -> None:
        """Say how far the job is, once in a while, and keep it. Raises LeaseLost once it is not ours."""
        now = self.clock()
        if self.told_at is None or now >= self.told_at + TELL_EVERY:
            self.change(done=done, total=total, leased_until=now + LEASE)
            self.told_at = now

    def change(self, **facts: object) -> None:
        """Change the job. Raises LeaseLost, and nothing is changed, where it is not ours any more."""
        if not self.jobs.filter(pk=self.pk, lease=self.token).update(**facts):
            raise LeaseLost

    def end(self, state: str, **facts: object) -> None:
        self.change(state=state, lease=None, leased_until=None, **facts)


def take_next(jobs: QuerySet[J], *, clock: Clock) -> tuple[J, Lease] | None:
    """Return the job that has waited longest, leased; None if none waits, or somebody is at one of the kind."""
    now, token = clock(), uuid4()
    while not is_one_under_way(jobs, now=now) and (waiting := jobs_to_do(jobs, now=now).first()) is not None:
        free = jobs_to_do(jobs, now=now).filter(pk=waiting.pk).order_by()
        leased = {"state": State.WORKING, "lease": token, "leased_until": now + LEASE, "attempts": F("attempts") + 1}
        if free.update(**leased):
            return jobs.get(pk=waiting.pk), Lease(jobs.all(), waiting.pk, token, clock)
    return None


def attend(job: J, lease: Lease, do: Callable[[J, Lease], None]) -> None:
    """Do a job that was taken; after three times in vain it has failed. What fails is raised, and the sweep tries it again."""
    if job.attempts > MAX_ATTEMPTS:
        reason = job.reason or Reason.LOST
        lease.end(State.FAILED, reason=reason)
        logger.error("%s %s failed: %s", job._meta.label, job.pk, reason)
        return
    try:
        do(job, lease)
    except LeaseLost:
        logger.info("%s %s was taken from this worker", job._meta.label, job.pk)
    except Exception:
        lease.jobs.filter(pk=job.pk, lease=lease.token).update(reason=Reason.FAULT)
        raise
