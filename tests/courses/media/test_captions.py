import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media.rules.captions import Cue, NotCaptions, Problem, read_captions, transcript_of, write_captions

TWO = """WEBVTT - in English

NOTE made by hand

1
00:01.000 --> 00:04.000 align:start
<v Ada>Absent from whom?

00:00:04.500 --> 00:00:06.000
From the <i>controls</i>
&amp; from nobody else.
"""


def test_cues_are_read_with_their_times():
    first, second = read_captions(TWO)
    assert (first.start, first.end, first.settings) == (1.0, 4.0, "align:start")
    assert second.text == "From the <i>controls</i>\n&amp; from nobody else."


def test_windows_files_are_read_too():
    assert read_captions("\ufeff" + TWO.replace("\n", "\r\n")) == read_captions(TWO)


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", Problem.NO_HEADER, 1),
        ("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n", Problem.NO_HEADER, 1),
        ("WEBVTTX\n", Problem.NO_HEADER, 1),
        ("WEBVTT\n\nNOTE nothing\n", Problem.NO_CUES, 4),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA\n", Problem.TIMINGS, 3),
        ("WEBVTT\n\nonly a name\n", Problem.TIMINGS, 3),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nA\n", Problem.BACKWARDS, 3),
        ("WEBVTT\n\n00:02.000 --> 00:03.000\nA\n\n00:01.000 --> 00:03.000\nB\n", Problem.OUT_OF_ORDER, 6),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", Problem.EMPTY_CUE, 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n00:03.000 --> 00:04.000\n", Problem.EMPTY_CUE, 3),
    ],
)
def test_what_is_no_captions_file_is_refused_by_line(text, problem, line):
    with pytest.raises(NotCaptions) as refused:
        read_captions(text)
    assert (refused.value.problem, refused.value.line) == (problem, line)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029<>&-"), min_size=1
)


@st.composite
def cue_lists(draw):
    starts = sorted(draw(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=20)))
    lengths = [draw(st.integers(1, 100_000)) for _ in starts]
    texts = [draw(WORDS.map(str.strip).filter(bool)) for _ in starts]
    return [
        Cue(start / 1000, (start + length) / 1000, text)
        for start, length, text in zip(starts, lengths, texts, strict=True)
    ]


@given(cue_lists())
def test_what_is_written_is_read_as_it_was(cues):
    assert read_captions(write_captions(cues)) == cues


@given(st.text())
def test_any_other_text_is_refused_and_nothing_worse(text):
    for candidate in (text, f"WEBVTT\n\n{text}"):
        with contextlib.suppress(NotCaptions):
            assert read_captions(candidate)


def test_the_transcript_says_who_speaks_and_breaks_where_they_pause():
    cues = [
        Cue(0, 2, "<v Ada>Absent"),
        Cue(2, 3, "from whom?"),
        Cue(3, 4, "<v Ben>From <i>controls</i> &amp; all."),
        Cue(9, 10, "Then it is shared."),
    ]
    assert transcript_of(cues) == "Ada: Absent from whom?\n\nBen: From controls & all.\n\nThen it is shared."
