from celery import shared_task
from django.utils import timezone

from courses.offline.services import forget_events


@shared_task(ignore_result=True)
def forget_old_events() -> None:
    """Each day: which events the academy has had is forgotten after 400 days."""
    forget_events(now=timezone.now())
