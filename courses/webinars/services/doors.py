"""The door to a meeting: who comes in, when, and by which address."""

from datetime import datetime

from django.utils.translation import gettext as _

from courses.webinars.models import Join, Meeting, Registration
from courses.webinars.providers.base import Guest, Provider, ProviderFault
from courses.webinars.providers.choosing import Kind, provider_of
from courses.webinars.references import reference_to
from courses.webinars.rules import may_join
from courses.webinars.services.meetings import claim_unmade, prepare, room_of
from lms.lib.errors import Refusal

SECONDS_AT_THE_DOOR = 3  # in which a server has to answer while somebody waits


class DoorClosed(Refusal):
    """It is too early, too late, called off, or the registration has ended."""


class NoAddress(Refusal):
    """The organiser has not said where the meeting is."""


class NotReady(Refusal):
    """The server of the meeting cannot be reached, or is being asked by somebody else."""


def enter(registration: Registration, *, now: datetime) -> str:
    """Note that somebody goes into the meeting, and return the address that leads them there.

    Raises DoorClosed, NoAddress, NotReady.
    """
    webinar = registration.webinar
    is_open = webinar.called_off_at is None and may_join(starts_at=webinar.starts_at, ends_at=webinar.ends_at, now=now)
    if registration.ended_at is not None or not is_open:
        raise DoorClosed(_("The door opens 15 minutes before the start and closes at the end."))
    person = registration.person
    guest = Guest(reference=reference_to(registration.pk), name=person.name or _("A participant"))
    address = _address(webinar.meeting, guest, now=now)
    Join.objects.create(registration=registration, at=now)
    return address


def _address(meeting: Meeting, guest: Guest, *, now: datetime) -> str:
    if meeting.provider == Kind.LINK and not meeting.link:
        raise NoAddress(_("The organiser has not said yet where the meeting is. Try again in a few minutes."))
    try:
        provider = provider_of(meeting.provider)
    except ProviderFault:  # the sweep tells the operator
        provider = None
    if provider is None or not _is_ready(meeting, provider, now=now):
        raise NotReady(
            _("The meeting’s server does not answer at the moment. Your place is kept: try again in a minute.")
        )
    return provider.address_for(room_of(meeting), guest, now=now)


def _is_ready(meeting: Meeting, provider: Provider, *, now: datetime) -> bool:
    """Say whether a meeting can be entered; one person at a time has it made where it is not yet."""
    if not provider.has_server or meeting.created:
        return True
    if claim_unmade(meeting, now=now):
        return prepare(meeting, provider, seconds=SECONDS_AT_THE_DOOR, now=now)
    return bool(meeting.created)
