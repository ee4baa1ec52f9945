"""Chapters of a recording are read, and what is none is named by its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.chapters import MOST, BadChapters, Chapter, read_chapters


def test_times_with_and_without_hours_in_order():
    assert read_chapters("0:00 Welcome\n\n 12:30  The second case \n1:02:05 Questions") == [
        Chapter(0, "Welcome"),
        Chapter(750, "The second case"),
        Chapter(3725, "Questions"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Welcome", 1),
        ("0:00 Welcome\n12:30", 2),
        ("0:00 Welcome\n12:75 No such second", 2),
        ("5:00 One\n\n4:00 Earlier", 3),
        ("5:00 One\n5:00 The same", 2),
        ("٥:٠٠ Other digits", 1),
        ("\n".join(f"{n}:00 Part" for n in range(MOST + 1)), 0),
    ],
)
def test_what_is_no_chapter_is_refused_with_its_line(text, line):
    with pytest.raises(BadChapters) as refused:
        read_chapters(text)
    assert refused.value.line == line


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        chapters = read_chapters(text)
    except BadChapters:
        return
    assert [one.seconds for one in chapters] == sorted({one.seconds for one in chapters})
