"""Tokens for Jitsi, read back by hand as the server reads them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from courses.webinars.providers.base import Guest, Room
from courses.webinars.providers.jitsi import Jitsi

SECRET = "a secret that the server shares, and long enough"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ROOM = Room(name="a1b2c3d4", title="Genes", minutes=60, home="/")


def unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def way_in(**guest):
    jitsi = Jitsi(address="https://Meet.example.org/", app_id="genomed", secret=SECRET, audience="jitsi")
    return jitsi.address_for(ROOM, Guest(**{"reference": "17.signed", "name": "Ama Example", **guest}), now=NOW)


def claims(address: str) -> dict:
    token = parse_qs(urlsplit(address).query)["jwt"][0]
    signed, _dot, signature = token.rpartition(".")
    assert hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest() == unpacked(signature)
    head, body = signed.split(".")
    assert json.loads(unpacked(head)) == {"alg": "HS256", "typ": "JWT"}
    return json.loads(unpacked(body))


def test_the_address_is_that_of_the_room():
    assert way_in().startswith("https://Meet.example.org/a1b2c3d4?jwt=")


def test_a_token_says_what_the_server_asks_and_no_more():
    assert claims(way_in()) == {
        "aud": "jitsi",
        "iss": "genomed",
        "sub": "meet.example.org",
        "room": "a1b2c3d4",
        "nbf": int(NOW.timestamp()) - 60,
        "exp": int(NOW.timestamp()) + 600,
        "moderator": False,
        "context": {"user": {"id": "17.signed", "name": "Ama Example", "moderator": "false", "affiliation": "member"}},
    }


def test_hosts_moderate():
    said = claims(way_in(is_host=True))
    assert (said["moderator"], said["context"]["user"]["moderator"]) == (True, "true")
    assert said["context"]["user"]["affiliation"] == "owner"


@pytest.mark.parametrize("name", ["देवी", "Ama “A” Example", "<script>"])
def test_names_come_through_as_they_are(name):
    assert claims(way_in(name=name))["context"]["user"]["name"] == name
