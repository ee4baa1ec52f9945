import hashlib
import os
from collections.abc import Iterable
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

from certificates.issuing.rules import file_name


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
