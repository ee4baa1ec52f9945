import json
from datetime import UTC, datetime

import pytest

from certificates.credentials.models import SigningKey
from certificates.credentials.proofs import verify_credential
from certificates.credentials.services import publish_status_list, signing_keys

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)


@pytest.fixture
def keys():
    return signing_keys(now=NOW)


def test_issuer_and_domain_name_the_same_keys(client, keys):
    profile = client.get("/certificates/issuer.json").json()
    did = client.get("/.well-known/did.json").json()
    assert profile["id"] == "http://localhost:8000/certificates/issuer.json"
    assert did["id"] == "did:web:localhost%3A8000"
    assert [it["publicKeyMultibase"] for it in profile["verificationMethod"]] == [
        it["publicKeyMultibase"] for it in did["verificationMethod"]
    ]


def test_each_key_has_an_address_and_no_secret_is_served(client, keys):
    for key in keys.public:
        answer = client.get(f"/certificates/keys/{key.name}.json")
        assert answer.status_code == 200
        assert not {"d", "p", "q"} & set(answer.json())
    assert client.get("/certificates/keys/unknown.json").status_code == 404


def test_list_is_served_as_it_was_signed(client, keys):
    assert client.get("/certificates/status/0.json").status_code == 404
    publish_status_list(0, lambda: [7], keys=keys, now=NOW)
    assert verify_credential(client.get("/certificates/status/0.json").json(), keys.public)
    assert client.get("/certificates/status/99999999999999999999.json").status_code == 404


def test_web_server_needs_no_private_key(client, keys, settings, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.json")
    for path in ("/certificates/issuer.json", "/.well-known/did.json"):
        assert client.get(path).status_code == 200


def test_wallets_in_any_page_may_read_the_documents(client, keys):
    for path in (
        "/certificates/issuer.json",
        "/.well-known/did.json",
        f"/certificates/keys/{SigningKey.objects.all()[0].name}.json",
    ):
        answer = client.get(path)
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        assert "public" in answer["Cache-Control"]
        assert not answer.cookies


def test_number_of_queries_does_not_grow_with_the_keys(client, django_assert_num_queries):
    for count in (2, 20):
        for number in range(SigningKey.objects.count(), count):
            jwk = {"kty": "OKP", "crv": "Ed25519", "x": f"{number:042}0"}
            SigningKey.objects.create(name=f"z{number}", algorithm="EdDSA", jwk=jwk, first_seen_at=NOW)
        with django_assert_num_queries(1):
            assert len(json.loads(client.get("/certificates/issuer.json").content)["verificationMethod"]) == count
