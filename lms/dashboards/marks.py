"""What the files of the overviews say of whom they were made for."""

from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.accounts.queries import display_name
from lms.lib.tables import Mark


def mark_for(person: User, *, now: datetime) -> Mark:
    """Return who has a file made and when; by the address too, since several people may have one name."""
    who = f"{person.name} <{person.email}>" if person.name else person.email
    when = date_format(now.astimezone(UTC), "DATETIME_FORMAT")
    return Mark(who, now, _("Made for %(who)s on %(when)s (UTC)") % {"who": who, "when": when})


def marked_name(subject: str, suffix: str, person: User, *, now: datetime, number: int | None = None) -> str:
    """Return the name under which such a file is saved: genomed-courses-2026-11-28-for-ama-owusu.csv.

    number: of the export, where it is one. Whose name has no Latin letters is called by their number.
    """
    who = slugify(display_name(person))[:40].strip("-") or f"person-{person.pk}"
    last = f"-{number}" if number else ""
    return f"genomed-{subject}-{now.astimezone(UTC):%Y-%m-%d}-for-{who}{last}.{suffix}"
