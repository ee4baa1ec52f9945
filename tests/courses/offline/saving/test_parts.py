"""What fits beside the texts of a course, and what stays behind."""

from hypothesis import given
from hypothesis import strategies as st

from courses.offline.saving.fragments import Fragment, Picture
from courses.offline.saving.parts import RecordedFile, parts_of

MOST = 25_000_000
sizes = st.integers(1, 30_000_000)
fragments = st.lists(
    st.builds(
        Fragment,
        url=st.just(""),
        size_bytes=st.integers(1, 90_000),
        pictures=st.lists(st.builds(Picture, url=st.sampled_from("abcdef"), size_bytes=sizes), max_size=4).map(tuple),
    ),
    max_size=5,
)


@st.composite
def recordings(draw) -> list[RecordedFile]:
    kinds = draw(st.lists(st.sampled_from(["audio", "240p", "480p", "captions"]), max_size=12))
    most = {"captions": 200_000}
    return [
        RecordedFile(n, kind, f"/{n}", draw(st.integers(1, most.get(kind, 30_000_000))), 60)
        for n, kind in enumerate(kinds)
    ]


@given(fragments, recordings())
def test_without_video_a_course_is_never_too_large(fragments, recordings):
    parts = parts_of(fragments, recordings)
    told = parts.sizes()
    assert sum(told[name] for name in ("text", "pictures", "sound")) <= MOST
    assert set(parts.video) >= {file.url for file in recordings if file.kind == "240p"}
    assert "480p" not in {file.kind for file in recordings if file.url in {**parts.sound, **parts.video}}
    offered = {picture.url for fragment in fragments for picture in fragment.pictures}
    offered |= {file.url for file in recordings if file.kind == "audio"}
    assert told["left_behind"] == len(offered - set(parts.pictures) - set(parts.sound))


@given(fragments, recordings())
def test_captions_come_with_what_they_belong_to_and_not_alone(fragments, recordings):
    parts = parts_of(fragments, recordings)
    captions = {file.url for file in recordings if file.kind == "captions"}
    for part, kind in ((parts.sound, "audio"), (parts.video, "240p")):
        taken = {file.url for file in recordings if file.kind == kind} & set(part)
        assert set(part) == (taken | captions if taken else set())


def test_everything_comes_along_that_fits():
    fragments = [Fragment("", 5_000, (Picture("a", 9_000),))]
    files = [RecordedFile(1, kind, f"/{kind}", size, 60) for kind, size in (("audio", 360_000), ("240p", 2_100_000))]
    assert parts_of(fragments, files).sizes() == {
        "text": 17_000,
        "pictures": 9_000,
        "sound": 360_000,
        "video": 2_100_000,
        "left_behind": 0,
    }
