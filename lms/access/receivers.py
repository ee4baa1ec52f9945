from django.dispatch import receiver
from django.utils import timezone

from lms.access import tasks
from lms.access.services.requests import restart_decision
from lms.access.signals import notices_due
from lms.accounts.signals import country_changed


@receiver(notices_due, dispatch_uid="write_notices_of_seats")
def write_notices_of_seats(**kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the rows."""
    tasks.write_due_notices.delay()


@receiver(country_changed, dispatch_uid="decide_anew_about_whoever_works_elsewhere")
def decide_anew_about_whoever_works_elsewhere(person_id: int, **kwargs) -> None:
    """Decide at once, so that the person's next page says so; what is missed here the sweep finds."""
    restart_decision(person_id, now=timezone.now())
