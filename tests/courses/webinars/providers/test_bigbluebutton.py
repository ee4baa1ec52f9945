"""BigBlueButton by its documented interface, on real sockets: as it should answer, and as it should not."""

import socket
import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from courses.webinars.providers.base import Guest, NoSuchMeeting, ProviderFault, Recording, Room, Seen
from courses.webinars.providers.bigbluebutton import BigBlueButton
from tests.bigbluebutton import SECRET, meeting_server

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ROOM = Room(name="a1b2c3d4", title="Genes, doses & “dosis”", minutes=60, home="https://academy.example.org/w/")
AMA = Guest(reference="17.signed", name="Ama Example")


@pytest.fixture
def server():
    with meeting_server() as running:
        yield running


def provider(server, **fields):
    return BigBlueButton(**{"address": server.address, "secret": SECRET, **fields})


def test_the_checksum_is_that_of_the_documentation():
    bbb = BigBlueButton(address="https://bbb.example.org/bigbluebutton/api", secret=SECRET, checksum="sha1")
    said = {"name": "Test Meeting", "meetingID": "abc123", "attendeePW": "111222", "moderatorPW": "333444"}
    assert bbb._signed("create", said) == (
        "https://bbb.example.org/bigbluebutton/api/create?name=Test+Meeting&meetingID=abc123&attendeePW=111222"
        "&moderatorPW=333444&checksum=1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    )


@pytest.mark.parametrize("checksum", ["sha256", "sha1", "sha384", "sha512"])
def test_a_meeting_is_made_once_however_often_it_is_asked_for(server, checksum):
    server.checksum = checksum
    made = {provider(server, checksum=checksum).prepare(ROOM, seconds=5) for _ in range(3)}
    assert len(made) == len(server.meetings) == 1
    held = server.meetings["a1b2c3d4"]
    assert (held["name"], held["record"], held["logoutURL"]) == (ROOM.title, "false", ROOM.home)
    assert (
        int(held["meetingExpireIfNoUserJoinedInMinutes"]) > 60 + 35
    )  # made before the door opens, it is there at the end


@pytest.mark.parametrize(
    "title", ["", "G", "A title that is longer than the server takes, by a good deal and then some"]
)
def test_any_title_is_one_that_the_server_takes(server, title):
    provider(server).prepare(Room(name="room", title=title, minutes=60, home="/"), seconds=5)
    assert server.meetings


def test_each_person_has_an_address_of_their_own_that_the_server_accepts(server):
    bbb = provider(server)
    room = Room(**{**vars(ROOM), "created": bbb.prepare(ROOM, seconds=5)})
    address = urlsplit(bbb.address_for(room, AMA, now=NOW))
    assert "successfullyJoined" in server.answer("join", address.query)
    said = server.asked("join")[0]
    assert {name: said[name] for name in ("userID", "fullName", "role")} == {
        "userID": "17.signed",
        "fullName": "Ama Example",
        "role": "VIEWER",
    }
    assert "successfullyJoined" not in server.answer("join", address.query.replace("VIEWER", "MODERATOR"))
    assert bbb.attendance(room, seconds=5) == [Seen("17.signed", "Ama Example")]


def test_hosts_moderate(server):
    address = provider(server).address_for(ROOM, Guest("host", "Ama Example", is_host=True), now=NOW)
    assert parse_qs(urlsplit(address).query)["role"] == ["MODERATOR"]


def test_an_address_leads_into_no_later_meeting_of_the_same_name(server):
    bbb = provider(server)
    room = Room(**{**vars(ROOM), "created": bbb.prepare(ROOM, seconds=5)})
    server.meetings.clear()
    bbb.prepare(ROOM, seconds=5)
    assert "mismatchCreateTimeParam" in server.answer("join", urlsplit(bbb.address_for(room, AMA, now=NOW)).query)


def test_recordings_are_told_with_their_length_and_nothing_but_addresses_of_the_web(server):
    server.recordings = [
        ("presentation", "https://bbb.example.org/p?a=1&b=2", "58"),
        ("podcast", "javascript:alert(1)", "58"),
    ]
    found = provider(server).recordings(ROOM, seconds=5)
    assert found == [Recording(address="https://bbb.example.org/p?a=1&b=2", kind="presentation", minutes=58)]


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("slow", "did not answer within 0.3 seconds"),
        ("trickling", "did not answer within 0.3 seconds"),
        ("garbage", "cannot be read"),
        ("entities", "cannot be read"),
        ("empty", "cannot be read"),
        ("huge", "longer than is read"),
        ("elsewhere", "status 302"),
        ("broken", "status 503"),
        ("failed checksumError", "does not fit the server (checksumError)"),
        ("failed idNotUnique", "made with another secret (idNotUnique)"),
        ("failed <b/>", "(no reason given)"),
    ],
)
def test_whatever_a_server_does_is_said_within_the_time_and_without_secret_or_address(server, mood, said):
    server.mood = mood
    began = time.monotonic()
    with pytest.raises(ProviderFault) as fault:
        provider(server).prepare(ROOM, seconds=0.3 if mood in ("slow", "trickling") else 5)
    assert time.monotonic() - began < 1.5
    assert said in str(fault.value)
    assert fault.value.__cause__ is None
    assert not [word for word in (SECRET, "127.0.0.1", ROOM.name, "checksum=") if word in str(fault.value)]
    assert not server.asked("stolen")


def test_a_wrong_secret_is_refused(server):
    with pytest.raises(ProviderFault, match="BIGBLUEBUTTON_SECRET"):
        provider(server, secret="another").prepare(ROOM, seconds=5)
    assert not server.meetings


def test_a_meeting_that_is_gone_is_told_from_other_refusals(server):
    with pytest.raises(NoSuchMeeting):
        provider(server).attendance(ROOM, seconds=5)


def test_a_refused_connection_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/bigbluebutton/"
        with pytest.raises(ProviderFault, match="cannot be reached"):
            BigBlueButton(address=address, secret=SECRET).prepare(ROOM, seconds=2)


def test_a_provider_shows_its_secret_to_nobody_who_prints_it(server):
    assert SECRET not in repr(provider(server))
