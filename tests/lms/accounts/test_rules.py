import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.rules import JOINERS, forbidden_characters, has_letter, has_piled_marks, normalise_name


@pytest.mark.parametrize(
    "name",
    [
        "Anne-Marie d’Example",
        "O'Example, PhD",
        "Example (born Sample)",
        "José Exämplé Ñuñez",
        "مثال بن نموذج",
        "علی‌رضا مثال",  # with a zero-width non-joiner
        "例 示範",
        "예시 김",
        "उदाहरण शर्मा",
        "ක්‍රිෂ්ණ",  # with a zero-width joiner
        "ምሳሌ አበበ",
        "Nguyễn Thị Ví Dụ",
        "བསྒྲུབས་པ",
        "Пример Образцов",
        "דוגמה ג׳ונס",
        "Example 3rd",
    ],
)
def test_names_in_any_script_pass(name):
    name = normalise_name(name)
    assert forbidden_characters(name) == []
    assert has_letter(name)
    assert not has_piled_marks(name)


@pytest.mark.parametrize(
    "character",
    [*"\0\n\t\x1b\x7f\x85\u2028", *"\u202e\u202d\u2066\u2069", *"\ue000\ud800\U000e0041\uffff", *"😀★"],
)
def test_controls_overrides_of_direction_and_emoji_do_not(character):
    assert forbidden_characters(f"Ex{character}ample") == [character]


@pytest.mark.parametrize("name", ["\u200dExample", "Example\u200c", "Ex \u200d ample"])
def test_a_joiner_stands_between_letters_only(name):
    assert forbidden_characters(name)


def test_marks_piled_on_one_letter_are_found():
    assert has_piled_marks("E" + "\u0301" * 6 + "xample")


def test_invisible_characters_that_are_copied_along_are_taken_out():
    assert normalise_name("\ufeff\u200eExam\u00adple\u200f  Name\u00a0 ") == "Example Name"


def test_the_same_name_typed_in_two_ways_is_one():
    assert normalise_name("Jose\u0301") == normalise_name("José")


@given(st.text())
def test_normalising_again_changes_nothing(name):
    once = normalise_name(name)
    assert normalise_name(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip(" ")
    assert "  " not in once


@given(st.text())
def test_what_passes_holds_no_control_format_private_or_unassigned_character(name):
    name = normalise_name(name)
    if not forbidden_characters(name):
        assert not [c for c in name if unicodedata.category(c).startswith("C") and c not in JOINERS]
