"""Files that are named by what is in them."""

import os
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage


def keep_whole(storage: Storage, name: str, data: bytes) -> None:
    """Put a file that is named by its content into a storage: whole or not at all, and twice is once."""
    if not isinstance(storage, FileSystemStorage):
        if not storage.exists(name):
            storage.save(name, ContentFile(data))  # an object store shows a file once it is whole
        return
    target = storage.path(name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    part = f"{target}.{uuid4().hex}.part"
    with open(part, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())  # the database must not name a file that a power cut took
    os.replace(part, target)
