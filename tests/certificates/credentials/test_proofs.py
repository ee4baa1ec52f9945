import copy
from datetime import UTC, datetime

import pytest

from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import CREDENTIALS_V2
from certificates.credentials.keys import EDDSA
from certificates.credentials.multibase import to_base58
from certificates.credentials.proofs import sign_credential, verify_credential
from tests.factories.credentials import OPENED_AT, new_key_pair, signed_credential, unsigned_credential


@pytest.fixture
def signed(signing_keys):
    return signed_credential(signing_keys)


def problem(document, keys) -> str:
    with pytest.raises(NotGenuine) as refusal:
        verify_credential(document, keys.public)
    return refusal.value.problem


def test_signed_credential_is_known_as_ours(signed, signing_keys):
    assert verify_credential(signed, signing_keys.public) == signing_keys.ed25519.public


def test_same_award_key_and_moment_give_the_same_proof(signing_keys):
    document = unsigned_credential(serial="ABCDEFGHJKM1")
    assert sign_credential(document, signing_keys.ed25519, OPENED_AT) == sign_credential(
        copy.deepcopy(document), signing_keys.ed25519, OPENED_AT
    )


def test_moment_of_signing_is_signed_too(signed, signing_keys):
    later = sign_credential(unsigned_credential(), signing_keys.ed25519, datetime(2027, 1, 1, tzinfo=UTC))
    assert verify_credential(later, signing_keys.public)
    assert later["proof"]["proofValue"] != signed["proof"]["proofValue"]
    signed["proof"]["created"] = "2027-01-01T00:00:00Z"
    assert problem(signed, signing_keys) == NotGenuine.ALTERED


def test_a_key_that_no_longer_signs_still_verifies(signed, signing_keys):
    others = [new_key_pair(EDDSA).public, *signing_keys.public]
    assert verify_credential(signed, others)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["credentialSubject", "identifier", 0, "identityHash"], "Somebody Else"),
        (["credentialSubject", "identifier", 0, "hashed"], True),
        (["credentialSubject", "achievement", "name"], "Another course"),
        (["credentialSubject", "id"], "urn:uuid:00000000-0000-0000-0000-000000000000"),
        (["credentialStatus", "statusListIndex"], "8"),
        (["credentialStatus", "statusListCredential"], "https://example.org/list.json"),
        (["validFrom"], "2025-01-12T09:01:00Z"),
        (["id"], "https://genomed.example/certificates/000000000000.json"),
        (["issuer", "name"], "Another academy"),
    ],
)
def test_any_changed_fact_is_found(signed, signing_keys, path, value):
    *way, last = path
    inner = signed
    for step in way:
        inner = inner[step]
    inner[last] = value
    assert problem(signed, signing_keys) == NotGenuine.ALTERED


@pytest.mark.parametrize("member", ["name", "awardedDate", "credentialStatus", "credentialSubject", "validFrom"])
def test_a_fact_taken_out_is_found(signed, signing_keys, member):
    del signed[member]
    assert problem(signed, signing_keys) == NotGenuine.ALTERED


def test_an_undefined_member_is_found(signed, signing_keys):
    signed["credentialSubject"]["grade"] = "A"
    assert problem(signed, signing_keys) == NotGenuine.UNDEFINED


def test_a_swapped_issuer_is_found(signed, signing_keys):
    signed["issuer"]["id"] = "https://example.org/issuer"
    assert problem(signed, signing_keys) == NotGenuine.UNKNOWN_KEY
    signed["proof"]["verificationMethod"] = f"https://example.org/issuer#{signing_keys.ed25519.public.multibase}"
    assert problem(signed, signing_keys) == NotGenuine.ALTERED


def test_a_stranger_signing_in_our_name_is_found(signing_keys):
    document = sign_credential(unsigned_credential(), new_key_pair(EDDSA), OPENED_AT)
    assert problem(document, signing_keys) == NotGenuine.UNKNOWN_KEY
    document["proof"]["verificationMethod"] = signed_credential(signing_keys)["proof"]["verificationMethod"]
    assert problem(document, signing_keys) == NotGenuine.ALTERED


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", "Ed25519Signature2020"),
        ("cryptosuite", "eddsa-jcs-2022"),
        ("proofPurpose", "authentication"),
        ("proofValue", "m0O"),
        ("proofValue", 1),
        ("created", "yesterday"),
        ("created", '2026-01-12T09:01:00Z" . _:x <urn:y> "z'),
        ("nonce", "more"),
    ],
)
def test_another_kind_of_proof_is_refused(signed, signing_keys, member, value):
    signed["proof"][member] = value
    assert problem(signed, signing_keys) == NotGenuine.MALFORMED


@pytest.mark.parametrize(
    "member", ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"]
)
def test_a_proof_that_lacks_something_is_refused(signed, signing_keys, member):
    del signed["proof"][member]
    assert problem(signed, signing_keys) == NotGenuine.MALFORMED


@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 64])
def test_another_signature_does_not_hold(signed, signing_keys, signature):
    signed["proof"]["proofValue"] = "z" + to_base58(signature)
    assert problem(signed, signing_keys) == NotGenuine.ALTERED


@pytest.mark.parametrize(
    "document", [{}, {"proof": []}, {"proof": {}, "issuer": {}}, {"issuer": "x", "proof": {"type": "x"}}]
)
def test_what_is_no_credential_is_refused(document, signing_keys):
    assert problem(document, signing_keys) == NotGenuine.MALFORMED


def test_without_its_context_a_credential_says_nothing(signed, signing_keys):
    signed["@context"] = [CREDENTIALS_V2]
    assert problem(signed, signing_keys) == NotGenuine.UNDEFINED


def test_nothing_undefined_is_ever_signed(signing_keys):
    with pytest.raises(NotGenuine):
        sign_credential({**unsigned_credential(), "grade": "A"}, signing_keys.ed25519, OPENED_AT)
