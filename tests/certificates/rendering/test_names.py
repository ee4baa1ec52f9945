"""Names of many scripts come back out of the file whole; hostile ones come out harmless, or are refused by name."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from certificates.award import name_for_award
from certificates.rendering.design import LAYOUTS, Design
from certificates.rendering.pdf import render
from certificates.rendering.typesetting import MissingCharacters, missing_characters
from tests.certificates.rendering.test_pdf import lines_by_poppler, needs_poppler, picture_of
from tests.factories.issuing import AwardFactory

NAMES = {
    "Latin": "Demo Řehoř Ñandú-Ångström",
    "Vietnamese": "Nguyễn Thị Ánh",
    "Greek": "Ὀδυσσεὺς Παράδειγμα",
    "Cyrillic": "Жанна Пример",
    "Arabic": "محمد بن عبد الله",
    "Devanagari": "प्रियंका उदाहरण",
    "Bengali": "ডেমো উদাহরণ",
    "Ethiopic": "ምሳሌ አበበ",
    "Chinese": "示例·文静",
    "Japanese": "見本 はなこ",
    "Korean": "보기 하나",
    "Hebrew": "דוגמה ראשונה",
    "Tamil": "எடுத்துக்காட்டு",
    "Thai": "ตัวอย่าง",
    "Georgian": "ნიმუში",
    "Armenian": "Օրինակ Մեկ",
}


@needs_poppler
@pytest.mark.parametrize("script", NAMES)
def test_a_name_is_an_exact_line_for_readers_and_search(script):
    assert NAMES[script] in lines_by_poppler(render(AwardFactory(name=NAMES[script])))


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("script", ["Latin", "Arabic", "Devanagari", "Chinese"])
def test_so_it_is_in_every_layout(script, layout):
    assert NAMES[script] in lines_by_poppler(render(AwardFactory(name=NAMES[script]), Design(layout=layout)))


HOSTILE = {
    "bidi controls": "Demo \u202eelpmaxE\u202c \u2066x\u2069 \u200f",
    "typst markup": '#read("/etc/passwd") $x$ *b* @ref #include "a.typ"',
    "300 characters": "Demo Example " * 23 + "x",
    "one word of 300": "W" * 300,
    "zero width": "De\u200bmo\u200d Ex\u200cam\ufeffple\u2060",
    "combining stacks": "Z" + "\u0301\u0323\u0308" * 20 + "algo",
    "line breaks": "Demo\nExample\u2028Next\u2029Page\x0b\x0c",
    "emoji": "Demo 😀 Example",
    "family of emoji": "👩\u200d🔬 Demo",
    "private use": "Demo \ue000",
    "noncharacter": "Demo \uffff",
    "tags": "Demo \U000e0041\U000e0042",
    "variation": "Demo \ufe0f",
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_name_is_harmless_or_refused(kind, layout):
    award = AwardFactory(name=name_for_award(HOSTILE[kind]))
    if missing_characters(award.name):
        with pytest.raises(MissingCharacters):
            render(award, Design(layout=layout))
        return
    reader = PdfReader(BytesIO(render(award, Design(layout=layout))))
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    assert "root:" not in text
    assert "Not accredited for CPD credit" in text


@needs_poppler
def test_markup_in_a_name_is_printed_as_it_is_written():
    name = HOSTILE["typst markup"]
    assert name in " ".join(lines_by_poppler(render(AwardFactory(name=name))))


@needs_poppler
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_word_longer_than_any_stays_on_the_page(layout):
    pdf = render(AwardFactory(name="W" * 300, course_title="W" * 255), Design(layout=layout))
    usual = picture_of(render(AwardFactory(name="W"), Design(layout=layout)), 40)
    edge = (round(0.96 * usual.width), 0, usual.width, usual.height)
    assert picture_of(pdf, 40).crop(edge).tobytes() == usual.crop(edge).tobytes()
