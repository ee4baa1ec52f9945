"""A classroom file: a zip with one folder, in which the program stands beside the course and what it knows of it."""

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.text import slugify

from courses.offline.classroom.packing.gathering import PackedCourse, PackedLessonText, PackedQuizForm
from courses.offline.classroom.packing.pages import pages_of, parts, surroundings, told_of
from courses.offline.classroom.packing.words import words
from lms.lib.bundles import style_of

CARRIED = Path(__file__).resolve().parent.parent / "carried"
READ_ME = "courses/offline/classroom/carried/read_me.txt"
VERSION = 1
TEXT = {".html", ".css", ".svg", ".json", ".py", ".txt"}
READABLE, RUNNABLE = 0o100644, 0o100755
OnFile = Callable[[int], None]  # told the number of files after each; what it raises ends the writing


def folder_of(course: PackedCourse, key: str) -> str:
    """Return the name of the folder that a file unpacks to; each file has its own, so that classes do not mix."""
    return f"genomed-{slugify(course.page.slug)[:60]}-{course.page.locale.language_code}-{key[:8]}"


def number_of_files(course: PackedCourse) -> int:
    return len(list(_program())) + len(course.steps) + len(course.files) + 5  # index, style, mark, READ ME, class.json


def write_file(
    file: IO[bytes],
    course: PackedCourse,
    *,
    key: str,
    secret: str,
    made_for: str,
    site_url: str,
    now: datetime,
    on_file: OnFile,
) -> None:
    """Write a classroom file. The language of the course is active; the same facts give the same bytes."""
    around = surroundings(course, site_url=site_url)
    folder = folder_of(course, key)

    with zipfile.ZipFile(file, "w") as archive:

        def put(name: str, content: bytes, *, mode: int = READABLE) -> None:
            archive.writestr(_entry(f"{folder}/{name}", now, mode), content)
            on_file(1)

        for path in _program():
            name = path.relative_to(CARRIED).as_posix()
            put(name, path.read_bytes(), mode=RUNNABLE if name == "serve.py" else READABLE)
        for name, html in pages_of(course, around):
            put(f"course/{name}", html.encode())
        put("course/static/class.css", style_of("class").text.encode())
        put("course/static/mark.svg", Path(str(finders.find("mark.svg"))).read_bytes())
        for one in course.files.values():
            with (
                default_storage.open(one.source) as source,
                archive.open(_entry(f"{folder}/course/{one.name}", now, READABLE), "w") as target,
            ):
                shutil.copyfileobj(source, target)
            on_file(1)
        steps = [
            told_of(one, around, seed=key) for one in course.steps if isinstance(one, PackedLessonText | PackedQuizForm)
        ]
        told = {
            "version": VERSION,
            "key": key,
            "secret": secret,
            "title": course.page.title,
            "language": course.page.locale.language_code,
            "made_for": made_for,
            "made_at": now.isoformat(),
            "site": site_url,
            "steps": steps,
            "parts": parts(course.page.locale.language_code, around),
            "words": words(),
        }
        put(
            "READ ME.txt",
            render_to_string(READ_ME, {"title": course.page.title, "made_for": made_for, "site": site_url}).encode(),
        )
        put("class.json", json.dumps(told, ensure_ascii=False, indent=1).encode())


def _program() -> Iterator[Path]:
    """Yield the files of the program that goes along."""
    yield CARRIED / "serve.py"
    yield from sorted((CARRIED / "program").glob("*.py"))


def _entry(name: str, now: datetime, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    is_text = Path(name).suffix in TEXT
    entry.compress_type = (
        zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
    )  # pictures and sound are small as they are
    entry.external_attr = mode << 16
    return entry
