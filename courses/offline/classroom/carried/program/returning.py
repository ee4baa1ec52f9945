"""The files in which a class's work goes back: signed, so that the academy knows them for whole and unchanged."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import os
from datetime import datetime, timezone
from pathlib import Path

from .course import Course
from .store import Store

MOST_PEOPLE = 200  # in one file
MOST_BYTES = 12_000_000  # of its text


def return_files(course: Course, store: Store) -> list[bytes]:
    """Return everything that everybody has done here, in one file for most classes and in several for very large ones."""
    store.note_as_out()
    return [_signed(course, store.fact("computer"), group) for group in _groups(store, only_out=True)]


def number_of_files(store: Store) -> int:
    return len(_groups(store, only_out=False))


def _groups(store: Store, only_out: bool) -> list[list[bytes]]:
    """Return the lines of each file: one for each person who has done something."""
    groups: list[list[bytes]] = [[]]
    for person in store.everything(only_out):
        line = json.dumps(person, separators=(",", ":")).encode()
        if len(groups[-1]) >= MOST_PEOPLE or sum(map(len, groups[-1])) + len(line) > MOST_BYTES:
            groups.append([])
        groups[-1].append(line)
    return [group for group in groups if group]


def _signed(course: Course, computer: str, lines: list[bytes]) -> bytes:
    head = {
        "genomed": "classroom-return",
        "version": 1,
        "file": course.key,
        "computer": computer,
        "made_at": datetime.now(timezone.utc).isoformat(),
        "people": len(lines),
    }
    text = b"\n".join([json.dumps(head).encode(), *lines]) + b"\n"
    signature = hmac.new(course.secret.encode(), text, hashlib.sha256).hexdigest()
    return gzip.compress(text + signature.encode() + b"\n")


def file_name(number: int, total: int) -> str:
    """Return what a return is called, by this computer's clock."""
    part = f"-part-{number}" if total > 1 else ""
    return f"class-return-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}{part}.genomed"


def write_returns(folder: Path, files: list[bytes]) -> list[Path]:
    """Write each file whole or not at all, and return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, content in enumerate(files, start=1):
        path = folder / file_name(number, len(files))
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
        written.append(path)
    return written
