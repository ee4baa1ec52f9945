import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from lms.access.rules.statements import has_hidden, tidied, tidied_lines


@given(st.text())
def test_tidying_twice_changes_nothing_more(text):
    assert tidied(tidied(text)) == tidied(text)
    assert tidied_lines(tidied_lines(text)) == tidied_lines(text)


@given(st.text())
def test_a_tidied_sentence_is_on_one_line_composed_and_no_longer_than_composing_makes_it(text):
    assert len(tidied(text).splitlines()) <= 1
    assert unicodedata.is_normalized("NFC", tidied(text))
    assert len(tidied(text)) <= len(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"])))
def test_letters_of_any_script_hide_nothing(text):
    assert not has_hidden(tidied_lines(text))


@given(st.text(), st.sampled_from("\x00\x1b\u202e\u2066\ud800\ue000"), st.text())
def test_a_control_or_an_override_is_seen_wherever_it_stands(before, hidden, after):
    assert has_hidden(tidied(before + hidden + after))


def test_joiners_and_marks_of_direction_are_part_of_writing():
    assert not has_hidden("می\u200cخواهم و DNA\u200f")


def test_empty_lines_in_a_row_become_one():
    assert tidied_lines("\n\n One \r\n\r\n\r\n two\tthree\n") == "One\n\ntwo three"
