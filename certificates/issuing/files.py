import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.files.storage import storages

from certificates.issuing.rules import FOLDER, file_name
from lms.lib.kept_files import keep_whole


def store(pdf: bytes) -> str:
    """Put a file into private storage under its SHA-256, which is returned; whole or not at all, and twice is once."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    keep_whole(storages["private"], file_name(sha256), pdf)
    return sha256


def remove(names: Iterable[str]) -> None:
    """Delete files from private storage; those that are gone already stay gone."""
    for name in names:
        storages["private"].delete(name)


def put_back(data: bytes) -> bool:
    """Put a file in the place of one that is lost or spoilt."""
    remove([file_name(hashlib.sha256(data).hexdigest())])  # an object store keeps what it has
    store(data)
    return True


def digest_of(name: str) -> str | None:
    """Return the SHA-256 of what a file holds, read a little at a time; None if there is no such file."""
    digest = hashlib.sha256()
    try:
        with storages["private"].open(name) as file:
            for some in file.chunks():
                digest.update(some)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def stored_before(moment: datetime) -> Iterator[str]:
    """Yield the names of all files of certificates that were stored before a moment."""
    storage = storages["private"]
    try:
        folders = storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return
    for folder in folders:
        for file in storage.listdir(f"{FOLDER}/{folder}")[1]:
            name = f"{FOLDER}/{folder}/{file}"
            if storage.get_modified_time(name) < moment:
                yield name
