import logging

from celery import shared_task

from lms.mail import services

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def send_mail(mail_id: int) -> None:
    """Send one mail now. An unreachable server is not retried here: the sweep comes every minute."""
    try:
        services.send_mail_row(mail_id)
    except services.ServerUnreachable as unreachable:
        logger.error("The mail server cannot be reached, mail waits: %s", unreachable)


@shared_task(ignore_result=True)
def send_waiting_mail() -> None:
    """Send what a lost message, a dead worker or an unreachable server left."""
    services.send_waiting_mail()
