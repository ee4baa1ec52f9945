import json

import pytest
from django.template import Context, Template
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file, get_test_image_file_svg

from courses.lessons.blocks import LessonBody
from courses.lessons.models import Reference
from courses.lessons.queries import Sources

BODY = LessonBody()


def render(*pieces, sources=None):
    raw = [{"type": kind, "value": value, "id": f"1234567{n}-0000"} for n, (kind, value) in enumerate(pieces)]
    template = Template("{% load wagtailcore_tags %}{% include_block body %}")
    bound = BODY.bind(BODY.to_python(json.loads(json.dumps(raw))))
    return template.render(Context({"body": bound, "sources": sources}))


@pytest.fixture
def sources():
    reference = Reference(key="a2020", authors="A", year=2020, title="T", source="S")
    return Sources(references=(reference,), numbers={"a2020": 1})


def test_text_cites_by_number(sources):
    html = render(("text", "<p>So <b>it</b> is [@a2020].</p>"), sources=sources)
    assert '<p>So <b>it</b> is <a href="#ref-1">[1]</a>.</p>' in html


def test_a_heading_keeps_its_anchor_whatever_its_words():
    assert '<h2 id="h-12345670">A &amp; B</h2>' in render(("heading", {"text": "A & B", "level": "2"}))
    assert '<h3 id="h-12345670">' in render(("heading", {"text": "Else", "level": "3"}))


@pytest.mark.parametrize(("kind", "word"), [("note", "Note"), ("caution", "Caution"), ("case", "Invented case")])
def test_callouts_say_what_they_are_in_words(kind, word):
    html = render((kind, {"title": 'Say "what"', "text": "<p>Text.</p>"}))
    assert word in html
    assert 'role="note" aria-label="Say &quot;what&quot;"' in html


@pytest.mark.parametrize(("choice", "row_heads", "column_heads"), [("row", 0, 2), ("column", 2, 0), ("both", 1, 2)])
def test_table_headers_are_marked(choice, row_heads, column_heads, sources):
    value = {
        "data": [["Allele", "Function"], ["*1/*2", "No [@a2020]"]],
        "table_caption": "Alleles",
        "table_header_choice": choice,
        "first_row_is_table_header": choice in ("row", "both"),
        "first_col_is_header": choice in ("column", "both"),
    }
    html = render(("table", value), sources=sources)
    assert html.count('<th scope="row">') == row_heads
    assert html.count('<th scope="col">') == column_heads
    assert "*1/*2" in html
    assert 'tabindex="0"' in html
    assert '<a href="#ref-1">[1]</a>' in html


def test_a_sequence_is_verbatim_and_left_to_right():
    html = render(("sequence", {"label": "", "text": "A  <C>\nG"}))
    assert "<pre>A  &lt;C&gt;\nG</pre>" in html
    assert 'dir="ltr"' in html
    assert "Sequence or lines of a file" in html


def test_an_answer_is_behind_a_disclosure_without_script():
    html = render(("exercise", {"title": "Try", "question": "<p>Why?</p>", "answer": "<p>So.</p>"}))
    assert html.index("Why?") < html.index("<summary>Show answer</summary>") < html.index("So.")


@pytest.mark.django_db
def test_figures_are_numbered_sized_and_lazy():
    image = get_image_model().objects.create(title="x", file=get_test_image_file_svg())
    image.refresh_from_db()
    value = {"image": image.pk, "alt_text": "A box", "caption": "The box.", "credit": "", "description": "<p>Long.</p>"}
    html = render(("text", "<p>x</p>"), ("figure", value), ("figure", {**value, "description": ""}))
    assert f'width="{image.width}"' in html
    assert html.count('loading="lazy"') == 2
    assert "Figure 1." in html
    assert "Figure 2." in html
    assert html.count("Description of the figure") == 1


@pytest.mark.django_db
def test_photographs_come_in_two_sizes():
    image = get_image_model().objects.create(title="x", file=get_test_image_file(size=(1000, 500)))
    value = {"image": image.pk, "alt_text": "A box", "caption": "The box.", "credit": "", "description": ""}
    html = render(("figure", value))
    assert "srcset=" in html
    assert 'alt="A box"' in html


def test_latin_names_are_isolated_in_arabic():
    with translation.override("ar"):
        assert "<bdi>DNA</bdi>" in render(("text", "<p>الحمض النووي (DNA)</p>"))


def test_every_block_helps_the_editor():
    for name, block in BODY.child_blocks.items():
        assert block.meta.icon != "placeholder", name
        assert block.get_description(), name
        assert block.is_previewable, name


def test_every_preview_renders(rf):
    for name, block in BODY.child_blocks.items():
        if name != "figure":  # has a preview template of its own
            assert block.render(block.get_preview_value()), name
