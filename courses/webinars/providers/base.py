"""What every provider of meetings can do, and the plain values that it is told and tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


class ProviderFault(Exception):
    """A server could not be asked, or said no. The text is for operators and names no address and no secret."""


class NoSuchMeeting(ProviderFault):
    """The server does not hold this meeting (any more)."""


@dataclass(frozen=True)
class Room:
    """A meeting as a provider knows it.

    name: a word that nobody can guess. created: what prepare returned, empty before. home: where people land who leave.
    """

    name: str
    title: str
    minutes: int
    home: str
    is_recorded: bool = False
    created: str = ""
    link: str = field(default="", repr=False)


@dataclass(frozen=True)
class Guest:
    """Somebody at the door. reference: what the provider gives back of them, which tells nobody else anything."""

    reference: str
    name: str
    is_host: bool = False


@dataclass(frozen=True)
class Seen:
    """Somebody whom a server counts among those present at the moment; reference is empty if they came another way."""

    reference: str
    name: str


@dataclass(frozen=True)
class Recording:
    """A recording that a server offers, in one of its formats."""

    address: str
    kind: str
    minutes: int


class Provider:
    """A provider that needs nothing prepared, and tells nothing of who came. seconds: how long a server may take."""

    has_server = False

    def address_for(self, room: Room, guest: Guest, *, now: datetime) -> str:
        """Return the address that leads this person, and nobody else if the provider can tell, into the meeting."""
        raise NotImplementedError

    def prepare(self, room: Room, *, seconds: float) -> str:
        """Have the server hold the meeting ready; a second call changes nothing. Raises ProviderFault."""
        raise NotImplementedError

    def attendance(self, room: Room, *, seconds: float) -> Sequence[Seen]:
        """Return who is in the meeting at this moment. Raises NoSuchMeeting, ProviderFault."""
        raise NotImplementedError

    def recordings(self, room: Room, *, seconds: float) -> Sequence[Recording]:
        """Return the recordings that can be watched. Raises ProviderFault."""
        raise NotImplementedError
