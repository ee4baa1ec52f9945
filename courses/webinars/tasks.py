from functools import partial

from celery import shared_task
from django.utils import timezone

from courses.webinars.queries import webinars_with_seats
from courses.webinars.services import follow_pages
from lms.lib.sweeps import one_by_one


@shared_task(ignore_result=True)
def follow_missed_pages() -> None:
    """The sweep, each quarter of an hour: a process may die between a publication and what follows from it."""
    now = timezone.now()
    keys = webinars_with_seats(now=now)
    one_by_one(keys, partial(follow_pages, now=now), failed="The seats of webinar %s do not follow its pages.")
