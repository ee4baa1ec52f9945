import jwt
import pytest

from certificates.credentials.addresses import key_address
from certificates.credentials.errors import NotGenuine
from certificates.credentials.tokens import credential_jwt, verify_jwt
from tests.factories.credentials import SITE, unsigned_credential


@pytest.fixture
def address(signing_keys):
    return key_address(SITE, signing_keys.rsa.public.name)


@pytest.fixture
def token(signing_keys, address):
    return credential_jwt(unsigned_credential(), signing_keys.rsa, key_address=address)


def problem(token, keys) -> str:
    with pytest.raises(NotGenuine) as refusal:
        verify_jwt(token, keys.public)
    return refusal.value.problem


def test_token_holds_the_credential_and_says_the_same_in_its_claims(token, signing_keys, address):
    document = verify_jwt(token, signing_keys.public)
    assert document["iss"] == document["issuer"]["id"]
    assert document["jti"] == document["id"]
    assert document["sub"] == document["credentialSubject"]["id"]
    assert document["nbf"] == 1768208460
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": address}


def test_same_credential_gives_the_same_token(signing_keys, address):
    document = unsigned_credential(serial="ABCDEFGHJKM1")
    assert credential_jwt(document, signing_keys.rsa, key_address=address) == credential_jwt(
        document, signing_keys.rsa, key_address=address
    )


def test_a_changed_token_is_found(token, signing_keys):
    header, payload, signature = token.split(".")
    assert problem(f"{header}.{payload[:-2]}AA.{signature}", signing_keys) in (NotGenuine.ALTERED, NotGenuine.MALFORMED)
    assert problem(f"{header}.{payload}.{signature[:-4]}AAAA", signing_keys) == NotGenuine.ALTERED


def test_a_token_without_signature_is_refused(token, signing_keys, address):
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (
        problem(jwt.encode(claims, "", algorithm="none", headers={"kid": address}), signing_keys)
        == NotGenuine.MALFORMED
    )
    shared = jwt.encode(claims, "a secret of thirty-two bytes, no less", algorithm="HS256", headers={"kid": address})
    assert problem(shared, signing_keys) == NotGenuine.MALFORMED


def test_another_key_is_not_ours(signing_keys):
    token = credential_jwt(unsigned_credential(), signing_keys.rsa, key_address=key_address(SITE, "other"))
    assert problem(token, signing_keys) == NotGenuine.UNKNOWN_KEY


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é.b.c", "a" * 60_000])
def test_what_is_no_token_is_refused(text, signing_keys):
    assert problem(text, signing_keys) == NotGenuine.MALFORMED
