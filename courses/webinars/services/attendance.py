"""What people's presence at a webinar comes to."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from courses.webinars.models import Attendance, Presence, Webinar
from courses.webinars.presence import Stay, minutes_present
from courses.webinars.signals import attended
from lms.lib.events import announce

MOST_AT_ONCE = 1000  # rows in one statement


@transaction.atomic
def settle_attendance(webinar: Webinar, *, now: datetime) -> None:
    """Write what the presence at a webinar comes to for each who registered; a second call changes nothing.

    Whoever was found to have been there long enough keeps that, whatever is corrected later.
    """
    held = Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)
    if held.starts_at is None or held.ends_at is None:
        return
    session = {"starts_at": held.starts_at, "ends_at": held.ends_at}
    earlier = {row.registration_id: row for row in Attendance.objects.filter(registration__webinar=held)}
    stays = _stays(held)
    changed, is_somebody_new = [], False
    for registration in sorted({*earlier, *stays}):
        row = earlier.get(registration) or Attendance(registration_id=registration, minutes=-1)
        minutes = minutes_present(stays[registration], **session)
        is_met = row.met_at is None and held.attendance_rule.is_met(stays[registration], **session)
        if minutes != row.minutes or is_met:
            row.minutes, row.met_at, row.updated_at = minutes, now if is_met else row.met_at, now
            changed.append(row)
        is_somebody_new = is_somebody_new or is_met
    Attendance.objects.bulk_create(
        changed,
        batch_size=MOST_AT_ONCE,
        update_conflicts=True,
        unique_fields=["registration"],
        update_fields=["minutes", "met_at", "updated_at"],
    )
    if is_somebody_new:
        announce(attended, sender=Attendance, webinar_id=held.pk)


def _stays(webinar: Webinar) -> dict[int, list[Stay]]:
    """Return when people were there, by registration."""
    known = Presence.objects.filter(webinar=webinar, registration__isnull=False)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for registration, joined_at, left_at in known.values_list("registration", "joined_at", "left_at"):
        stays[registration].append(Stay(joined_at, left_at))
    return stays
