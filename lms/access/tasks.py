import logging

from celery import shared_task
from django.utils import timezone

from lms.access.queries.seats import pools_due
from lms.access.services.notices import write_notices
from lms.access.services.seats import settle_pool

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 500  # pools; the rest a minute later


@shared_task(ignore_result=True)
def settle_due_pools() -> None:
    """Each minute: let holds lapse and free seats fall where time has made it due, whether or not anybody looks."""
    now = timezone.now()
    for pool_id in pools_due(now)[:MOST_AT_ONCE]:
        try:
            settle_pool(pool_id, now=now)
        except Exception:  # one pool that fails must not keep back the others
            logger.exception("Pool %s could not be settled.", pool_id)


@shared_task(ignore_result=True)
def write_due_notices() -> None:
    """Write the mails about seats that are due."""
    write_notices(now=timezone.now())
