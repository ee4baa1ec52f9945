import base64
import json
import re
from datetime import timedelta

import brotli
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials.services import signing_keys as record_keys
from certificates.issuing.models import Certificate
from certificates.issuing.services import reissue_certificate, revoke_certificate, withdraw_certificates
from certificates.verification.offline import page as page_module
from certificates.verification.offline.page import compose, encode_positions
from certificates.verification.queries import Ended
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate

ADDRESS = "/certificates/offline.html"
LATER = NOW + timedelta(days=30)


def carried(page: str) -> dict:
    """Return what the page carries, as its script reads it."""
    return json.loads(re.search(r'id="carried">(.*?)</script>', page, re.DOTALL)[1])


def decode_positions(text: str) -> list[int]:
    found, place, step, shift = [], 0, 0, 0
    for byte in base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)):
        step |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            place += step
            found.append(place)
            step = shift = 0
    return found


@given(st.sets(st.integers(min_value=0, max_value=2**40), max_size=50))
def test_places_come_back_out_of_the_text(positions):
    assert decode_positions(encode_positions(positions)) == sorted(positions)


@pytest.mark.django_db
def test_the_page_carries_keys_and_what_ended_but_nothing_of_whom(signing_keys):
    record_keys(now=NOW)
    holder = UserFactory(name="Learner Lost", email="lost@example.org")
    revoked, replaced, withdrawn = (issued_certificate(learner=holder), issued_certificate(), issued_certificate())
    issued_certificate()
    revoke_certificate(revoked, public_reason="By mistake", private_reason="Case 7", by=UserFactory(), now=LATER)
    reissue_certificate(replaced, by=UserFactory(), now=LATER)
    withdraw_certificates(withdrawn.holder, by=None, now=LATER)
    page = compose(now=LATER)
    ended = {state: decode_positions(text) for state, text in carried(page)["ended"].items()}
    assert ended == {one.state: [one.status_position] for one in Certificate.objects.filter(ended_at__isnull=False)}
    assert carried(page)["keys"] == [[signing_keys.ed25519.public.short_id, signing_keys.ed25519.public.jwk["x"]]]
    assert carried(page)["day"] == "2026-02-11"
    assert carried(page)["since"] is None
    assert not any(
        told in page for told in ("Learner Lost", "lost@example.org", "By mistake", "Case 7", revoked.serial)
    )


def test_ten_thousand_ended_certificates_fit(monkeypatch):
    # As many as are likely: one in a hundred of a million.
    ended = [Ended(position * 104 + position % 97, "revoked", NOW) for position in range(10_000)]
    monkeypatch.setattr(page_module, "ended_certificates", lambda: ended)
    monkeypatch.setattr(page_module, "known_keys", list)
    page = compose(now=LATER)
    assert len(brotli.compress(page.encode(), quality=4)) < 40_000
    assert carried(page)["since"] == "2026-01-12"


@pytest.mark.django_db
def test_looking_is_two_queries_and_needs_no_account(django_assert_num_queries):
    issued_certificate()
    visitor = Client()
    with django_assert_num_queries(2):
        response = visitor.get(ADDRESS)
    assert response.status_code == 200
    assert not response.cookies
    again = visitor.get(ADDRESS, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_the_page_may_run_its_own_script_and_reach_nobody_else(client):
    policy = client.get(ADDRESS)["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules["style-src"])
    assert rules["connect-src"] == "'self'"
    assert "'self'" in client.get("/certificates/")["Content-Security-Policy"].partition("script-src")[2]


@pytest.mark.django_db
def test_the_page_is_valid_html(client, validate_html):
    assert validate_html(client.get(ADDRESS).content.decode()) == []


@pytest.mark.django_db
def test_what_it_carries_cannot_end_the_script_it_stands_in(settings):
    settings.CERTIFICATE_ISSUER = "</script><b>Academy"
    page = compose(now=NOW)
    assert "</script><b>" not in page
    assert carried(page)["issuer"] == "</script><b>Academy"


def test_the_worker_may_serve_the_addresses_on_paper(client):
    response = client.get("/certificates/offline-sw.js")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Content-Type"].startswith("text/javascript")


def test_the_page_can_be_installed(client):
    manifest = client.get("/certificates/offline.webmanifest").json()
    assert manifest["start_url"] == ADDRESS
    assert client.get("/certificates/offline.webmanifest")["Content-Type"] == "application/manifest+json"


@pytest.mark.parametrize("path", [ADDRESS, "/certificates/offline-sw.js", "/certificates/offline.webmanifest"])
def test_nothing_is_let_in(client, path):
    assert client.post(path).status_code in (403, 405)
