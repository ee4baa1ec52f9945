from celery import shared_task
from django.utils import timezone

from lms.dashboards.exports import services


# Longer than other tasks may take: a large workbook is written for minutes.
@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1560)
def make_next() -> None:
    """Make what has waited longest, one at a time; also the sweep, each minute."""
    if services.make_next(clock=timezone.now):
        make_next.delay()  # there may be more, and other tasks want a turn


@shared_task(ignore_result=True)
def remove_expired() -> None:
    now = timezone.now()
    services.remove_expired(now=now)
    services.remove_leftover_files(now=now)
