from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials.addresses import STATUS_LIST_SIZE
from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import canonical
from certificates.credentials.status import encode_bits, is_ended, status_list_document

NOW = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)


def a_list(ended):
    return status_list_document(0, ended, site_url="https://genomed.example", at=NOW)


@given(st.sets(st.integers(0, STATUS_LIST_SIZE - 1), max_size=20), st.integers(0, STATUS_LIST_SIZE - 1))
def test_a_bit_is_set_exactly_for_what_has_ended(ended, other):
    document = a_list(ended)
    assert all(is_ended(document, index) for index in ended)
    assert is_ended(document, other) == (other in ended)


def test_first_bit_is_the_leftmost_and_the_same_bits_give_the_same_text():
    # Source: W3C Bitstring Status List 1.0, section 3: multibase base64url of a gzipped list of at least 16 kB.
    assert encode_bits([]).startswith("uH4sIAAAAAAA")
    assert encode_bits([0, 9]) == encode_bits([9, 0]) != encode_bits([7])


def test_list_is_small_and_all_of_it_can_be_signed():
    document = a_list(range(0, STATUS_LIST_SIZE, 1000))
    assert document["credentialSubject"]["encodedList"] in canonical(document)
    assert len(encode_bits([])) < 100


def test_what_is_no_list_is_refused():
    with pytest.raises(NotGenuine):
        is_ended({"credentialSubject": {"encodedList": "uAAAA"}}, 3)
