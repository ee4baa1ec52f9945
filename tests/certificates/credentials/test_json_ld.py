import contextlib
import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from certificates.credentials import json_ld
from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import CREDENTIALS_V2, OPEN_BADGES, PINNED, canonical, load_pinned
from tests.factories.credentials import unsigned_credential

FOLDER = Path(json_ld.__file__).parent / "pinned"


def refused(document) -> str:
    with pytest.raises(NotGenuine) as refusal:
        canonical(document)
    return refusal.value.problem


def test_pinned_contexts_are_byte_for_byte_those_that_were_taken():
    said = re.findall(r"\| `(\S+\.json)` \| (\S+) \|.*`([0-9a-f]{64})`", (FOLDER / "README.md").read_text())
    assert {address: name for name, address, _ in said} == PINNED
    for name, _, digest in said:
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest


@pytest.mark.parametrize("url", ["https://example.org/context", CREDENTIALS_V2 + "#", "file:///etc/passwd"])
def test_no_context_comes_from_anywhere_else(url):
    with pytest.raises(jsonld.JsonLdError):
        load_pinned(url)


def test_every_fact_of_a_credential_is_in_what_is_signed():
    document = unsigned_credential(name="Zoë Example")
    said = canonical(document)
    for fact in (
        "Zoë Example",
        "Reading a genome report",
        "2026-01-12T09:01:00Z",
        document["id"],
        f"sha256${'a' * 64}",
    ):
        assert fact in said


@pytest.mark.parametrize("member", ["favouriteColour", "_:blank", "grade ", ""])
def test_a_member_that_no_context_defines_is_refused(member):
    for change in (
        lambda it: it,
        lambda it: it["credentialSubject"],
        lambda it: it["credentialSubject"]["achievement"],
    ):
        document = unsigned_credential()
        change(document)[member] = "blue"
        assert refused(document) == NotGenuine.UNDEFINED


def test_a_member_with_an_address_of_its_own_is_signed():
    assert "urn:x:colour" in canonical({**unsigned_credential(), "urn:x:colour": "blue"})


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("@language", "en"),
        ("@included", [{"type": "Profile"}]),
        ("@graph", []),
        ("description", None),
        ("description", []),
        ("description", [["nested"]]),
        ("description", {"@value": "x", "@direction": "ltr"}),
        ("description", 1.5),
        ("endorsement", {}),
        ("endorsement", {"@context": CREDENTIALS_V2, "type": "VerifiableCredential"}),
        ("type", ["VerifiableCredential", "OpenBadgeCredential", "UnknownType"]),
        ("type", ["VerifiableCredential", "OpenBadgeCredential", "_:blank"]),
        ("id", "relative"),
        ("evidence", "relative"),
    ],
)
def test_what_would_be_left_out_of_the_signature_is_refused(member, value):
    assert refused({**unsigned_credential(), member: value}) == NotGenuine.UNDEFINED


@pytest.mark.parametrize(
    "contexts",
    [
        None,
        CREDENTIALS_V2,
        [],
        [CREDENTIALS_V2],
        [OPEN_BADGES],
        [CREDENTIALS_V2, "https://example.org/"],
        [{"x": "urn:x"}],
    ],
)
def test_other_contexts_than_the_pinned_ones_are_refused(contexts):
    assert refused({**unsigned_credential(), "@context": contexts}) in (NotGenuine.UNDEFINED, NotGenuine.MALFORMED)


def test_a_document_nested_beyond_reason_is_refused():
    document = unsigned_credential()
    inner = document
    for _ in range(500):
        inner["evidence"] = {"type": "Evidence"}
        inner = inner["evidence"]
    assert refused(document) == NotGenuine.UNDEFINED


MEMBERS = st.sampled_from(["id", "type", "name", "identifier", "hashed", "achievement", "url"])
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4)))
def test_nothing_that_a_stranger_sends_is_a_fault_of_ours(value):
    with contextlib.suppress(NotGenuine):
        canonical({**unsigned_credential(), "credentialSubject": value})
