from celery import shared_task
from django.utils import timezone

from courses.offline.classroom.services import packing, taking, tidying


# Longer than other tasks may take: a course with sound is copied for minutes.
@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1560)
def make_next_file() -> None:
    """Make the classroom file that has waited longest, one at a time; also the sweep, each minute."""
    if packing.make_next(clock=timezone.now):
        make_next_file.delay()  # there may be more, and other tasks want a turn


@shared_task(ignore_result=True)
def take_next_return() -> None:
    """Take in some people of what a class sent back; also the sweep, each minute."""
    if taking.take_next_return(clock=timezone.now):
        take_next_return.delay()


@shared_task(ignore_result=True)
def forget_old_classrooms() -> None:
    tidying.forget_old(now=timezone.now())
