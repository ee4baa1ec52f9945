from celery import shared_task
from django.core.management import call_command


@shared_task(ignore_result=True)
def publish_scheduled_pages() -> None:
    """Publish and take off line what editors have set a time for; run late, it catches up."""
    call_command("publish_scheduled", verbosity=0)


@shared_task(ignore_result=True)
def clear_expired_sessions() -> None:
    call_command("clearsessions", verbosity=0)
