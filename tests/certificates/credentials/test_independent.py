"""What we sign, seen by libraries that share no code with ours: Digital Bazaar's, in safe mode, and jose; without network."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificates.credentials import json_ld
from certificates.credentials.addresses import issuer_address, key_address, status_list_address
from certificates.credentials.documents import issuer_profile, key_document
from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import CREDENTIALS_V2, PINNED
from certificates.credentials.keys import EDDSA, RS256, SigningKeys, load_keys, new_jwk, write_keys
from certificates.credentials.proofs import sign_credential, verify_credential
from certificates.credentials.status import status_list_document
from certificates.credentials.tokens import credential_jwt
from tests.factories.credentials import OPENED_AT, SITE, new_key_pair, unsigned_credential

CONTEXTS = Path(json_ld.__file__).parent / "pinned"
LATER = "2026-06-01T00:00:00Z"
LIST = status_list_address(SITE, 0)


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> SigningKeys:
    """Two keys of each kind: the older ones have been rotated out."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    write_keys(path, [new_jwk(algorithm) for algorithm in (EDDSA, RS256, EDDSA, RS256)])
    return load_keys(path)


@pytest.fixture(scope="module")
def credential(keys):
    return sign_credential(unsigned_credential(name="Zoë Example محمد"), keys.ed25519, OPENED_AT)


@pytest.fixture(scope="module")
def verify(verify_elsewhere, keys):
    """A function from checks to what is found of each, with these indexes of the status list set."""

    def with_our_documents(*checks, ended=(), **more):
        a_list = status_list_document(0, ended, site_url=SITE, at=datetime(2026, 2, 1, tzinfo=UTC))
        documents = {
            **{address: json.loads((CONTEXTS / name).read_text()) for address, name in PINNED.items()},
            issuer_address(SITE): issuer_profile(keys.public, site_url=SITE, name="Genomed"),
            **{key_address(SITE, key.name): key_document(key, site_url=SITE) for key in keys.public},
            LIST: sign_credential(a_list, keys.ed25519, OPENED_AT),
            **more,
        }
        return verify_elsewhere(documents, [{"now": LATER, **check} for check in checks])

    return with_our_documents


def changed(credential, *path, to):
    *way, last = path
    copied = copy.deepcopy(credential)
    inner = copied
    for step in way:
        inner = inner[step]
    inner[last] = to
    return copied


def signed_by_a_stranger(credential):
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    return sign_credential(unsigned, new_key_pair(EDDSA), OPENED_AT)


def problem_for_us(document, keys) -> str:
    try:
        verify_credential(document, keys.public)
    except NotGenuine as refusal:
        return refusal.problem
    return ""


def test_genuine_credential_holds(verify, credential):
    (found,) = verify({"credential": credential})
    assert found == {"verified": True, "revoked": False, "problem": ""}


def test_a_credential_of_a_key_rotated_out_holds(verify, keys):
    old = sign_credential(unsigned_credential(), keys.pairs[0], OPENED_AT)
    (found,) = verify({"credential": old})
    assert found["verified"], found["problem"]


def test_every_kind_of_award_makes_a_credential_that_holds(verify, keys):
    kinds = [
        {"result": "participation", "score_percent": None, "pass_mark_percent": None},
        {"result": "attendance", "format": "webinar", "course_version": ""},
        {"language": "ar", "course_title": "قراءة تقرير الجينوم"},
        {"opened_at": None, "identity_hash": "", "about_url": "", "accreditation": 'Accredited "by" A\\B\n2 credits'},
    ]
    checks = [{"credential": sign_credential(unsigned_credential(**kind), keys.ed25519, OPENED_AT)} for kind in kinds]
    for found in verify(*checks):
        assert found["verified"], found["problem"]


def test_the_list_flips_when_a_certificate_is_revoked(verify, credential):
    index = int(credential["credentialStatus"]["statusListIndex"])
    (found,) = verify({"credential": credential}, ended=[index])
    assert found["verified"]
    assert found["revoked"]
    (found,) = verify({"credential": credential}, ended=[index - 1, index + 1])
    assert not found["revoked"]


def test_spoilt_credentials_do_not_hold(verify, credential, keys):
    proof_value = credential["proof"]["proofValue"]
    spoilt = {
        "name": changed(credential, "credentialSubject", "identifier", 0, "identityHash", to="Somebody Else"),
        "course": changed(credential, "credentialSubject", "achievement", "name", to="Another course"),
        "undefined member": changed(credential, "credentialSubject", "grade", to="A"),
        "undefined type": changed(credential, "type", to=[*credential["type"], "DoctoralDegree"]),
        "proof value": changed(
            credential, "proof", "proofValue", to=proof_value[:-1] + ("2" if proof_value[-1] != "2" else "3")
        ),
        "truncated signature": changed(credential, "proof", "proofValue", to=proof_value[:-8]),
        "another key": signed_by_a_stranger(credential),
        "another key in our name": changed(
            signed_by_a_stranger(credential),
            "proof",
            "verificationMethod",
            to=credential["proof"]["verificationMethod"],
        ),
        "missing context": changed(credential, "@context", to=[CREDENTIALS_V2]),
        "status list": changed(credential, "credentialStatus", "statusListCredential", to=status_list_address(SITE, 1)),
        "status index": changed(credential, "credentialStatus", "statusListIndex", to="8"),
        "valid from": changed(credential, "validFrom", to="2025-01-12T09:01:00Z"),
        "issuer": changed(credential, "issuer", "id", to="https://example.org/issuer.json"),
        "purpose": changed(credential, "proof", "proofPurpose", to="authentication"),
        "moment of signing": changed(credential, "proof", "created", to="2026-01-13T09:01:00Z"),
        "no proof": {name: value for name, value in credential.items() if name != "proof"},
    }
    found = dict(zip(spoilt, verify(*({"credential": document} for document in spoilt.values())), strict=True))
    assert {name for name, it in found.items() if it["verified"]} == set()
    ours = {name: problem_for_us(document, keys) for name, document in spoilt.items()}
    assert all(ours.values()), ours


def test_a_status_list_that_is_not_ours_is_not_believed(verify, credential):
    a_list = status_list_document(0, [], site_url=SITE, at=OPENED_AT)
    (found,) = verify({"credential": credential}, **{LIST: signed_by_a_stranger(a_list)})
    assert not found["verified"]


def test_the_token_holds_for_another_library_too(verify, keys):
    document = unsigned_credential()
    token = credential_jwt(document, keys.rsa, key_address=key_address(SITE, keys.rsa.public.name))
    header, payload, signature = token.split(".")
    genuine, altered, early = verify(
        {"token": token},
        {"token": f"{header}.{payload[:-3]}AAA.{signature}"},
        {"token": token, "now": "2025-01-01T00:00:00Z"},
    )
    assert genuine["verified"], genuine["problem"]
    assert {name: genuine["payload"][name] for name in document} == document
    assert not altered["verified"]
    assert not early["verified"]
