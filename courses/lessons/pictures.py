"""The files of a lesson's pictures: AVIF and WebP in the widths that pages show."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Prefetch, prefetch_related_objects
from wagtail.images.models import AbstractImage, Filter, Image, Rendition

from courses.lessons.models import LessonPage

SPECS = ("format-{avif,webp}", "width-{400,800}")  # as templates/courses/lessons/blocks/figure.html names them
ASKED_FOR = "format-webp|width-800"  # what is loaded where pictures are left out, and one is asked for
_ALTERNATIVE = re.compile(r'<source\b[^>]*\btype="image/[^>]*>')


@dataclass(frozen=True)
class PictureFile:
    """One file of a picture. is_drawing: it has no pixels, and is scrolled rather than shrunk."""

    url: str
    size_bytes: int
    width: int
    height: int
    is_drawing: bool


def file_of(image: AbstractImage) -> PictureFile | None:
    """Return the file of a picture that is loaded by itself; None if it is gone."""
    is_drawing = image.is_svg()
    try:
        shown = image if is_drawing else image.get_rendition(ASKED_FOR)
        size_bytes = default_storage.size(shown.file.name)
    except OSError:
        return None
    return PictureFile(shown.file.url, size_bytes, int(shown.width), int(shown.height), is_drawing)


def with_files_at_hand(images: Iterable[Image]) -> None:
    """Read which files there are of all pictures at once, so that showing them asks no more; a query for all."""
    specs = Filter.expand_spec(list(SPECS))
    files = Prefetch("renditions", Rendition.objects.filter(filter_spec__in=specs), to_attr="prefetched_renditions")
    prefetch_related_objects(list(images), files)


def pictures_in(page: LessonPage) -> list[Image]:
    """Return the pictures of a lesson's figures, in order."""
    return [piece.value["image"] for piece in page.body if piece.block_type == "figure" and piece.value["image"]]


def with_one_file(text: str) -> str:
    """Return the text of a lesson in which each picture is one file, for where the alternatives do not come along."""
    return _ALTERNATIVE.sub("", text)
