"""Mails about webinars: decided and put into the outbox in one transaction for each batch of people."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from courses.webinars.mail_rules import ESSENTIAL, NEWS_ENDS, Kind, Plan, Written, next_mail, told_by
from courses.webinars.models import Attendance, Registration, Webinar, WebinarMail
from courses.webinars.models.registrations import RegistrationQuerySet
from courses.webinars.rules import FEEDBACK_CLOSES, zoned_times
from courses.webinars.signals import mails_due
from courses.webinars.words import SUBJECTS
from lms.accounts.services import reminders_address
from lms.lib.events import announce
from lms.mail.services import Draft, queue_mails, withdraw_mails

logger = logging.getLogger(__name__)
BATCH = 200  # people in one transaction
RECORDING_IS_NEWS = timedelta(days=14)


def write_mails(*, now: datetime, at_most: int = 20_000) -> int:
    """Write the mails about webinars that are due, and return how many; what is left the next call finds.

    A process that dies between two batches has written whole ones: people in them have their mail, the others wait for theirs.
    """
    waiting = Registration.objects.filter(look_at__lte=now).order_by().values_list("webinar", flat=True).distinct()
    written = 0
    for webinar_id in list(waiting[:at_most]):
        try:
            while written < at_most and (batch := _write_batch(webinar_id, now=now)) is not None:
                written += batch
        except Exception:  # one webinar that cannot be written about must not keep back the others
            logger.exception("The mails about webinar %s could not be written.", webinar_id)
    return written


def look_anew(registrations: RegistrationQuerySet, *, now: datetime) -> None:
    """Take back what waits in the outbox for these people, of whom something has changed, and look at their mails anew.

    Within the caller's transaction, which holds the webinar's row, so that nobody writes to them meanwhile.
    """
    look_again(registrations, now=now)
    unsent = WebinarMail.objects.filter(
        registration__in=registrations, outgoing__isnull=False, outgoing__sent_at=None, outgoing__failed_at=None
    )
    mails = dict(unsent.values_list("outgoing", "pk"))
    withdrawn = withdraw_mails(mails, now=now)
    WebinarMail.objects.filter(pk__in=[mails[outgoing] for outgoing in withdrawn]).delete()


def look_again(registrations: RegistrationQuerySet, *, now: datetime) -> None:
    """Look at the mails of these people anew, of whom nothing has changed that they were told.

    Within the caller's transaction, which holds the webinar's row.
    """
    if registrations.live().update(look_at=now):
        announce(mails_due, sender=Registration)


def follow_wishes(person_id: int, *, now: datetime) -> None:
    """Take back reminders that somebody does not want any more, or see to those that they want again."""
    registrations = Registration.objects.live().filter(
        person=person_id, webinar__ends_at__gt=now - NEWS_ENDS, webinar__called_off_at=None
    )
    for webinar_id in list(registrations.values_list("webinar", flat=True)):
        with transaction.atomic():
            Webinar.objects.select_for_update(no_key=True).get(pk=webinar_id)
            look_anew(registrations.filter(webinar=webinar_id), now=now)


@transaction.atomic
def _write_batch(webinar_id: int, *, now: datetime) -> int | None:
    """Write to the next people who are to be looked at; None if there was nobody."""
    webinar = Webinar.objects.select_for_update(no_key=True).get(pk=webinar_id)
    waiting = Registration.objects.filter(webinar=webinar, look_at__lte=now).select_related("person")
    registrations = list(waiting.order_by("look_at", "pk")[:BATCH])
    if not registrations:
        return None
    plan = webinar.plan
    due = _due_mails(webinar, plan, registrations, now=now) if plan else []
    if plan is None:
        for registration in registrations:
            registration.look_at = None
    outbox = queue_mails([_draft(mail, webinar) for mail in due])
    for mail, outgoing in zip(due, outbox, strict=True):
        mail.outgoing = outgoing
    WebinarMail.objects.bulk_create(due)
    Registration.objects.bulk_update(registrations, ["look_at"])
    return len(due)


def _due_mails(
    webinar: Webinar, plan: Plan, registrations: Sequence[Registration], *, now: datetime
) -> list[WebinarMail]:
    """Return the mails that are due to these people, and note in each registration when to look again."""
    earlier: dict[int, list[WebinarMail]] = defaultdict(list)
    for mail in WebinarMail.objects.filter(registration__in=registrations).order_by("pk"):
        earlier[mail.registration_id].append(mail)
    came: set[int] | None = None
    if now >= plan.ends_at:
        is_counted, came = _who_came(webinar, registrations)
        plan = replace(plan, is_counted=is_counted)
    due = []
    for registration in registrations:
        of_turn = [mail for mail in earlier[registration.pk] if mail.turn == registration.turn]
        told = told_by(Written(Kind(mail.kind), mail.starts_at) for mail in of_turn)
        told_at = max([registration.made_at, *(mail.written_at for mail in of_turn if mail.kind in ESSENTIAL)])
        following = next_mail(
            plan,
            told,
            told_at=told_at,
            now=now,
            seats_tell=webinar.pool_id is not None,
            wants_reminders=registration.person.wants_reminders,
            came=None if came is None else registration.pk in came,
        )
        registration.look_at = None if registration.ended_at else following.look_at
        if following.kind and not registration.ended_at:
            due.append(
                WebinarMail(
                    registration=registration,
                    kind=following.kind,
                    revision=plan.revision,
                    turn=registration.turn,
                    starts_at=plan.starts_at,
                    ends_at=plan.ends_at,
                    written_at=now,
                )
            )
    return due


def _who_came(webinar: Webinar, registrations: Sequence[Registration]) -> tuple[bool, set[int] | None]:
    """Say whether the attendance at a webinar counts by now, and return which of these people were there; None if nobody knows."""
    rows = Attendance.objects.filter(registration__webinar=webinar)
    known = rows.aggregate(all=Count("pk"), fixed=Count("fixed_at"))
    if not known["all"]:
        return False, None
    were_there = rows.filter(Q(minutes__gt=0) | Q(met_at__isnull=False), registration__in=registrations)
    return bool(known["fixed"]), set(were_there.values_list("registration", flat=True))


def _draft(mail: WebinarMail, webinar: Webinar) -> Draft:
    person = mail.registration.person
    stop_url = "" if mail.kind in ESSENTIAL else reminders_address(person)
    language = person.language or settings.LANGUAGE_CODE
    zone = person.zone if person.time_zone else webinar.zone
    with translation.override(language), timezone.override(zone):
        label = webinar.label_in(language)
        context = {
            "name": person.name,
            "title": label["title"],
            "address": f"{settings.SITE_URL}{label['path']}",
            "site_url": settings.SITE_URL,
            "time": zoned_times(mail.starts_at, mail.ends_at, zone),
            "utc": zoned_times(mail.starts_at, mail.ends_at, UTC),
            "is_own_zone": bool(person.time_zone),
            "stop_url": stop_url,
            "feedback_until": (mail.ends_at + FEEDBACK_CLOSES).astimezone(zone),
        }
        return Draft(
            key=mail.key,
            to=person.email,
            subject=str(SUBJECTS[Kind(mail.kind)]) % {"title": label["title"]},
            text=render_to_string(f"emails/webinar_{mail.kind}.txt", context),
            language=language,
            expires_at=_expires_at(mail),
            stop_url=stop_url,
        )


def _expires_at(mail: WebinarMail) -> datetime:
    """Return from when a mail is of no use any more."""
    match mail.kind:
        case Kind.DAY | Kind.HOUR:
            return mail.starts_at
        case Kind.FEEDBACK:
            return mail.ends_at + FEEDBACK_CLOSES
        case Kind.RECORDING:
            return mail.written_at + RECORDING_IS_NEWS
    return mail.ends_at
