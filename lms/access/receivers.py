from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from lms.access import tasks
from lms.access.services.records import keep_counts_of
from lms.access.services.requests import restart_decision
from lms.access.signals import notices_due
from lms.accounts.models import User
from lms.accounts.signals import country_changed


@receiver(notices_due, dispatch_uid="write_notices_of_seats")
def write_notices_of_seats(**kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the rows."""
    tasks.write_due_notices.delay()


@receiver(pre_delete, sender=User, dispatch_uid="keep_counts_of_reviews_of_whoever_is_erased")
def keep_counts_of_reviews_of_whoever_is_erased(instance: User, **kwargs) -> None:
    """Whoever is erased goes out of the records, not out of the counts."""
    keep_counts_of(instance, now=timezone.now())


@receiver(country_changed, dispatch_uid="decide_anew_about_whoever_works_elsewhere")
def decide_anew_about_whoever_works_elsewhere(person_id: int, **kwargs) -> None:
    """Decide at once, so that the person's next page says so; what is missed here the sweep finds."""
    restart_decision(person_id, now=timezone.now())
