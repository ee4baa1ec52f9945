from pathlib import Path

from django.core.management.base import CommandError


def read_file(file: Path, *, at_most: int = -1) -> bytes:
    """Return what a file holds, up to so many bytes. Raises CommandError where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(at_most)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
