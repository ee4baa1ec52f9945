"""Who is registered for a webinar: by a click where everybody may come, by a confirmed seat where seats are limited."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from courses.webinars.models import Registration, Webinar
from courses.webinars.models.registrations import RegistrationQuerySet
from courses.webinars.services.mails import look_anew
from courses.webinars.signals import mails_due
from lms.access.models import Application
from lms.access.queries.circumstances import circumstances_of
from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.lib.events import announce
from lms.measures.models import Milestone
from lms.measures.services import record_milestone, record_milestones

MOST_AT_ONCE = 1000  # rows in one statement


class NotOpen(Refusal):
    """The webinar is over, called off, or has limited seats."""


def register(webinar: Webinar, person: User, *, now: datetime) -> Registration:
    """Register somebody for a webinar that everybody may come to; a second time changes nothing. Raises NotOpen."""
    with transaction.atomic():
        held = Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)
        if held.pool_id is not None:
            raise NotOpen(_("The seats of this webinar are limited. Apply for one on its page."))
        if not held.is_open(now):
            raise NotOpen(_("This webinar is over or called off, so nobody can register for it any more."))
        registration, is_new = Registration.objects.get_or_create(
            webinar=held,
            person=person,
            defaults={"made_at": now, "look_at": now, **_counted_by([person], now=now)[person.pk]},
        )
        if is_new:
            record_milestone(Milestone.REGISTERED, registration.subject, at=now)
        else:
            _come_back(Registration.objects.filter(pk=registration.pk), now=now)
            registration.refresh_from_db()
        announce(mails_due, sender=Registration)
        return registration


def cancel(webinar: Webinar, person: User, *, now: datetime) -> bool:
    """End somebody's registration; say whether there was one. Where seats are limited, giving up the seat does it."""
    with transaction.atomic():
        Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)
        return bool(_end(Registration.objects.filter(webinar=webinar, person=person, webinar__pool=None), now=now))


@transaction.atomic
def follow_seats(pool_id: int, *, now: datetime) -> None:
    """Make the registrations of a webinar those of the people with a confirmed seat; a second call changes nothing."""
    webinar = Webinar.objects.select_for_update(no_key=True).filter(pool=pool_id).first()
    if webinar is None:
        return
    seated = Application.objects.filter(pool=pool_id, state=Application.State.CONFIRMED).values("person")
    registrations = Registration.objects.filter(webinar=webinar)
    if webinar.called_off_at is None:  # a pool that is closed ends its seats, and who had one is still to be told
        _end(registrations.exclude(person__in=seated), now=now)
    _come_back(registrations.filter(person__in=seated), now=now)
    missing = User.objects.filter(pk__in=seated).exclude(registrations__webinar=webinar)
    added = Registration.objects.bulk_create(
        [
            Registration(webinar=webinar, person_id=pk, made_at=now, look_at=now, **circumstances)
            for pk, circumstances in _counted_by(missing, now=now).items()
        ],
        batch_size=MOST_AT_ONCE,
    )
    record_milestones(Milestone.REGISTERED, [one.subject for one in added])
    announce(mails_due, sender=Registration)


def _end(registrations: RegistrationQuerySet, *, now: datetime) -> int:
    ending = _locked(registrations.live())
    if ending:
        record_milestones(Milestone.REGISTERED, [one.subject for one in ending], count=-1)
        those = Registration.objects.filter(pk__in=[one.pk for one in ending])
        look_anew(those, now=now)
        those.update(ended_at=now, look_at=None)
    return len(ending)


def _come_back(registrations: RegistrationQuerySet, *, now: datetime) -> int:
    coming = _locked(registrations.filter(ended_at__isnull=False))
    back = Registration.objects.filter(pk__in=[one.pk for one in coming])
    back.update(ended_at=None, made_at=now, look_at=now, turn=F("turn") + 1)
    record_milestones(Milestone.REGISTERED, [replace(one.subject, cohort=now) for one in coming])
    return len(coming)


def _locked(registrations: RegistrationQuerySet) -> list[Registration]:
    return list(registrations.order_by("pk").select_for_update(of=("self",), no_key=True))


def _counted_by(people: Iterable[User], *, now: datetime) -> dict[int, dict[str, Any]]:
    people = list(people)
    circumstances = circumstances_of(people, now=now)
    return {
        person.pk: {**circumstances[person.pk], "country": str(person.country), "language": person.language}
        for person in people
    }
