"""What each kind of page loads, joined from the component files named in static/bundles.toml: its style and one script."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

SOURCES = settings.BASE_DIR / "static"
JOINED = settings.VAR_DIR / "bundles"
LATE = "bundles/late.css"  # what comes late to every page, for kinds that have nothing late of their own


@dataclass(frozen=True)
class Style:
    """The style of a kind of page. text: stands in it; source: its name in a policy; late: the bundle that follows."""

    text: str
    source: str
    late: str


def style_of(kind: str, *parts: str) -> Style:
    """Return the style of a kind of page. parts: files of its late bundle that this page needs at once, such as "media"."""
    return _make_style(kind, parts) if settings.DEBUG else _kept_style(kind, parts)


def _make_style(kind: str, parts: tuple[str, ...]) -> Style:
    table = _table()
    late = table[kind].get("late", [])
    first = [file for file in late if Path(file).stem in parts]
    text = "\n".join(_lean(SOURCES / file) for file in [*table["shared"]["css"], *table[kind]["css"], *first])
    return Style(text, policy_source(text), f"bundles/{kind}.css" if late else LATE)


_kept_style = cache(_make_style)


def policy_source(text: str) -> str:
    """Return what a content security policy calls a style or script that stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def lean_style(text: str) -> str:
    """Return a style sheet without what the browser does not need: a quarter of what is sent."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?", r"\1", text).replace(": ", ":").replace(";}", "}").strip()


def bundles() -> dict[str, list[str]]:
    """Return bundle path -> paths of the files it joins, all below static/, in order."""
    table = _table()
    shared = table.pop("shared")
    found = {LATE: shared["late"]}
    for kind, files in table.items():
        if "late" in files:
            found[f"bundles/{kind}.css"] = [*files["late"], *shared["late"]]
        if "js" in files:
            found[f"bundles/{kind}.js"] = files["js"]
    return found


def kinds() -> dict[str, list[str]]:
    """Return kind of page -> the files whose text stands inside its pages, in order."""
    table = _table()
    shared = table.pop("shared")
    return {kind: [*shared["css"], *files["css"]] for kind, files in table.items() if "css" in files}


def join(path: str, files: list[str]) -> Path:
    """Write a bundle into var/ and return where it stands. Raises FileNotFoundError for a file that is not there."""
    target = JOINED / path
    text = "\n".join(_lean(SOURCES / file) for file in files) + "\n"
    if not target.exists() or target.read_text() != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return target


def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((SOURCES / "bundles.toml").read_text())


def _lean(path: Path) -> str:
    text = path.read_text().strip()
    return lean_style(text) if path.suffix == ".css" else text


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
