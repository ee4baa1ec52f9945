"""The door to a meeting: who comes in, when, and by which address."""

from datetime import datetime

from django.utils.translation import gettext as _

from courses.webinars.models import Join, Meeting, Registration, Webinar
from courses.webinars.providers.base import Guest, Provider, ProviderFault
from courses.webinars.providers.choosing import Kind, provider_of
from courses.webinars.references import reference_to, reference_to_host
from courses.webinars.rules import may_join
from courses.webinars.services.meetings import claim_unmade, prepare, room_of
from lms.accounts.models import User
from lms.lib.errors import Refusal

SECONDS_AT_THE_DOOR = 3  # in which a server has to answer while somebody waits


class NotRegistered(Refusal):
    """They are neither registered nor a host."""


class DoorClosed(Refusal):
    """It is too early, too late, or called off."""


class NoAddress(Refusal):
    """The organiser has not said where the meeting is."""


class NotReady(Refusal):
    """The server of the meeting cannot be reached, or is being asked by somebody else."""


def enter(
    webinar: Webinar, person: User, *, registration: Registration | None, is_host: bool = False, now: datetime
) -> str:
    """Note that somebody goes into the meeting, and return the address that leads them there.

    is_host: they moderate, and come in earlier and unregistered. Raises NotRegistered, DoorClosed, NoAddress, NotReady.
    """
    if registration is None and not is_host:
        raise NotRegistered(_("Register first; then you can join here."))
    is_open = webinar.called_off_at is None and may_join(
        starts_at=webinar.starts_at, ends_at=webinar.ends_at, now=now, is_host=is_host
    )
    if not is_open:
        if is_host:
            raise DoorClosed(_("For hosts the door opens 30 minutes before the start, and it closes at the end."))
        raise DoorClosed(_("The door opens 15 minutes before the start and closes at the end."))
    reference = reference_to(registration.pk) if registration else reference_to_host(person.pk)
    guest = Guest(reference=reference, name=person.name or _("A participant"), is_host=is_host)
    address = _address(webinar.meeting, guest, now=now)
    if registration:
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
