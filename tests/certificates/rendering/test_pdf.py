import base64
import json
import random
import shutil
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pytest
import zxingcpp
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils import translation
from django.utils.translation import trans_real
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from pypdf import PdfReader

from certificates.rendering import pdf as pdf_module
from certificates.rendering import typesetting
from certificates.rendering.design import A4, US_LETTER, Design
from certificates.rendering.pdf import Attachment, render
from certificates.rendering.typesetting import MissingCharacters, missing_characters
from tests.factories.issuing import AwardFactory

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext was not found (apt-get install poppler-utils)"
)
needs_qpdf = pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf was not found (apt-get install qpdf)")
# As long as a credential with its proof, and as hard to make smaller.
CREDENTIAL = Attachment(
    "credential.json",
    "application/ld+json",
    json.dumps({"credential": base64.b64encode(random.Random(1).randbytes(2900)).decode()}).encode(),
)
LONGEST_NAME = "Maria-Ångström Nguyễn Thị Ánh Škvorecká-Þórðardóttir de Albuquerque e Vasconcelos Wilhelmina Example-Example the Seventh"


def statement(payload_bytes: int = 120) -> str:
    """Return something as long and as mixed as a signed statement whose payload has so many bytes."""
    some = random.Random(payload_bytes)
    parts = (base64.urlsafe_b64encode(some.randbytes(length)).decode().rstrip("=") for length in (payload_bytes, 64))
    return f"1.k7Qd.{'.'.join(parts)}"


def text_of(pdf: bytes) -> str:
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def lines_by_poppler(pdf: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    steering = str.maketrans("", "", "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\f")
    return [line.translate(steering).strip() for line in done.stdout.decode().splitlines()]


def picture_of(pdf: bytes, resolution: int) -> Image.Image:
    command = ["pdftoppm", "-png", "-r", str(resolution), "-singlefile", "-"]
    return Image.open(BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))


def test_a_certificate_states_its_facts_on_one_page():
    award = AwardFactory(serial="7Q312K8M4TR6", completed_on=date(2026, 12, 12), issued_on=date(2026, 12, 13))
    pdf = render(award)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    text = text_of(pdf)
    for fact in (
        "Certificate of achievement",
        award.name,
        award.course_title,
        "1.5 hours, at own pace",
        "12 December 2026",
        "Issued by Genomed on 13 December 2026",
        "Version 1.0, 6 lessons, in English",
        "Assessment passed, 70% or more",
        "Not accredited for CPD credit",
        "genomed.example/v/7Q312K8M4TR6",
    ):
        assert fact in text
    assert "7Q31 2K8M 4TR6" in text


def test_the_file_is_tagged_titled_and_claims_both_standards():
    reader = PdfReader(BytesIO(render(AwardFactory())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata.title == "Certificate of achievement: Reading a genome report"
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "<pdfaid:part>3</pdfaid:part>" in xmp


def test_participation_says_nothing_of_an_assessment():
    text = text_of(render(AwardFactory(result="participation", score_percent=None, pass_mark_percent=None)))
    assert "Certificate of participation" in text
    assert "passed" not in text


@pytest.mark.parametrize(
    "name",
    [
        "Ana Řehoř",
        "Nguyễn Thị Ánh",
        "Þórður Ñandú-Müßig",
        "Ŵynne O’Brien",
        "Жанна Пример",
        "Ὀδυσσεὺς Παράδειγμα",
    ],
)
def test_a_name_in_any_script_with_a_font_comes_back_out(name):
    assert name in text_of(render(AwardFactory(name=name)))


@needs_poppler
@pytest.mark.parametrize("name", ["محمد بن عبد الله", "ليلى مثال", "فاطمة الزهراء", "प्रियंका उदाहरण", "Ana Řehoř"])
def test_names_are_exact_lines_for_readers_and_search(name):
    assert name in lines_by_poppler(render(AwardFactory(name=name)))


def test_the_same_award_makes_the_same_bytes():
    award = AwardFactory(name="ليلى Example")
    first = render(award, statement=statement(), attachments=[CREDENTIAL])
    typesetting._compiler.cache_clear()
    assert render(award, statement=statement(), attachments=[CREDENTIAL]) == first


@pytest.mark.parametrize(
    "name",
    ['#eval("1+1")', '"]', "\\u{41} \\", "$x^2$ *b* _i_ `c` <l> @r = h", "#set page(fill: red)", "// no", "{{ a }} %s"],
)
def test_what_looks_like_source_stays_text(name):
    assert name in text_of(render(AwardFactory(name=name, course_title=name)))


@example_settings(max_examples=30, deadline=None)
@given(
    st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Cf", "Cs", "Zs"]), min_size=1, max_size=120)
)
def test_any_latin_name_fits_on_one_page(name):
    assert len(PdfReader(BytesIO(render(AwardFactory(name=name)))).pages) == 1


@needs_poppler
def test_the_longest_name_and_title_shrink_and_leave_the_foot_alone():
    assert len(LONGEST_NAME) == 120
    pdf = render(AwardFactory(name=LONGEST_NAME, course_title="A course of a very long title indeed, " * 6))
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert LONGEST_NAME in text_of(pdf)
    usual, longest = picture_of(render(AwardFactory(name="A")), 40), picture_of(pdf, 40)
    width, height = usual.size
    margin = (width - round(0.05 * width), 0, width, height)
    assert usual.crop(margin).tobytes() == longest.crop(margin).tobytes()  # nothing runs over the edge


@pytest.mark.parametrize(("name", "missing"), [("ᏣᎳᎩ", "ᎳᎩᏣ"), ("Ana 😀", "😀"), ("བོད", "བདོ"), ("ᠮᠣ", "ᠣᠮ")])
def test_characters_without_a_font_are_named_and_not_left_blank(name, missing):
    with pytest.raises(MissingCharacters) as refused:
        render(AwardFactory(name=name))
    assert sorted(refused.value.characters) == sorted(missing)
    assert sorted(missing_characters(name)) == sorted(missing)


def faces_of(pdf: bytes, text: str) -> set[str]:
    """Return the faces that the pieces of a text are set in."""
    faces = set()

    def look(piece, _matrix, _text_matrix, font, _size):
        if piece.strip() and piece.strip() in text:
            faces.add(font["/BaseFont"].partition("+")[2].partition("-")[0])

    PdfReader(BytesIO(pdf)).pages[0].extract_text(visitor_text=look)
    return faces


@pytest.mark.parametrize(
    ("name", "face"), [("Жанна Пример", "LibertinusSerif"), ("Ԃанна Пример", "NotoSans"), ("ليلى مثال", "Amiri")]
)
def test_a_name_stands_in_one_face_and_leaves_the_title_in_its_own(name, face):
    award = AwardFactory(name=name)
    pdf = render(award)
    assert faces_of(pdf, name) == {face}
    assert faces_of(pdf, award.course_title) == {"LibertinusSerif"}


def test_fonts_are_embedded_and_no_glyph_is_missing():
    reader = PdfReader(BytesIO(render(AwardFactory(name="Ana محمد प्रि"))))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert "\ufffd" not in reader.pages[0].extract_text()


def code_on(picture: Image.Image) -> str:
    read = zxingcpp.read_barcode(picture.convert("L"))
    return read.text if read else ""


@needs_poppler
@pytest.mark.parametrize("paper", [A4, US_LETTER])
def test_the_square_code_holds_the_verification_address(paper):
    award = AwardFactory()
    assert code_on(picture_of(render(award, Design(paper=paper)), 150)) == award.verification_url


@needs_poppler
@pytest.mark.parametrize("payload_bytes", [60, 120, 310])
def test_a_signed_statement_is_read_from_a_poor_photograph(payload_bytes):
    award = AwardFactory()
    expected = f"{award.verification_url}#{statement(payload_bytes)}"
    picture = picture_of(render(award, statement=statement(payload_bytes)), 150).convert("L")
    assert code_on(picture) == expected
    assert code_on(picture.filter(ImageFilter.GaussianBlur(1))) == expected
    assert code_on(picture.rotate(7, expand=True, fillcolor=200, resample=Image.Resampling.BICUBIC)) == expected
    dim = picture.point(lambda grey: 90 + grey // 3)
    assert code_on(dim.rotate(-12, expand=True, fillcolor=120, resample=Image.Resampling.BICUBIC)) == expected


@pytest.mark.parametrize("payload_bytes", [60, 120, 310])
def test_squares_are_wide_enough_for_a_telephone_and_the_code_for_its_place(payload_bytes):
    square = pdf_module._square(f"https://genomics-education.example.org/v/7Q312K8M4TR6#{statement(payload_bytes)}")
    modules = int(square["svg"].partition('viewBox="0 0 ')[2].split()[0])
    assert square["side"] / modules >= 0.4
    assert square["side"] <= 40


@pytest.mark.parametrize("paper", [A4, US_LETTER])
def test_what_is_attached_travels_whole_in_an_archival_file(paper):
    pdf = render(AwardFactory(), Design(paper=paper), statement=statement(), attachments=[CREDENTIAL])
    reader = PdfReader(BytesIO(pdf))
    assert reader.attachments == {CREDENTIAL.name: [CREDENTIAL.data]}
    xmp = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in xmp
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert len(reader.pages) == 1
    assert len(pdf) < 60_000


@needs_qpdf
@pytest.mark.parametrize("paper", [A4, US_LETTER])
def test_the_file_is_well_formed(paper, tmp_path):
    file = tmp_path / "certificate.pdf"
    file.write_bytes(render(AwardFactory(), Design(paper=paper), statement=statement(), attachments=[CREDENTIAL]))
    done = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr


def test_paper_is_a4_or_us_letter_lying():
    sizes = [
        tuple(float(side) for side in PdfReader(BytesIO(render(AwardFactory(), Design(paper=paper)))).pages[0].mediabox)
        for paper in (A4, US_LETTER)
    ]
    assert sizes == [pytest.approx((0, 0, 841.89, 595.276), abs=0.01), pytest.approx((0, 0, 792, 612), abs=0.01)]


@pytest.fixture
def arabic_words(tmp_path):
    """The certificate's words in Arabic, as a catalogue would bring them."""
    catalog = Catalog(locale="ar")
    for english, arabic in {
        "This is to certify that": "نشهد بأن",
        "completed the course": "أتم دورة",
        "and passed its assessment.": "واجتاز اختبارها.",
        "Certificate of achievement": "شهادة إنجاز",
        "Learning": "مدة التعلم",
        "Completed": "تاريخ الإتمام",
    }.items():
        catalog.add(english, arabic)
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalog)

    def forget():
        trans_real._translations.clear()
        pdf_module.language_on_paper.cache_clear()

    with patch("django.conf.settings.LOCALE_PATHS", [str(tmp_path)]):
        forget()
        yield
    forget()


@needs_poppler
def test_in_arabic_the_page_is_mirrored_and_says_its_words_in_arabic(arabic_words):
    pdf = render(AwardFactory(language="ar", name="ليلى مثال", course_title="أسس الطب الجينومي"))
    lines = lines_by_poppler(pdf)
    assert {"نشهد بأن", "ليلى مثال", "شهادة إنجاز"} <= set(lines)
    assert PdfReader(BytesIO(pdf)).trailer["/Root"]["/Lang"] == "ar"
    picture = picture_of(pdf, 40).convert("RGB")
    deep = (7, 55, 45)
    assert picture.getpixel((picture.width - 3, 3)) == deep
    assert picture.getpixel((3, 3)) != deep


def test_without_a_translation_the_words_are_english_and_say_so():
    with translation.override("ar"), patch.object(pdf_module, "has_translation", lambda language: False):
        pdf_module.language_on_paper.cache_clear()
        reader = PdfReader(BytesIO(render(AwardFactory(language="ar"))))
        pdf_module.language_on_paper.cache_clear()
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "This is to certify that" in reader.pages[0].extract_text()


DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


@pytest.mark.skipif(not DEJAVU.exists(), reason="no DejaVu fonts here (apt-get install fonts-dejavu-core)")
def test_an_operator_can_add_fonts_for_more_scripts(settings):
    tifinagh = AwardFactory(name="ⵜⵉⴼⵉⵏⴰⵖ")
    with pytest.raises(MissingCharacters):
        render(tifinagh)
    caches = (
        typesetting._more_folders,
        typesetting._fonts,
        typesetting.sans_families,
        typesetting._compiler,
        missing_characters,
    )
    settings.CERTIFICATE_FONT_FOLDERS = [str(DEJAVU)]
    for cached in caches:
        cached.cache_clear()
    try:
        assert tifinagh.name in text_of(render(tifinagh))
    finally:
        for cached in caches:
            cached.cache_clear()
