"""What a course takes along beside its texts, part by part: pure functions on plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.offline.saving.fragments import Fragment, sizes_within

MOST_BYTES = 25_000_000  # of a course without video
SHELL_BYTES = 12_000  # on the wire, of the manifest itself with the page around the texts; a guess for labels
SOUND, VIDEO, CAPTIONS = "audio", "240p", "captions"


@dataclass(frozen=True)
class RecordedFile:
    """A file of a recording. kind: as renditions are called, or "captions"; seconds: how long it plays."""

    item_id: int
    kind: str
    url: str
    size_bytes: int
    seconds: float


@dataclass(frozen=True)
class Parts:
    """What can be taken along, to choose from: each part's files, address -> bytes. left_behind: how many do not fit."""

    text_bytes: int
    pictures: Mapping[str, int]
    sound: Mapping[str, int]
    video: Mapping[str, int]
    left_behind: int

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each part by its name, and how many files are left behind."""
        return {
            "text": self.text_bytes,
            "pictures": sum(self.pictures.values()),
            "sound": sum(self.sound.values()),
            "video": sum(self.video.values()),
            "left_behind": self.left_behind,
        }


def parts_of(fragments: Sequence[Fragment], recordings: Sequence[RecordedFile], *, most: int = MOST_BYTES) -> Parts:
    """Return the parts of a course: pictures, then sound, as far as they fit beside the texts, in order; all its video."""
    text_bytes = SHELL_BYTES + sum(fragment.size_bytes for fragment in fragments)
    pictures = sizes_within(fragments, most=most - SHELL_BYTES)
    captions = {file.url: file.size_bytes for file in recordings if file.kind == CAPTIONS}
    sound: dict[str, int] = {}
    left = most - text_bytes - sum(pictures.values()) - sum(captions.values())
    spoken = {file.url: file.size_bytes for file in recordings if file.kind == SOUND}
    for url, size in spoken.items():
        if size <= left:
            sound[url] = size
            left -= size
    video = {file.url: file.size_bytes for file in recordings if file.kind == VIDEO}
    shown = {picture.url for fragment in fragments for picture in fragment.pictures}
    return Parts(
        text_bytes=text_bytes,
        pictures=pictures,
        sound=sound | captions if sound else sound,
        video=video | captions if video else video,
        left_behind=len(shown) - len(pictures) + len(spoken) - len(sound),
    )
