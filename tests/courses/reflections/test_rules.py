from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from courses.reflections.rules import split_at_places, with_plain_line_ends

texts = st.text("<!-reply >a0-9\n", max_size=30)


@given(st.lists(texts, min_size=1, max_size=5))
def test_a_lesson_is_cut_exactly_at_the_places_of_replies(parts):
    keys = [str(uuid4()) for _part in parts[1:]]
    html = parts[0] + "".join(f"<!--reply {key}-->{part}" for key, part in zip(keys, parts[1:], strict=True))
    cut = split_at_places(html)
    assert cut[0::2] == parts
    assert cut[1::2] == keys


def test_a_comment_that_is_no_place_stays():
    html = "<!--reply me--><!-- reply 00000000-0000-0000-0000-000000000000 -->"
    assert split_at_places(html) == [html]


@given(st.text("a\r\n", max_size=20))
def test_line_ends_become_one_character(text):
    assert "\r" not in with_plain_line_ends(text)
    assert with_plain_line_ends(text).count("a") == text.count("a")
