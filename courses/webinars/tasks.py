import logging

from celery import shared_task
from django.utils import timezone

from courses.webinars.queries import webinars_with_seats
from courses.webinars.services import follow_pages

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def follow_missed_pages() -> None:
    """The sweep, each quarter of an hour: a process may die between a publication and what follows from it."""
    now = timezone.now()
    for translation_key in webinars_with_seats(now=now):
        try:
            follow_pages(translation_key, now=now)
        except Exception:  # one webinar that cannot follow must not keep back the others
            logger.exception("The seats of webinar %s do not follow its pages.", translation_key)
