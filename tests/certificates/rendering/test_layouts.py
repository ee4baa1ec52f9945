"""The three layouts, filled as full as a design can be."""

from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from certificates.rendering.design import LAYOUTS, PAPER_MM, Colours, Design, Picture, Signatory
from certificates.rendering.pdf import render
from tests.certificates.rendering.test_pdf import (
    CREDENTIAL,
    LONGEST_NAME,
    code_on,
    needs_poppler,
    picture_of,
    statement,
    text_of,
)
from tests.factories.issuing import AwardFactory

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M5 20C30-10 50 60 85 10" stroke="#1a2a6c" fill="none"/></svg>'
ACCREDITATION = (
    "This activity has been accredited by the Example Accreditation Council, provider 12345, for a maximum of 1.5 Example "
    "Category 1 Credits. Physicians should claim only the credit commensurate with the extent of their participation."
)


def logo(kind: str = "png") -> Picture:
    image = Image.new("RGB", (300, 120), "white")
    ImageDraw.Draw(image).ellipse((10, 10, 110, 110), fill="#8c1a3b")
    file = BytesIO()
    image.save(file, "JPEG" if kind == "jpg" else "PNG")
    return Picture(file.getvalue(), kind, "Example University")


def full(**changes) -> Design:
    signatories = (
        Signatory("Dr Demo Řehoř", "Course director, Example University", Picture(SVG, "svg", "Signature of Dr Demo")),
        Signatory("Prof. Demo Ñandú", "Head of genomic education"),
        Signatory("Demo Ångström", "Programme lead"),
    )
    logos = (logo("png"), logo("jpg"), Picture(SVG, "svg", "Example Institute"))
    return Design(**{"logos": logos, "signatories": signatories, **changes})


every_layout = pytest.mark.parametrize("layout", LAYOUTS)
every_paper = pytest.mark.parametrize("paper", PAPER_MM)


@every_layout
@every_paper
def test_a_full_design_says_everything_on_one_page(layout, paper):
    award = AwardFactory(accreditation=ACCREDITATION)
    pdf = render(award, full(layout=layout, paper=paper), statement=statement(), attachments=[CREDENTIAL])
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    text = text_of(pdf)
    for said in (award.name, award.course_title, ACCREDITATION, "Dr Demo Řehoř", "Programme lead", award.shown_serial):
        assert said in text
    assert "Not accredited" not in text
    assert len(pdf) < 60_000


@needs_poppler
@every_layout
@every_paper
def test_the_longest_of_all_leaves_head_and_foot_alone(layout, paper):
    usual = AwardFactory(accreditation=ACCREDITATION)
    longest = AwardFactory(
        serial=usual.serial,
        accreditation=ACCREDITATION,
        name=LONGEST_NAME,
        course_title="A course of a very long title indeed, " * 6,
    )
    design = full(layout=layout, paper=paper, wording={"en": {"closing": "With thanks to all who taught it."}})
    pdf = render(longest, design)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert LONGEST_NAME.replace(" ", "") in text_of(pdf).replace(" ", "")  # it may be broken at its hyphens
    one, other = picture_of(render(usual, design), 40), picture_of(pdf, 40)
    width, height = one.size
    for part in ((0, 0, width, round(0.1 * height)), (0, round(0.8 * height), width, height)):
        assert one.crop(part).tobytes() == other.crop(part).tobytes()


@needs_poppler
@every_layout
@every_paper
def test_the_code_is_read_from_every_layout(layout, paper):
    award = AwardFactory()
    picture = picture_of(render(award, full(layout=layout, paper=paper), statement=statement(310)), 150)
    assert code_on(picture) == f"{award.verification_url}#{statement(310)}"


@every_layout
def test_pictures_say_in_words_what_they_show(layout):
    root = PdfReader(BytesIO(render(AwardFactory(), full(layout=layout)))).trailer["/Root"]
    assert {"Example University", "Example Institute", "Signature of Dr Demo"} <= set(
        alternatives(root["/StructTreeRoot"])
    )


def alternatives(element) -> list[str]:
    element = element.get_object()
    if not isinstance(element, dict):
        return [said for child in (element if isinstance(element, list) else []) for said in alternatives(child)]
    own = [element["/Alt"]] if "/Alt" in element else []
    return own + (alternatives(element["/K"]) if "/K" in element else [])


@every_layout
def test_a_design_words_it_its_own_way(layout):
    wording = {"en": {"intro": "The faculty declares that", "closing": "Study time {hours}, {unknown} stays."}}
    text = text_of(render(AwardFactory(), Design(layout=layout, wording=wording)))
    assert "The faculty declares that" in text
    assert "This is to certify that" not in text
    assert "completed the course" in text
    assert "Study time 1.5 hours, {unknown} stays." in text


@needs_poppler
def test_colours_are_the_designs():
    picture = picture_of(render(AwardFactory(), Design(colours=Colours(deep="#402060", accent="#ff0000"))), 40).convert(
        "RGB"
    )
    assert picture.getpixel((3, 3)) == (0x40, 0x20, 0x60)
    assert (255, 0, 0) in {colour for _count, colour in picture.getcolors(100_000)}


@every_layout
def test_markup_in_what_a_design_says_stays_text(layout):
    markup = '#read("/etc/passwd") $x$ *b* @ref'
    design = Design(layout=layout, signatories=(Signatory(markup, "role"),), wording={"en": {"closing": markup}})
    assert text_of(render(AwardFactory(accreditation=markup), design)).count(markup) == 3
