"""Award -> PDF of one page, in a design."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from certificates.award import Award, language_of_name
from certificates.rendering.chromosome import draw_chromosome
from certificates.rendering.design import BUILT_IN, PAPER_MM, Design, Picture, Signatory
from certificates.rendering.ring import draw_ring
from certificates.rendering.square_code import square_code
from certificates.rendering.typesetting import (
    MissingCharacters,
    compile_pdf,
    keep_picture,
    missing_characters,
    sans_families,
)
from certificates.rendering.words import has_translation, words_on_paper

SERIF = "Libertinus Serif"  # comes with typst: Latin, Greek, Cyrillic
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}

SQUARE_MM, LARGEST_SQUARE_MM = 28.5, 36.0
# What a telephone reads from paper without care, and what it must at least have: wider than a printer's dots run.
MODULE_MM, SMALLEST_MODULE_MM = 0.45, 0.4


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the PDF, UTF-8 text such as a credential."""

    name: str
    mime: str
    data: bytes


def render(
    award: Award, design: Design = BUILT_IN, *, statement: str = "", attachments: Sequence[Attachment] = ()
) -> bytes:
    """Return the certificate as a PDF of one page. Raises MissingCharacters.

    statement: what the square code holds behind the address, to be checked without a network.
    """
    return set_page(award, design, statement=statement, attachments=attachments)[0]


def set_page(
    award: Award, design: Design, *, statement: str = "", attachments: Sequence[Attachment] = ()
) -> tuple[bytes, dict[str, Any]]:
    """Return the PDF, and the data that it was made of, with fonts that draw all of it."""
    language = language_on_paper(award.language)
    with translation.override(language):
        words = words_on_paper(award, design.wording.get(language, {}))
    width, height = PAPER_MM[design.paper]
    data = {
        "name": award.name,
        "course_title": award.course_title,
        "issuer": award.issuer,
        "signatories": [_signatory(one) for one in design.signatories or _signatories_of(award)],
        "logos": [_picture(logo) for logo in design.logos],
        "words": words,
        "language": language,
        "direction": _direction(language),
        "name_language": language_of_name(award.name),
        "name_direction": _direction(language_of_name(award.name)),
        "title_language": language_of_name(award.course_title),
        "title_direction": _direction(language_of_name(award.course_title)),
        "credit_direction": _direction(language_of_name(award.accreditation)),
        "serial": award.shown_serial,
        "address": award.verification_url.partition("://")[2],
        "square": _square(f"{award.verification_url}#{statement}" if statement else award.verification_url),
        "sans": sans_families(),
        "arms": [asdict(arm) for arm in draw_chromosome(award.lesson_minutes, has_assessment=award.is_achievement)],
        "ring": draw_ring(award.lesson_minutes, has_assessment=award.is_achievement),
        "paper": {"width": width, "height": height},
        "colours": asdict(design.colours),
        "files": [{"name": one.name, "mime": one.mime, "data": one.data.decode()} for one in attachments],
    }
    made_at = int(datetime.combine(award.issued_on, time(), tzinfo=UTC).timestamp())
    fonts = {
        "serif": [SERIF, "Amiri", *sans_families()],
        "name_font": ["Amiri", SERIF] if data["name_language"] == "ar" else [SERIF, "Amiri"],
        "title_font": ["Amiri", SERIF] if data["title_language"] == "ar" else [SERIF, "Amiri"],
    }
    source = f"{design.layout}.typ"
    try:
        return compile_pdf(source, {**data, **fonts}, made_at=made_at), {**data, **fonts}
    except MissingCharacters as missing:
        # A name stands in one face: not a few letters of it in another, but all of it in the sans, which has more scripts.
        for font, text in (("name_font", award.name), ("title_font", award.course_title)):
            if set(missing.characters) & set(text):
                fonts[font] = sans_families()
    return compile_pdf(source, {**data, **fonts}, made_at=made_at), {**data, **fonts}


@cache
def language_on_paper(language: str) -> str:
    """Return the language of the words: the award's own if it is translated and can be drawn, else English."""
    with translation.override(language):
        sample = gettext("This is to certify that") + gettext("completed the course")
    return language if has_translation(language) and not missing_characters(sample) else "en"


def _signatories_of(award: Award) -> tuple[Signatory, ...]:
    return (Signatory(name=award.signatory),) if award.signatory else ()


def _signatory(signatory: Signatory) -> dict[str, Any]:
    signature = signatory.signature
    return {**asdict(signatory), "signature": _picture(signature) if signature else None}


def _picture(picture: Picture) -> dict[str, str]:
    return {"path": keep_picture(picture.data, picture.kind), "words": picture.words}


def _direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def _square(text: str) -> dict[str, Any]:
    """Return the square code that holds a text, and the length of its sides in millimetres."""
    code = square_code(text, "M")
    if code.modules * SMALLEST_MODULE_MM > LARGEST_SQUARE_MM:
        code = square_code(text, "L")  # rather less that can be put right than squares that run together
    side = min(max(code.modules * MODULE_MM, SQUARE_MM), LARGEST_SQUARE_MM)
    return {"svg": code.svg, "side": max(side, code.modules * SMALLEST_MODULE_MM)}
