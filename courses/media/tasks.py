from celery import shared_task
from django.conf import settings
from django.utils import timezone

from courses.media import services

_LIMIT = settings.MEDIA_PREPARE_SECONDS


# Longer than other tasks may take; the service stops by itself before Celery has to.
@shared_task(ignore_result=True, soft_time_limit=_LIMIT + 60, time_limit=_LIMIT + 120)
def prepare_next() -> None:
    """Prepare what has waited longest, one at a time on each machine; also the sweep, each minute."""
    if services.prepare_next(clock=timezone.now):
        prepare_next.delay()  # there may be more, and other tasks want a turn


@shared_task(ignore_result=True)
def remove_leftover_files() -> None:
    services.remove_leftover_files(now=timezone.now())
