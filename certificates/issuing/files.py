import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from certificates.issuing.rules import FOLDER, file_name


def store(pdf: bytes) -> str:
    """Put a file into private storage under its SHA-256, which is returned; whole or not at all, and twice is once."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    name = file_name(sha256)
    storage = storages["private"]
    if not isinstance(storage, FileSystemStorage):
        if not storage.exists(name):
            storage.save(name, ContentFile(pdf))  # an object store shows a file once it is whole
        return sha256
    target = storage.path(name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = f"{target}.{uuid4().hex}.part"
    with open(part, "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())  # the register must not say "issued" of a file that a power cut took
    os.replace(part, target)
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
