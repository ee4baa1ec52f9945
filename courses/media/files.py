"""Where the files of recordings lie, and the one place on a machine where they are made."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.db.models.fields.files import FieldFile

FOLDER = "lesson-media"


@contextmanager
def workshop() -> Iterator[Path | None]:
    """Yield an empty folder to work in, or None while another process of this machine has one.

    The kernel gives the lock free when its holder ends, even by `kill -9`; what the holder left is then swept out.
    """
    place = settings.VAR_DIR / "media-workshop"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        for left in place.glob("work-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(mkdtemp(prefix="work-", dir=place))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def local_path(file: FieldFile, folder: Path) -> Path:
    """Return where an upload lies on this machine, fetched into the folder if it is elsewhere."""
    if isinstance(file.storage, FileSystemStorage):
        return Path(file.path)
    copy = folder / "original"
    with file.open("rb") as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    return copy


def store(path: Path, item_id: int) -> str:
    """Put a file into public storage under its SHA-256 and return its name; whole or not at all, and twice is once."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = f"{FOLDER}/{item_id}/{sha256}{path.suffix}"
    storage = storages["default"]
    if storage.exists(name):
        return name
    if not isinstance(storage, FileSystemStorage):
        with path.open("rb") as file:
            return storage.save(name, File(file))  # an object store shows a file once it is whole
    target = storage.path(name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = f"{target}.{uuid4().hex}.part"
    with path.open("rb") as source, open(part, "wb") as file:
        shutil.copyfileobj(source, file)
        file.flush()
        os.fsync(file.fileno())  # the table must not say "ready" of a file that a power cut took
    os.replace(part, target)
    return name


def stored_before(moment: datetime) -> Iterator[str]:
    """Yield the names of all files made of recordings that were stored before a moment."""
    storage = storages["default"]
    if not storage.exists(FOLDER):
        return
    for item_id in storage.listdir(FOLDER)[0]:
        for name in storage.listdir(f"{FOLDER}/{item_id}")[1]:
            path = f"{FOLDER}/{item_id}/{name}"
            if storage.get_modified_time(path) < moment:
                yield path


def remove(name: str) -> None:
    storages["default"].delete(name)
