from celery import shared_task
from django.utils import timezone

from certificates.issuing import services


@shared_task(ignore_result=True)
def render_certificate(certificate_id: int) -> None:
    services.render_certificate(certificate_id, now=timezone.now())


@shared_task(ignore_result=True)
def issue_missing_certificates() -> None:
    """The sweep, each minute; `manage.py issue_certificates` does the same from cron."""
    services.issue_missing_certificates(now=timezone.now())


@shared_task(ignore_result=True)
def publish_status_lists() -> None:
    services.publish_status_lists(now=timezone.now())
