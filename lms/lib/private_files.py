"""Files that workers make for few eyes: in private storage, each written whole under a name that is never used again."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages

PART = ".part"


@dataclass
class Written:
    """A file while it is written, and once it is kept."""

    file: IO[bytes]
    name: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class PrivateFolder:
    """A folder of the private storage. Names of files begin with its own."""

    folder: str

    @contextmanager
    def written_whole(self, name: str) -> Iterator[Written]:
        """Yield a file to write; kept in storage when the block ends well, else gone.

        Killed in between, it leaves a part that no row names.
        """
        storage = storages["private"]
        folder = self._folder_of_parts()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}{PART}"
        try:
            with part.open("w+b") as file:
                written = Written(file, f"{self.folder}/{name}")
                yield written
                file.flush()
                os.fsync(file.fileno())  # the table must not say "ready" of a file that a power cut took
                written.size = file.seek(0, os.SEEK_END)
                file.seek(0)
                written.sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
                if not isinstance(storage, FileSystemStorage):
                    storage.save(written.name, File(file))  # an object store shows a file once it is whole
            if isinstance(storage, FileSystemStorage):
                part.replace(storage.path(written.name))
        finally:
            part.unlink(missing_ok=True)

    def stored_before(self, moment: datetime) -> Iterator[str]:
        """Yield the names of all its files that were stored before a moment, parts of them apart."""
        storage = storages["private"]
        try:
            names = storage.listdir(self.folder)[1]
        except FileNotFoundError:
            return
        for name in names:
            if not name.endswith(PART) and storage.get_modified_time(f"{self.folder}/{name}") < moment:
                yield f"{self.folder}/{name}"

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone already stays gone."""
        storages["private"].delete(name)

    def remove_parts(self, *, before: datetime) -> int:
        """Delete what killed workers left half written, if nothing was added to it since a moment; return how many."""
        parts = self._folder_of_parts().glob(f"*{PART}")
        left = [part for part in parts if part.stat().st_mtime < before.timestamp()]
        for part in left:
            part.unlink(missing_ok=True)
        return len(left)

    def _folder_of_parts(self) -> Path:
        storage = storages["private"]
        if isinstance(storage, FileSystemStorage):
            return Path(storage.path(self.folder))
        return settings.VAR_DIR / self.folder
