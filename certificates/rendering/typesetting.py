"""Data and one of our layouts -> PDF, by typst: tagged (PDF/UA-1), archival (PDF/A-3a), the same bytes every time."""

import hashlib
import json
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import fontpkg_amiri
import fontpkg_noto_sans
import manimgx_fonts
import typst
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
SOURCES = (TEMPLATES / "certificates" / "rendering", TEMPLATES / "dashboards" / "reports")

SCRIPTS = (
    *("Armenian", "Bengali", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada", "Khmer", "Lao"),
    *("Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai"),
)

_typesetting = Lock()  # a compiler serves one thread at a time
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")  # how typst writes marks that combine


class MissingCharacters(Exception):
    """Characters that none of our fonts can draw; `characters` names them."""

    def __init__(self, characters: str):
        super().__init__(f"no font draws {characters}")
        self.characters = characters


@lru_cache(maxsize=1000)
def missing_characters(text: str) -> str:
    """Return the characters of a text that none of our fonts can draw, "" if all can be drawn."""
    try:
        compile_pdf("probe.typ", {"text": text, "sans": sans_families()}, made_at=0)
    except MissingCharacters as missing:
        return missing.characters
    return ""


def compile_pdf(source: str, data: dict[str, Any], *, made_at: int) -> bytes:
    """Return what a source of ours makes of data. made_at: seconds, said in the file. Raises MissingCharacters."""
    try:
        with _typesetting:
            pdf = _compiler(source).compile(
                format="pdf", sys_inputs={"award": json.dumps(data)}, pdf_standards=["ua-1", "a-3a"], timestamp=made_at
            )
    except typst.TypstError as error:
        named = "".join(_MISSING.findall(error.diagnostic))
        missing = dict.fromkeys("".join(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), named).split()))
        if missing:
            raise MissingCharacters("".join(missing)) from error
        raise
    assert isinstance(pdf, bytes)  # without an output file the compiler returns one
    return pdf


def compile_png(source: str, data: dict[str, Any], *, dots_per_inch: float) -> bytes:
    """Return the page that a source of ours makes of data as pixels; what no font draws is left blank."""
    with _typesetting:
        png = _compiler(source).compile(format="png", sys_inputs={"award": json.dumps(data)}, ppi=dots_per_inch)
    assert isinstance(png, bytes)  # of one page
    return png


def keep_picture(data: bytes, kind: str) -> str:
    """Put a picture where typst finds it, under its SHA-256; return its path for typst. kind: png, jpg or svg.

    As a file it is decoded once; handed over with the data it would be for each certificate, at ten times the cost.
    """
    name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
    if not (_workplace() / name).exists():
        _write_whole(_workplace() / name, data)
    return f"/{name}"


@cache
def _compiler(source: str) -> typst.Compiler:
    root = _workplace()
    return typst.Compiler(str(root / source), root=str(root), font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _workplace() -> Path:
    """Return the one folder that typst reads: our sources as they are now, and pictures."""
    sources = {path.name: path.read_bytes() for folder in SOURCES for path in sorted(folder.glob("*.typ"))}
    digest = hashlib.sha256(repr(sources).encode()).hexdigest()
    folder = settings.VAR_DIR / "typesetting" / digest[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        _write_whole(folder / name, source)
    return folder


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{uuid4().hex}.part")
    part.write_bytes(data)
    part.replace(path)


@cache
def _fonts() -> typst.Fonts:
    folders = [str(fontpkg_noto_sans.ROOT), str(fontpkg_amiri.ROOT), *_more_folders()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


@cache
def sans_families() -> list[str]:
    """Return the families to look for a character in, in order; those the operator added come last."""
    own = ["Noto Sans", "Amiri"]
    more: dict[str, None] = {}
    for folder in _more_folders():
        found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        more |= dict.fromkeys(sorted(found.families()))
    return [*own, *(family for family in more if family not in own)]


@cache
def _more_folders() -> list[str]:
    """Return the folders with fonts for further scripts: ours, those of `make fonts`, the operator's own."""
    ours = _workplace() / "fonts"
    ours.mkdir(exist_ok=True)
    installed = Path(manimgx_fonts.__file__).parent
    for script in SCRIPTS:
        # By name, since the package also holds an Arabic that cannot be read back out of a file, and an emoji face.
        font = ours / f"NotoSans{script}[wght].ttf"
        if not font.exists():
            _write_whole(font, (installed / font.name).read_bytes())
    extra = find_spec("manimgx_fonts_cjk")
    added = [str(Path(extra.origin).parent)] if extra and extra.origin else []
    return [str(ours), *added, *settings.CERTIFICATE_FONT_FOLDERS]
