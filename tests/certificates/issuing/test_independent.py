"""A certificate that was issued, as the world sees it: what we serve is all that another implementation is given."""

import json
from urllib.parse import urlsplit

import jwt
import pytest
from django.utils import timezone

from certificates.credentials.json_ld import PINNED, pinned
from certificates.issuing.services import publish_status_lists, reissue_certificate, revoke_certificate
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def found_elsewhere(client, verify_elsewhere):
    """A function from a certificate to what is found of its credential and of its token."""

    def verify(certificate) -> list[dict]:
        credential = client.get(f"/certificates/{certificate.serial}.json").json()
        token = client.get(f"/certificates/{certificate.serial}.jwt").content.decode()
        named = [
            credential["issuer"]["id"],
            credential["credentialStatus"]["statusListCredential"],
            jwt.get_unverified_header(token)["kid"],
        ]
        served = {address: client.get(urlsplit(address).path).json() for address in named}
        now = timezone.now().isoformat()
        checks = [{"credential": credential, "now": now}, {"token": token, "now": now}]
        return verify_elsewhere({**{address: pinned(address) for address in PINNED}, **served}, checks)

    return verify


def test_a_certificate_holds_until_it_is_revoked_or_replaced(found_elsewhere):
    now = timezone.now()
    revoked, replaced = issued_certificate(), issued_certificate()
    for certificate in (revoked, replaced):
        credential, token = found_elsewhere(certificate)
        assert (credential["verified"], credential["revoked"], credential["problem"]) == (True, False, "")
        assert token["verified"], token["problem"]
    revoke_certificate(revoked, public_reason="A mistake.", private_reason="", by=UserFactory(), now=now)
    reissue_certificate(replaced, name="Another Example", by=UserFactory(), now=now)
    publish_status_lists(now=now)
    for certificate in (revoked, replaced):
        credential, _ = found_elsewhere(certificate)
        assert (credential["verified"], credential["revoked"]) == (True, True)


def test_name_on_a_served_credential_cannot_be_changed(found_elsewhere):
    certificate = issued_certificate()
    text = certificate.credential.document
    certificate.credential.document = text.replace(json.dumps(certificate.award.name), '"Somebody Else"')
    certificate.credential.save()
    credential, token = found_elsewhere(certificate)
    assert not credential["verified"]
    assert token["verified"]
