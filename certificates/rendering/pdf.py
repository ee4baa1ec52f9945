"""Award -> PDF, by typst: tagged (PDF/UA-1), archival (PDF/A-3a), the same bytes every time."""

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache, lru_cache
from io import BytesIO
from threading import Lock
from typing import Any

import fontpkg_amiri
import fontpkg_noto_sans
import segno
import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from certificates.award import Award, language_of_name
from certificates.rendering.chromosome import draw_chromosome
from certificates.rendering.words import has_translation, words_on_paper

SOURCES = settings.BASE_DIR / "templates" / "certificates" / "rendering"
SERIF = "Libertinus Serif"  # comes with typst: Latin, Greek, Cyrillic
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}

_typesetting = Lock()  # a compiler serves one thread at a time
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed")

_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")  # how typst writes marks that combine


class MissingCharacters(Exception):
    """Characters that none of our fonts can draw; `characters` names them."""

    def __init__(self, characters: str):
        super().__init__(f"no font draws {characters}")
        self.characters = characters


def render(award: Award) -> bytes:
    """Return the certificate as a PDF of one page. Raises MissingCharacters."""
    language = _language_on_paper(award.language)
    with translation.override(language):
        words = words_on_paper(award)
    data = {
        **award.to_json(),
        "words": words,
        "language": language,
        "direction": _direction(language),
        "name_language": language_of_name(award.name),
        "name_direction": _direction(language_of_name(award.name)),
        "title_language": language_of_name(award.course_title),
        "title_direction": _direction(language_of_name(award.course_title)),
        "serial": award.shown_serial,
        "address": award.verification_url.partition("://")[2],
        "square": _square_code(award.verification_url),
        "sans": _sans_families(),
        "arms": [asdict(arm) for arm in draw_chromosome(award.lesson_minutes, has_assessment=award.is_achievement)],
    }
    made_at = int(datetime.combine(award.issued_on, time(), tzinfo=UTC).timestamp())
    fonts = {
        "serif": [SERIF, "Amiri", *_sans_families()],
        "name_font": ["Amiri", SERIF] if data["name_language"] == "ar" else [SERIF, "Amiri"],
        "title_font": ["Amiri", SERIF] if data["title_language"] == "ar" else [SERIF, "Amiri"],
    }
    try:
        return _compile("certificate.typ", {**data, **fonts}, made_at=made_at)
    except MissingCharacters as missing:
        # A name stands in one face: not a few letters of it in another, but all of it in the sans, which has more scripts.
        for font, text in (("name_font", award.name), ("title_font", award.course_title)):
            if set(missing.characters) & set(text):
                fonts[font] = _sans_families()
    return _compile("certificate.typ", {**data, **fonts}, made_at=made_at)


@lru_cache(maxsize=1000)
def missing_characters(text: str) -> str:
    """Return the characters of a text that none of our fonts can draw, "" if all can be drawn."""
    try:
        _compile("probe.typ", {"text": text, "sans": _sans_families()}, made_at=0)
    except MissingCharacters as missing:
        return missing.characters
    return ""


def _compile(source: str, data: dict[str, Any], *, made_at: int) -> bytes:
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
def _sans_families() -> list[str]:
    """Return the families to look for a character in, in order; those the operator added come last."""
    own = ["Noto Sans", "Amiri"]
    added = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(settings.CERTIFICATE_FONT_FOLDERS)
    )
    return [*own, *(family for family in added.families() if family not in own)]


@cache
def _language_on_paper(language: str) -> str:
    """Return the language of the words: the award's own if it is translated and can be drawn, else English."""
    with translation.override(language):
        sample = gettext("This is to certify that") + gettext("completed the course")
    return language if has_translation(language) and not missing_characters(sample) else "en"


def _direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _square_code(address: str) -> str:
    drawing = BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark="#14221d", omitsize=True, xmldecl=False, nl=False
    )
    return drawing.getvalue().decode()
