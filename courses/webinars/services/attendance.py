"""What people's presence at a webinar comes to."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from courses.webinars.models import Attendance, Presence, Registration, Webinar
from courses.webinars.presence import Stay, minutes_present
from courses.webinars.services.mails import look_again
from courses.webinars.signals import attended
from lms.lib.events import announce
from lms.measures.models import Milestone
from lms.measures.services import record_milestone, record_milestones

MOST_AT_ONCE = 1000  # rows in one statement
# A list may come in parts or be the wrong one, and a certificate that went out cannot be called back.
QUIET = timedelta(hours=1)


@transaction.atomic
def settle_attendance(webinar: Webinar, *, now: datetime) -> None:
    """Write what the presence at a webinar comes to for each who registered; a second call changes nothing.

    What has been fixed stays as it is, whatever is corrected later.
    """
    held = _lock(webinar.pk)
    if held.starts_at is None or held.ends_at is None:
        return
    session = {"starts_at": held.starts_at, "ends_at": held.ends_at}
    earlier = {row.registration_id: row for row in Attendance.objects.filter(registration__webinar=held)}
    stays = _stays(held)
    changed = []
    for registration in sorted({*earlier, *stays}):
        row = earlier.get(registration) or Attendance(registration_id=registration, minutes=-1)
        minutes = minutes_present(stays[registration], **session)
        is_met = held.attendance_rule.is_met(stays[registration], **session)
        if row.fixed_at is None and (minutes != row.minutes or is_met != (row.met_at is not None)):
            row.minutes, row.updated_at = minutes, now
            row.met_at = (row.met_at or now) if is_met else None
            changed.append(row)
    Attendance.objects.bulk_create(
        changed,
        batch_size=MOST_AT_ONCE,
        update_conflicts=True,
        unique_fields=["registration"],
        update_fields=["minutes", "met_at", "updated_at"],
    )


def fix_attendances(*, now: datetime, at_most: int = MOST_AT_ONCE) -> int:
    """Fix the attendances that have been enough, and unchanged, for an hour after the end; return how many.

    From then on they count: for a certificate, and in a course. What is left the next call finds.
    """
    waiting = Attendance.objects.filter(
        met_at__isnull=False,
        fixed_at=None,
        updated_at__lte=now - QUIET,
        registration__webinar__ends_at__lte=now - QUIET,
    )
    due = dict(waiting.order_by("pk").values_list("pk", "registration__webinar")[:at_most])
    return sum(_fix([pk for pk, its in due.items() if its == webinar], webinar, now=now) for webinar in {*due.values()})


@transaction.atomic
def _fix(attendances: list[int], webinar: int, *, now: datetime) -> int:
    _lock(webinar)
    unchanged = Attendance.objects.filter(pk__in=attendances, met_at__isnull=False, updated_at__lte=now - QUIET)
    rows = unchanged.filter(fixed_at=None).order_by("pk").select_related("registration")
    # Their registrations are locked, which counts are by; of the rows themselves the lock is the webinar's.
    fixing = list(rows.select_for_update(of=("registration",), no_key=True))
    fixed = Attendance.objects.filter(pk__in=[one.pk for one in fixing]).update(fixed_at=now)
    if fixed:
        record_milestones(Milestone.ATTENDED, [one.registration.subject for one in fixing], at=now)
        for one in fixing:
            record_milestone(Milestone.MINUTES, one.registration.subject, at=now, count=one.minutes)
        announce(attended, sender=Attendance, webinar_id=webinar)
        look_again(Registration.objects.filter(attendance__in=attendances), now=now)
    return fixed


def _lock(webinar: int) -> Webinar:
    return Webinar.objects.select_for_update(no_key=True).get(pk=webinar)


def _stays(webinar: Webinar) -> dict[int, list[Stay]]:
    """Return when people were there, by registration."""
    known = Presence.objects.filter(webinar=webinar, registration__isnull=False)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for registration, joined_at, left_at in known.values_list("registration", "joined_at", "left_at"):
        stays[registration].append(Stay(joined_at, left_at))
    return stays
