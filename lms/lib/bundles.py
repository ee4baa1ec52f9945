"""One style sheet and one script per kind of page, joined from the component files named in static/bundles.toml."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

SOURCES = settings.BASE_DIR / "static"
JOINED = settings.VAR_DIR / "bundles"


def bundles() -> dict[str, list[str]]:
    """Return bundle path -> paths of the files it joins, all below static/, in order."""
    table = tomllib.loads((SOURCES / "bundles.toml").read_text())
    shared = table.pop("shared", {})
    return {
        f"bundles/{name}.{kind}": [*shared.get(kind, []), *files]
        for name, kinds in table.items()
        for kind, files in kinds.items()
    }


def join(path: str, files: list[str]) -> Path:
    """Write a bundle into var/ and return where it stands. Raises FileNotFoundError for a file that is not there."""
    target = JOINED / path
    text = "\n".join(_lean(SOURCES / file) for file in files) + "\n"
    if not target.exists() or target.read_text() != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return target


def _lean(path: Path) -> str:
    """The text of a file; of a style sheet, without what the browser does not need: a sixth of what is sent."""
    text = path.read_text().strip()
    if path.suffix == ".css":
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        text = re.sub(r"\n\s*", "\n", text).strip()
    return text


class BundleFinder(BaseFinder):
    """Lets collectstatic and the development server find the bundles as if they were files of the project."""

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        files = bundles().get(path)
        found = [str(join(path, files))] if files else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=JOINED)
        for path, files in bundles().items():
            join(path, files)
            yield path, storage
