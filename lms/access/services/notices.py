"""Mails about seats: rows in the transaction that changes the seats, written into the outbox right after, or by a sweep."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from lms.access.models import Application, Notice
from lms.access.rules.seats import RESERVED
from lms.access.signals import notices_due
from lms.access.words import SUBJECTS
from lms.lib.events import announce
from lms.lib.sweeps import one_by_one
from lms.mail.services import queue_mail

REMINDED_BEFORE = timedelta(hours=24)  # a hold ends; a shorter hold needs no reminder
MOST_AT_ONCE = 200  # the rest when the bell rings again, or a minute later


def add_notices(kind: Notice.Kind, application_ids: Iterable[int], *, now: datetime, occasion: str = "") -> None:
    """Note that people are to be told, within the caller's transaction; of one occasion once only."""
    notices = [Notice(application_id=pk, kind=kind, occasion=occasion, due_at=now) for pk in application_ids]
    if notices:
        Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=1000)
        announce(notices_due, sender=Notice)


def write_notices(*, now: datetime, at_most: int = MOST_AT_ONCE) -> int:
    """Write mails that are due, oldest first; return how many rows were dealt with.

    Each in a transaction of its own, and whoever comes second to a row leaves it.
    """
    _remind_of_holds(now=now, at_most=at_most)
    due = Notice.objects.filter(written_at=None, due_at__lte=now).order_by("due_at", "pk")
    ids = list(due.values_list("pk", flat=True)[:at_most])
    one_by_one(ids, partial(_write, now=now), failed="Notice %s could not be written.")
    return len(ids)


def _remind_of_holds(*, now: datetime, at_most: int) -> None:
    ending = Application.objects.filter(
        state=Application.State.HELD,
        held_until__gt=now,
        held_until__lte=now + REMINDED_BEFORE,
        seated_at__lt=F("held_until") - REMINDED_BEFORE,
    )
    unreminded = ending.exclude(notices__kind=Notice.Kind.LAPSING).values_list("pk", flat=True)[:at_most]
    add_notices(Notice.Kind.LAPSING, unreminded, now=now)


@transaction.atomic
def _write(notice_id: int, *, now: datetime) -> None:
    if not Notice.objects.filter(pk=notice_id, written_at=None).update(written_at=now):
        return
    notice = Notice.objects.select_related(
        "application__person",
        "application__pool",
        "application__seat",
        "application__block__institution",
        "application__made_good__missed__pool",
    ).get(pk=notice_id)
    application = notice.application
    if notice.kind in (Notice.Kind.OFFERED, Notice.Kind.LAPSING) and application.state != Application.State.HELD:
        return
    person, pool = application.person, application.pool
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(person.zone):
        label = pool.label_in(language)
        made_good = getattr(application, "made_good", None)
        context = {
            "name": person.name,
            "title": label["title"],
            "address": f"{settings.SITE_URL}{label['path']}",
            "pool": pool,
            "application": application,
            "is_reserved": application.seat is not None and application.seat.kind == RESERVED,
            "until": application.held_until,
            "missed": made_good and made_good.missed.pool.label_in(language)["title"],
            "is_before_ballot": now < pool.opens_at,
            "zone": timezone.get_current_timezone_name(),
        }
        queue_mail(
            key=f"seat-notice:{notice.pk}",
            to=person.email,
            subject=str(SUBJECTS[notice.kind]) % {"title": label["title"]},
            text=render_to_string(f"emails/seat_{notice.kind}.txt", context),
            expires_at=application.held_until or pool.starts_at,
        )
