from datetime import date

from certificates.credentials.addresses import STATUS_LIST_SIZE, issuer_did
from certificates.credentials.badges import StatusPosition
from certificates.credentials.json_ld import canonical
from tests.factories.credentials import SITE, unsigned_credential


def test_credential_holds_what_open_badges_asks_for():
    document = unsigned_credential(serial="ABCDEFGHJKM1", position=STATUS_LIST_SIZE + 5)
    assert document["id"] == f"{SITE}/certificates/ABCDEFGHJKM1.json"
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"] == {
        "id": f"{SITE}/certificates/issuer.json",
        "type": ["Profile"],
        "name": "Genomed",
        "url": SITE,
    }
    assert document["validFrom"] == "2026-01-12T09:01:00Z"
    achievement = document["credentialSubject"]["achievement"]
    assert {"id", "type", "name", "description", "criteria"} <= set(achievement)
    assert achievement["criteria"] == {"narrative": "Assessment passed, 70% or more"}
    assert achievement["description"] == (
        "Certificate of achievement · 1.5 hours, at own pace · Version 1.0, 6 lessons, in English · Not accredited for CPD credit"
    )
    assert document["credentialStatus"]["statusListIndex"] == "5"
    assert document["credentialStatus"]["statusListCredential"] == f"{SITE}/certificates/status/1.json"


def test_person_is_named_and_their_address_only_hashed():
    name, address = unsigned_credential(name="Zoë Example")["credentialSubject"]["identifier"]
    assert (name["identityHash"], name["identityType"], name["hashed"]) == ("Zoë Example", "name", False)
    assert (address["identityType"], address["hashed"], address["salt"]) == ("emailAddress", True, "salt")


def test_an_older_award_without_the_later_facts_still_makes_a_credential():
    document = unsigned_credential(
        opened_at=None, identity_hash="", about_url="", course_version="", issued_on=date(2025, 3, 4)
    )
    assert document["validFrom"] == "2025-03-04T00:00:00Z"
    assert len(document["credentialSubject"]["identifier"]) == 1
    assert canonical(document)


def test_no_score_tier_or_country_is_in_a_credential():
    assert "92" not in canonical(unsigned_credential(score_percent=92, serial="ABCDEFGHJKM1"))


def test_a_position_is_a_bit_of_a_list():
    position = StatusPosition(3 * STATUS_LIST_SIZE + 17)
    assert (position.list_number, position.index) == (3, 17)


def test_port_of_the_issuer_is_encoded_in_its_did():
    assert issuer_did("http://localhost:8000") == "did:web:localhost%3A8000"
    assert issuer_did("https://genomed.example") == "did:web:genomed.example"
