from django.dispatch import receiver

from lms.mail import tasks
from lms.mail.signals import mail_queued


@receiver(mail_queued, dispatch_uid="send_queued_mail")
def send_queued_mail(mail_id: int, **kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the row."""
    tasks.send_mail.delay(mail_id)
