import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

from courses.webinars.providers.base import Guest, NoSuchMeeting, Provider, ProviderFault, Recording, Room, Seen
from courses.webinars.providers.fetching import fetch

# Source for all of this: https://docs.bigbluebutton.org/development/api (2.4 to 3.0)
CHECKSUMS = ("sha256", "sha1", "sha384", "sha512")
GONE = {"notFound", "invalidMeetingIdentifier", "meetingForciblyEnded"}
REFUSALS = {
    "checksumError": "BIGBLUEBUTTON_SECRET or BIGBLUEBUTTON_CHECKSUM does not fit the server",
    "idNotUnique": "it holds a meeting of this name that was made with another secret",
    "notFound": "it does not hold the meeting",
}
SHORTEST_TITLE, LONGEST_TITLE = 2, 64
MOST_PEOPLE = 5000
MOST_RECORDINGS = 20
STAYS_EMPTY_MINUTES = 60  # before the start, and over the end
ENDS_WHEN_EMPTY_MINUTES = 15  # so that whoever loses the line is not met by an ended meeting


@dataclass(frozen=True)
class BigBlueButton(Provider):
    """A BigBlueButton server, asked by its API. checksum: the hash that it knows."""

    address: str
    secret: str = field(repr=False)
    checksum: str = "sha256"

    has_server = True

    def address_for(self, room: Room, guest: Guest, *, now: datetime) -> str:
        said = {
            "meetingID": room.name,
            "fullName": guest.name,
            "userID": guest.reference,
            "role": "MODERATOR" if guest.is_host else "VIEWER",
        }
        if room.created:
            said["createTime"] = room.created  # the address leads into no later meeting of this name
        return self._signed("join", said)

    def prepare(self, room: Room, *, seconds: float) -> str:
        said = {
            "name": room.title[:LONGEST_TITLE].ljust(SHORTEST_TITLE, "."),
            "meetingID": room.name,
            # Nobody comes in by these, but a meeting counts as the same only where they are.
            "attendeePW": self._password(room, "viewer"),
            "moderatorPW": self._password(room, "moderator"),
            "logoutURL": room.home,
            "muteOnStart": "true",
            "record": "true" if room.is_recorded else "false",
            "notifyRecordingIsOn": "true",
            "meetingExpireIfNoUserJoinedInMinutes": str(room.minutes + 2 * STAYS_EMPTY_MINUTES),
            "meetingExpireWhenLastUserLeftInMinutes": str(ENDS_WHEN_EMPTY_MINUTES),
        }
        created = _text(self._ask("create", said, seconds=seconds), "createTime")
        if not re.fullmatch(r"\d{1,20}", created):
            raise ProviderFault("BigBlueButton did not say when the meeting was made.")
        return created

    def attendance(self, room: Room, *, seconds: float) -> Sequence[Seen]:
        answer = self._ask("getMeetingInfo", {"meetingID": room.name}, seconds=seconds)
        people = answer.findall("attendees/attendee")[:MOST_PEOPLE]
        return [Seen(reference=_text(person, "userID"), name=_text(person, "fullName")) for person in people]

    def recordings(self, room: Room, *, seconds: float) -> Sequence[Recording]:
        answer = self._ask("getRecordings", {"meetingID": room.name, "state": "published"}, seconds=seconds)
        formats = answer.findall("recordings/recording/playback/format")
        offered = [
            Recording(address=_text(one, "url"), kind=_text(one, "type")[:40], minutes=_number(_text(one, "length")))
            for one in formats
        ]
        return [one for one in offered if urlsplit(one.address).scheme in ("http", "https")][:MOST_RECORDINGS]

    def _ask(self, call: str, said: dict[str, str], *, seconds: float) -> Element:
        body = fetch(self._signed(call, said), seconds=seconds)
        try:
            answer = defusedxml.ElementTree.fromstring(body, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError):  # LookupError: of an unknown encoding
            raise ProviderFault("BigBlueButton’s answer cannot be read.") from None
        if _text(answer, "returncode").upper() == "SUCCESS":
            return answer
        key = re.sub(r"\W", "", _text(answer, "messageKey"))[:40] or "no reason given"
        refused = f"BigBlueButton refused {call}: {REFUSALS.get(key, 'see its log')} ({key})."
        raise (NoSuchMeeting if key in GONE else ProviderFault)(refused)

    def _signed(self, call: str, said: dict[str, str]) -> str:
        query = urlencode(said)
        checksum = hashlib.new(self.checksum, f"{call}{query}{self.secret}".encode()).hexdigest()
        return f"{self.address.rstrip('/').removesuffix('/api')}/api/{call}?{query}&checksum={checksum}"

    def _password(self, room: Room, role: str) -> str:
        return hmac.new(self.secret.encode(), f"{role}:{room.name}".encode(), "sha256").hexdigest()[:32]


def _text(element: Element, path: str) -> str:
    """Return a text within an answer on one line; empty if it is missing."""
    return " ".join((element.findtext(path) or "").split())


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,6}", text) else 0
