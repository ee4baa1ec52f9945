from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from lms.operations import services


@shared_task(ignore_result=True)
def publish_scheduled_pages() -> None:
    """Publish and take off line what editors have set a time for; run late, it catches up."""
    services.keep_schedule(now=timezone.now())


@shared_task(ignore_result=True)
def clear_expired_sessions() -> None:
    call_command("clearsessions", verbosity=0)
