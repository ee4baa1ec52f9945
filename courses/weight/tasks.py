from celery import shared_task
from django.utils import timezone

from courses.weight.services import weigh_due_lessons


@shared_task(ignore_result=True)
def weigh_lessons() -> None:
    """Each minute: what was published is weighed, and each lesson once a day."""
    weigh_due_lessons(now=timezone.now())
