from django.dispatch import receiver

from lms.access import tasks
from lms.access.signals import notices_due


@receiver(notices_due, dispatch_uid="write_notices_of_seats")
def write_notices_of_seats(**kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the rows."""
    tasks.write_due_notices.delay()
