import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.credentials.errors import NotGenuine
from certificates.credentials.multibase import from_base64url, to_base64url
from certificates.credentials.statements import LONGEST_TEXT, Statement, make_statement, read_statement, shorten
from tests.factories.issuing import AwardFactory


@pytest.fixture
def text(signing_keys):
    award = AwardFactory(serial="ABCDEFGHJKM1", name="محمد Zoë Example")
    return make_statement(award, 131_079, signing_keys.ed25519)


def problem(text, keys) -> str:
    with pytest.raises(NotGenuine) as refusal:
        read_statement(text, keys.public)
    return refusal.value.problem


def test_statement_says_what_the_award_does(text, signing_keys):
    assert read_statement(text, signing_keys.public) == Statement(
        serial="ABCDEFGHJKM1",
        status_position=131_079,
        completed_on=date(2026, 1, 12),
        name="محمد Zoë Example",
        course_title="Reading a genome report",
        kind="achievement",
    )


def test_statement_is_short_and_needs_no_escaping_in_an_address(text):
    assert re.fullmatch(r"1\.[\w-]{6}\.[\w-]+\.[\w-]{86}", text, re.ASCII)
    assert len(text) < 260


def test_a_changed_name_is_found(text, signing_keys):
    version, key, payload, signature = text.split(".")
    changed = to_base64url(from_base64url(payload).replace(b"Example", b"Another"))
    assert problem(".".join([version, key, changed, signature]), signing_keys) == NotGenuine.ALTERED


def test_a_key_that_is_not_ours_is_named_as_such(text, signing_keys):
    version, _, payload, signature = text.split(".")
    assert problem(".".join([version, "AAAAAA", payload, signature]), signing_keys) == NotGenuine.UNKNOWN_KEY


@pytest.mark.parametrize(
    "change", [lambda it: "2" + it[1:], lambda it: "", lambda it: it + "é", lambda it: it + "A" * 1002]
)
def test_another_form_is_refused(text, signing_keys, change):
    assert problem(change(text), signing_keys) == NotGenuine.MALFORMED


@given(st.text())
def test_a_text_is_cut_between_characters_and_only_when_it_is_long(text):
    short = shorten(text) if text.isprintable() else "…"
    assert len(short.encode()) <= LONGEST_TEXT
    assert short == text or short.endswith("…")


def test_a_long_name_is_cut():
    assert shorten("é" * 61) == "é" * 58 + "…"
    assert shorten("é" * 60) == "é" * 60
