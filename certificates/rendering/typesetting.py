"""Data and one of our layouts -> PDF, by typst: tagged (PDF/UA-1), archival (PDF/A-3a), the same bytes every time."""

import json
import re
from functools import cache, lru_cache
from threading import Lock
from typing import Any

import fontpkg_amiri
import fontpkg_noto_sans
import typst
from django.conf import settings

SOURCES = settings.BASE_DIR / "templates" / "certificates" / "rendering"

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


@cache
def _compiler(source: str) -> typst.Compiler:
    return typst.Compiler(str(SOURCES / source), root=str(SOURCES), font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    folders = [str(fontpkg_noto_sans.ROOT), str(fontpkg_amiri.ROOT), *settings.CERTIFICATE_FONT_FOLDERS]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


@cache
def sans_families() -> list[str]:
    """Return the families to look for a character in, in order; those the operator added come last."""
    own = ["Noto Sans", "Amiri"]
    added = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(settings.CERTIFICATE_FONT_FOLDERS)
    )
    return [*own, *(family for family in added.families() if family not in own)]
