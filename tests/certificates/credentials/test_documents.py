import pytest

from certificates.credentials.documents import did_document, issuer_profile, key_document
from certificates.credentials.json_ld import canonical
from tests.factories.credentials import SITE


@pytest.fixture
def profile(signing_keys):
    return issuer_profile(signing_keys.public, site_url=SITE, name="Genomed")


def test_profile_names_every_key_that_may_sign_for_it(profile, signing_keys):
    method = f"{SITE}/certificates/issuer.json#{signing_keys.ed25519.public.multibase}"
    assert profile["assertionMethod"] == [method]
    assert [it["id"] for it in profile["verificationMethod"]] == [method]
    assert profile["type"] == ["Profile"]


def test_domain_answers_for_the_same_keys(profile, signing_keys):
    document = did_document(signing_keys.public, site_url=SITE)
    assert document["id"] == "did:web:genomed.example"
    assert document["alsoKnownAs"] == [profile["id"]]
    assert profile["alsoKnownAs"] == [document["id"]]
    assert document["verificationMethod"][0]["publicKeyMultibase"] == signing_keys.ed25519.public.multibase


def test_everything_in_the_documents_means_something(profile, signing_keys):
    for document in (profile, did_document(signing_keys.public, site_url=SITE)):
        assert canonical(document)


def test_a_key_document_tells_no_secret(signing_keys):
    for key in signing_keys.public:
        assert not {"d", "p", "q", "dp", "dq", "qi", "secretKeyMultibase"} & set(key_document(key, site_url=SITE))


def test_before_the_first_key_the_profile_has_none():
    assert "verificationMethod" not in issuer_profile([], site_url=SITE, name="Genomed")
