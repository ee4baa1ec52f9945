from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lms.access.queries.decisions import with_priority
from lms.accounts.models import User
from lms.measures.models import Device

PRIORITY, STANDARD = "P", "S"


def circumstances_of(people: Iterable[User], *, now: datetime) -> dict[int, dict[str, Any]]:
    """Return, per person, what an enrolment or a registration of today is counted by; one query for any number.

    As the columns of lms.measures.models.Circumstances. For counts alone: neither they nor priority reach those who teach.
    """
    people = list(people)
    first = with_priority([person.pk for person in people], now)
    return {
        person.pk: {
            "tier": PRIORITY if person.pk in first else STANDARD,
            "profession": person.profession,
            "device": Device.LITE if person.lite_pages else Device.FULL,
            "institution_id": person.institution_id,
        }
        for person in people
    }
