import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory
from imageio_ffmpeg import get_ffmpeg_exe
from wagtail.models import Collection

from courses.media.models import Captions, MediaItem, Rendition
from courses.media.rules import formats

WEBVTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nWe look at one variant.\n"


@cache
def recording(name: str = "a.mp4", *, seconds: float = 1, size: str = "640x360", has_sound: bool = True) -> bytes:
    """Return a small recording made by ffmpeg. name: its ending chooses the format; size: empty for sound alone."""
    sources = ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate=10:duration={seconds}"] if size else []
    sources += ["-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}"] if has_sound else []
    quick = ["-preset", "ultrafast"] if name.endswith(("mp4", "mkv", "mov")) and size else []
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        command = [get_ffmpeg_exe(), "-nostdin", "-v", "error", *sources, *quick, "-metadata", "title=Home", str(path)]
        subprocess.run(command, check=True)
        return path.read_bytes()


class MediaItemFactory(DjangoModelFactory):
    """A video just uploaded: a second of moving stripes and a tone."""

    class Meta:
        model = MediaItem

    title = factory.Sequence("Video {}".format)
    collection = factory.LazyFunction(lambda: Collection.get_first_root_node() or Collection.add_root(name="Root"))
    type = "video"
    file = factory.LazyAttribute(lambda item: ContentFile(recording(), name="a.mp4"))


class SoundFactory(MediaItemFactory):
    type = "audio"
    file = factory.LazyAttribute(lambda item: ContentFile(recording("a.mp3", size=""), name="a.mp3"))


class CaptionsFactory(DjangoModelFactory):
    class Meta:
        model = Captions

    item = factory.SubFactory(MediaItemFactory)
    language = "en"
    webvtt = WEBVTT
    transcript = "We look at one variant."


def ready_video(**fields) -> MediaItem:
    """Return a video of a minute as if a worker had prepared it; its files exist in name only."""
    item = MediaItemFactory(state=MediaItem.State.READY, duration=60, width=640, height=360, **fields)
    sizes = {formats.LOW: 2_100_000, formats.HIGH: 6_300_000, formats.AUDIO: 360_000, formats.POSTER: 9_000}
    Rendition.objects.bulk_create(
        Rendition(
            item=item,
            kind=kind,
            file=f"lesson-media/{item.pk}/{kind}.{formats.SUFFIX[kind]}",
            size_bytes=size,
            width=426,
            height=240,
        )
        for kind, size in sizes.items()
    )
    return item
