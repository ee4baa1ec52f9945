import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials.multibase import from_base58, from_base64url, to_base58, to_base64url


@given(st.binary(max_size=80))
def test_bytes_come_back_from_either_form(data):
    assert from_base58(to_base58(data)) == data
    assert from_base64url(to_base64url(data)) == data


def test_base58_is_the_one_of_its_specification():
    # Source: The Base58 Encoding Scheme (draft-msporny-base58), test vectors.
    assert to_base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert to_base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"


@pytest.mark.parametrize("text", ["0", "O", "a b", "é", "1" * 201])
def test_what_is_no_base58_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        from_base58(text)


@pytest.mark.parametrize("text", ["a", "ab=", "a+b/", "a b", "YQ==", "YR"])
def test_base64url_has_one_spelling(text):
    with pytest.raises(ValueError):  # noqa: PT011
        from_base64url(text)
