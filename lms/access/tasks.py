from functools import partial

from celery import shared_task
from django.utils import timezone

from lms.access.queries.owed import seats_to_give
from lms.access.queries.requests import people_decided_elsewhere
from lms.access.queries.seats import pools_due
from lms.access.services.mails import remind_of_endings
from lms.access.services.notices import write_notices
from lms.access.services.owed import give_owed_seat
from lms.access.services.requests import restart_decision
from lms.access.services.seats import settle_pool
from lms.lib.sweeps import one_by_one

MOST_AT_ONCE = 500  # pools or people; the rest the next time


@shared_task(ignore_result=True)
def settle_due_pools() -> None:
    """Each minute: let holds lapse and free seats fall where time has made it due, whether or not anybody looks."""
    now = timezone.now()
    pool_ids = pools_due(now)[:MOST_AT_ONCE]
    one_by_one(pool_ids, partial(settle_pool, now=now), failed="Pool %s could not be settled.")


@shared_task(ignore_result=True)
def give_owed_seats() -> None:
    """Each minute: give seats that are owed since an appeal, where the next run has come."""
    owed_ids = seats_to_give().values_list("pk", flat=True)[:MOST_AT_ONCE]
    failed = "The seat owed by row %s could not be given."
    one_by_one(owed_ids, partial(give_owed_seat, now=timezone.now()), failed=failed)


@shared_task(ignore_result=True)
def write_due_notices() -> None:
    """Write the mails about seats that are due."""
    write_notices(now=timezone.now())


@shared_task(ignore_result=True)
def remind_of_ending_priority() -> None:
    """Remind people whose priority ends soon; each decision once, however often this runs."""
    remind_of_endings(now=timezone.now())


@shared_task(ignore_result=True)
def restart_missed_decisions() -> None:
    """Decide about people who work elsewhere by now: staff may have changed it, or a process died before it could react."""
    now = timezone.now()
    person_ids = people_decided_elsewhere(now=now).values_list("pk", flat=True)[:MOST_AT_ONCE]
    failed = "Nothing could be decided about person %s, who works elsewhere by now."
    one_by_one(person_ids, partial(restart_decision, now=now), failed=failed)
