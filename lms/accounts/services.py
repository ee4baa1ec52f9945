from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.urls import reverse

from lms.accounts.models import Institution, User
from lms.accounts.signals import country_changed, wishes_changed
from lms.lib.events import announce

REMINDERS = "reminders"  # what the signature of an address is for


@transaction.atomic
def save_profile(user: User, *, institution_name: str) -> None:
    """Save a person's details and where they work.

    A name nobody has used in that country becomes an unverified institution, for staff to check. One that this person made
    and that nobody uses any more goes again, so that nobody can pile them up.
    """
    left = user.institution
    country_before, wanted_before = User.objects.filter(pk=user.pk).values_list("country", "wants_reminders").get()
    user.institution = (
        find_or_add_institution(institution_name, country=str(user.country)) if institution_name else None
    )
    user.save()
    if user.wants_reminders != wanted_before:
        announce(wishes_changed, sender=User, person_id=user.pk)
    if country_before and user.country != country_before:
        announce(country_changed, sender=User, person_id=user.pk)
    if left and left != user.institution and not left.is_verified and not left.people.exists():
        left.delete()


@transaction.atomic
def follow_wishes(user: User, *, wants_reminders: bool) -> None:
    """Remind a person of webinars from now on, or not any more; a second time changes nothing."""
    if User.objects.filter(pk=user.pk).exclude(wants_reminders=wants_reminders).update(wants_reminders=wants_reminders):
        announce(wishes_changed, sender=User, person_id=user.pk)
    user.wants_reminders = wants_reminders


def reminders_address(user: User) -> str:
    """Return the address at which whoever has it can stop this person's reminders; it opens nothing else."""
    return f"{settings.SITE_URL}{reverse('stop_reminders', args=[signing.dumps(user.pk, salt=REMINDERS)])}"


def person_of_reminders(token: str) -> int:
    """Return the id of the person whose reminders an address is about. Raises BadSignature."""
    return int(signing.loads(token, salt=REMINDERS))


def find_or_add_institution(name: str, *, country: str) -> Institution:
    """Return the institution of that name, whatever its capitals, in that country."""
    same = Institution.objects.alias(folded=Lower("name")).filter(folded=Lower(Value(name)), country=country)
    if institution := same.first():
        return institution
    try:
        with transaction.atomic():
            return Institution.objects.create(name=name, country=country, is_verified=False)
    except IntegrityError:  # somebody was first
        return same.get()
