from celery import shared_task
from django.utils import timezone

from lms.dashboards.reports import services


@shared_task(ignore_result=True)
def send_due_reports() -> None:
    """The sweep, each hour."""
    services.send_due_reports(now=timezone.now())
