import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media.rules import formats
from courses.media.rules.formats import AUDIO, HIGH, LOW, POSTER, Facts, read_facts, wanted

VIDEO = """\
Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'a.mp4':
  Metadata:
    title           : Home
  Duration: 01:02:03.50, start: 0.000000, bitrate: 3170 kb/s
  Stream #0:0[0x1](und): Video: h264 (Main) (avc1 / 0x31637661), yuv420p(progressive), 854x480 [SAR 1:1 DAR 427:240], 25 fps
  Stream #0:1[0x2](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, 69 kb/s (default)
Stream mapping:
  Stream #0:0 -> #0:0 (h264 (native) -> wrapped_avframe (native))
Output #0, null, to 'pipe:':
  Stream #0:0(und): Video: wrapped_avframe, yuv420p(progressive), 1x1, q=2-31, 200 kb/s
"""
SONG_WITH_COVER = """\
Input #0, mp3, from 'a.mp3':
  Duration: N/A, bitrate: 69 kb/s
  Stream #0:0: Audio: mp3, 44100 Hz, mono, fltp, 64 kb/s
  Stream #0:1: Video: mjpeg (Baseline), yuvj420p(pc), 300x300 [SAR 1:1 DAR 1:1], 90k tbr (attached pic)
"""


def test_duration_size_and_sound_are_read():
    assert read_facts(VIDEO) == Facts(duration_seconds=3723.5, width=854, height=480, has_sound=True)


def test_the_cover_of_a_song_is_no_picture_to_play():
    assert read_facts(SONG_WITH_COVER) == Facts(duration_seconds=None, has_sound=True)


@pytest.mark.parametrize(
    ("facts", "is_video", "kinds"),
    [
        (Facts(9, 1920, 1080, True), True, {LOW, HIGH, POSTER, AUDIO}),
        (Facts(9, 1080, 1920, True), True, {LOW, HIGH, POSTER, AUDIO}),
        (Facts(9, 320, 240, True), True, {LOW, POSTER, AUDIO}),
        (Facts(9, 640, 360, False), True, {LOW, HIGH, POSTER}),
        (Facts(9, has_sound=True), False, {AUDIO}),
    ],
)
def test_nothing_is_made_larger_than_it_came(facts, is_video, kinds):
    assert set(wanted(facts, is_video=is_video)) == kinds


@given(st.text())
def test_whatever_ffmpeg_says_facts_are_read(said):
    assert read_facts(said).width >= 0


@pytest.mark.parametrize("option", ["-protocol_whitelist", "-format_whitelist", "-max_pixels"])
def test_every_reading_of_an_upload_is_a_careful_one(option):
    for arguments in (
        formats.check_arguments("a", is_video=True),
        formats.transcode_arguments("a", [LOW], "b"),
        formats.poster_arguments("a", "b", duration_seconds=60),
    ):
        assert option in arguments[: arguments.index("-i")]


def test_sizes_and_durations_in_words():
    assert [formats.size_in_words(size) for size in (0, 499_600, 999_600, 2_140_000)] == [
        "1 kB",
        "500 kB",
        "1.0 MB",
        "2.1 MB",
    ]
    assert [formats.clock_time(seconds) for seconds in (0, 59.6, 370, 3723)] == ["0:00", "1:00", "6:10", "1:02:03"]
