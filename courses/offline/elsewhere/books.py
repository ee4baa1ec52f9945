"""An EPUB of a course: a zip of pages, written in one go. Source: EPUB 3.3, https://www.w3.org/TR/epub-33/."""

import io
import mimetypes
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.template.loader import render_to_string
from PIL import Image

MIMETYPE = "application/epub+zip"
READ_EVERYWHERE = {".jpg", ".jpeg", ".png", ".gif", ".svg"}  # by reading apps of any age
JPEG_QUALITY = 80
MOST_PIXELS = 40_000_000
FOLDER = "courses/offline/elsewhere"


@dataclass(frozen=True)
class Chapter:
    """A lesson. number: as learners see it; body: as XHTML, in one div."""

    title: str
    number: str
    module: str
    language: str
    body: str

    @property
    def name(self) -> str:
        return f"lesson-{self.number}.xhtml"


@dataclass(frozen=True)
class Illustration:
    """A picture beside the chapters, as it is named in them; content: as it is stored."""

    name: str
    read: Callable[[], bytes]

    @property
    def media_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True)
class Book:
    """A course. key: the same for the same course and language; direction: "ltr" or "rtl"; quizzes: their titles."""

    key: str
    title: str
    language: str
    direction: str
    address: str
    description: str
    chapters: Sequence[Chapter]
    quizzes: Sequence[str]
    illustrations: Sequence[Illustration]
    made_at: datetime


def write_book(file: IO[bytes], book: Book) -> None:
    """Write an EPUB, holding one picture at a time."""
    context: dict[str, Any] = {"book": book, "made_at": book.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    pages: list[tuple[str, str, dict[str, Any]]] = [
        ("META-INF/container.xml", "container.xml", {}),
        ("EPUB/package.opf", "package.opf", {}),
        ("EPUB/nav.xhtml", "nav.xhtml", {"modules": _by_module(book.chapters)}),
        ("EPUB/first.xhtml", "first.xhtml", {}),
        ("EPUB/book.css", "book.css", {}),
        *((f"EPUB/{chapter.name}", "lesson.xhtml", {"chapter": chapter}) for chapter in book.chapters),
    ]
    day = book.made_at.astimezone(UTC).timetuple()[:6]
    with ZipFile(file, "w") as archive:
        # A reader knows the file by these bytes at their place: first, and not compressed.
        archive.writestr(ZipInfo("mimetype", day), MIMETYPE, ZIP_STORED)
        for name, template, more in pages:
            text = render_to_string(f"{FOLDER}/{template}", context | more)
            archive.writestr(ZipInfo(name, day), text.lstrip(), ZIP_DEFLATED)
        for picture in book.illustrations:
            archive.writestr(ZipInfo(f"EPUB/{picture.name}", day), picture.read(), ZIP_STORED)


def _by_module(chapters: Iterable[Chapter]) -> list[tuple[str, list[Chapter]]]:
    found: dict[str, list[Chapter]] = {}
    for chapter in chapters:
        found.setdefault(chapter.module, []).append(chapter)
    return list(found.items())


def readable_everywhere(content: bytes) -> bytes:
    """Return a picture as JPEG. Raises OSError or ValueError for what is none, or is too large to be opened."""
    with Image.open(io.BytesIO(content)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("a picture of too many pixels")
        flat = Image.new("RGB", image.size, "white")
        shown = image.convert("RGBA")
        flat.paste(shown, mask=shown)
    written = io.BytesIO()
    flat.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return written.getvalue()
