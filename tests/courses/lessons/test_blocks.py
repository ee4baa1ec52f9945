import json

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from wagtail.documents import get_document_model
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


RULED = {
    "caption": "Start of a coding sequence",
    "kind": "dna",
    "residues": "GCCACC ATGAAATTTGGGCCCTGA",
    "starts_at": -6,
    "highlights": [{"first": 1, "last": 3, "meaning": "the start codon"}],
}


def test_a_ruled_sequence_shows_positions_and_says_its_highlights_in_words():
    html = render(("ruled_sequence", RULED))
    assert "DNA, positions -6 to 18" in html
    assert '<span class="ruled__position" aria-hidden="true">-6</span>GCCACC<mark>ATG</mark>A' in html
    assert '<span class="ruled__position" aria-hidden="true">5</span>AATTTGGGCC' in html
    assert '<code translate="no">ATG</code>: the start codon' in html
    assert "style=" not in html


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"residues": "ATGUUU"}, "residues"),
        ({"residues": "<script>"}, "residues"),
        ({"residues": "1 2 3"}, "residues"),
        ({"starts_at": 0}, "starts_at"),
        ({"highlights": [{"first": -1, "last": 0, "meaning": "x"}]}, "highlights"),
        ({"highlights": [{"first": 3, "last": 1, "meaning": "x"}]}, "highlights"),
        ({"highlights": [{"first": 16, "last": 19, "meaning": "x"}]}, "highlights"),
        (
            {"highlights": [{"first": 4, "last": 9, "meaning": "x"}, {"first": 1, "last": 4, "meaning": "y"}]},
            "highlights",
        ),
    ],
)
def test_a_ruled_sequence_that_does_not_add_up_is_refused(change, field):
    block = BODY.child_blocks["ruled_sequence"]
    block.clean(block.to_python(RULED))
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python(RULED | change))
    assert list(refusal.value.block_errors) == [field]


def test_an_unfinished_ruled_sequence_can_be_previewed():
    blank = {"caption": "", "kind": "dna", "residues": "", "starts_at": None, "highlights": [{"first": None}]}
    assert "<mark>" not in render(("ruled_sequence", blank))


def test_a_case_unfolds_step_by_step_without_script(sources):
    steps = [{"title": "Who else?", "text": "<p>Ask [@a2020].</p>"}, {"title": "The tree", "text": "<p>Boys.</p>"}]
    html = render(
        ("case_in_steps", {"title": "A boy", "opening": "<p>He is four.</p>", "steps": steps}), sources=sources
    )
    assert html.count("<details>") == html.count("<summary>") == 2
    assert "Invented case" in html
    assert html.index("Step 1 of 2") < html.index("Who else?") < html.index("Ask") < html.index("Step 2 of 2")
    assert '<a href="#ref-1">[1]</a>' in html


COMPARISON = {
    "caption": "Two tests",
    "columns": ["Panel", "Genome"],
    "rows": [
        {"aspect": "Read", "cells": ["A list of *genes*", "All [@a2020]"]},
        {"aspect": "Cost", "cells": ["1", "2"]},
    ],
}


def test_a_comparison_has_heads_of_rows_and_columns(sources):
    html = render(("comparison", COMPARISON), sources=sources)
    assert html.count('<th scope="row">') == 2
    assert html.count('<th scope="col">') == 2
    assert html.count('<span class="comparison__column" aria-hidden="true">Genome</span>') == 2
    assert "<i>genes</i>" in html
    assert '<a href="#ref-1">[1]</a>' in html


def test_a_comparison_with_a_cell_too_few_is_refused():
    block = BODY.child_blocks["comparison"]
    block.clean(block.to_python(COMPARISON))
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python(COMPARISON | {"columns": ["Panel", "Exome", "Genome"]}))
    assert list(refusal.value.block_errors) == ["rows"]


@pytest.mark.django_db
def test_a_document_says_its_kind_and_size_before_it_is_pressed(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = get_document_model().objects.create(title="Guide", file=ContentFile(b"x" * 2048, name="guide.pdf"))
    html = render(("document", {"document": document.pk, "title": "", "summary": "For <b>nurses</b>."}))
    assert f'<a href="{document.url}">Guide (PDF, 2.0\xa0KB)</a>' in html
    assert "For &lt;b&gt;nurses&lt;/b&gt;." in html
    document.delete()
    assert "<a" not in render(("document", {"document": document.pk, "title": "", "summary": ""}))


def test_a_question_for_reflection_marks_the_place_of_a_reply():
    html = render(("reflection", {"question": "<p>Whom would you ask?</p>"}))
    assert 'id="r-12345670"' in html
    assert html.index("Whom would you ask?") < html.index("<!--reply 12345670-0000-->")


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


@pytest.mark.parametrize("name", list(BODY.child_blocks))
def test_every_preview_is_a_valid_page(name, rf, validate_html):
    block = BODY.child_blocks[name]
    value = block.get_preview_value()
    request = rf.get("/")
    context = {"request": request, "page_title": name, "bound_block": block.bind(value)}
    html = render_to_string(block.get_preview_template(value, context), context, request)
    assert '<div class="prose">' in html
    # A preview of a heading alone has no title above it.
    assert [problem for problem in validate_html(html) if "heading level of 1" not in problem] == []
