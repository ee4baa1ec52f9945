from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from lms.accounts.models import Institution, User
from lms.accounts.signals import country_changed
from lms.lib.events import announce


@transaction.atomic
def save_profile(user: User, *, institution_name: str) -> None:
    """Save a person's details and where they work.

    A name nobody has used in that country becomes an unverified institution, for staff to check. One that this person made
    and that nobody uses any more goes again, so that nobody can pile them up.
    """
    left = user.institution
    country_before = User.objects.filter(pk=user.pk).values_list("country", flat=True).get()
    user.institution = (
        find_or_add_institution(institution_name, country=str(user.country)) if institution_name else None
    )
    user.save()
    if country_before and user.country != country_before:
        announce(country_changed, sender=User, person_id=user.pk)
    if left and left != user.institution and not left.is_verified and not left.people.exists():
        left.delete()


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
