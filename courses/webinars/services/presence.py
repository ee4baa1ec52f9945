"""Who was in a meeting, as its server tells each minute."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from courses.webinars.models import Presence, Registration, Webinar
from courses.webinars.models.attendance import LONGEST_NAME
from courses.webinars.providers.base import Seen
from courses.webinars.references import is_of_host, registration_in

STAYS_PRESENT = timedelta(minutes=3)  # seen twice within it, somebody was there in between: a server may miss a minute
MOST_AT_ONCE = 1000  # rows in one statement


@transaction.atomic
def note_presence(webinar: Webinar, seen: Sequence[Seen], *, now: datetime) -> None:
    """Note who is in a meeting at this moment: who was a moment ago has stayed, others have come. A second call changes nothing.

    Whoever came by the door is known by their registration; of others there is a name, which the organiser settles. Hosts who
    are not registered are not noted.
    """
    Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)
    told = [pk for one in seen if (pk := registration_in(one.reference)) is not None]
    known = {
        registration.pk: registration
        for registration in Registration.objects.filter(webinar=webinar, pk__in=told).select_related("person")
    }
    there: dict[tuple[int | None, str], Presence] = {}
    for one in seen:
        registration = known.get(registration_in(one.reference) or 0)
        presence = Presence(
            webinar=webinar,
            registration=registration,
            name=(registration.person.name if registration else one.name)[:LONGEST_NAME],
            email=registration.person.email[:LONGEST_NAME] if registration else "",
            joined_at=now,
            left_at=now,
        )
        if registration or (presence.name and not is_of_host(one.reference)):
            there[_who(presence)] = presence
    a_moment_ago = Presence.objects.filter(webinar=webinar, list=None, left_at__gte=now - STAYS_PRESENT)
    staying = [presence for presence in a_moment_ago.order_by("joined_at") if _who(presence) in there]
    for presence in staying:
        presence.left_at = max(presence.left_at, now)
    Presence.objects.bulk_update(staying, ["left_at"], batch_size=MOST_AT_ONCE)
    stayed = {_who(presence) for presence in staying}
    coming = [presence for who, presence in there.items() if who not in stayed]
    Presence.objects.bulk_create(coming, batch_size=MOST_AT_ONCE, ignore_conflicts=True)


def _who(presence: Presence) -> tuple[int | None, str]:
    return presence.registration_id, "" if presence.registration_id else presence.name
