import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.operations.loading.lesson_text import problems_of, read_blocks


def read(text, first_line=1):
    problems = []
    blocks = read_blocks(text, first_line=first_line, refuse=lambda line, sentence: problems.append((line, sentence)))
    return blocks, problems


def read_well(text):
    blocks, problems = read(text)
    assert problems == []
    return [(block.kind, block.value) for block in blocks]


def test_text_headings_and_verbatim_lines_are_blocks_of_their_own():
    text = "One **two** *three*\nfour `c.1A>G` \\*1.\n\n## Head\n\n- a\n- b\n\n  c\n\n```\nA  C\n```\n\n1. x\n"
    assert read_well(text) == [
        ("text", "<p>One <b>two</b> <i>three</i> four <code>c.1A&gt;G</code> *1.</p>"),
        ("heading", {"text": "Head", "level": "2"}),
        ("text", "<ul><li>a</li><li>b<br/>c</li></ul>"),
        ("sequence", {"label": "", "text": "A  C"}),
        ("text", "<ol><li>x</li></ol>"),
    ]


def test_directives_become_blocks():
    text = (
        ':::note{title="Know"}\nText.\n:::\n:::figure{src="a.svg" alt="An a." caption="The a."}\nLong.\n:::\n'
        ':::exercise{title="Try"}\nWhy?\n:::answer\nSo.\n:::\n'
    )
    assert read_well(text) == [
        ("note", {"title": "Know", "text": "<p>Text.</p>"}),
        (
            "figure",
            {"image": "a.svg", "alt_text": "An a.", "caption": "The a.", "credit": "", "description": "<p>Long.</p>"},
        ),
        ("exercise", {"title": "Try", "question": "<p>Why?</p>", "answer": "<p>So.</p>"}),
    ]


def test_every_block_that_holds_no_recording_can_be_written():
    text = (
        ':::case{title="A boy"}\nHe is four.\n:::step{title="Ask"}\nWho else?\n:::step{title="See"}\n```\n:::step\n```\n:::\n'
        ':::comparison{caption="Two ways"}\n| | Panel | Genome |\n|---|---|---|\n| Read | *Few* | `all` |\n:::\n'
        ':::sequence{caption="A start [@a]" kind="dna" start="-6"}\n  1 GCCACC\n  7 ATGAAA\n\n- 1..3: the start\n- -6: a G\n:::\n'
        ':::document{src="list.pdf" title="List" summary="To print."}\n:::\n:::document{src="a.csv"}\n:::\n'
        ':::reveal{title="How"}\nSo.\n:::\n:::reflection\nWhom would you ask?\n:::\n'
        ':::figure{src="a.svg" alt="An a." caption="The a." credit="CC0"}\n:::\n'
    )
    assert read_well(text) == [
        (
            "case_in_steps",
            {
                "title": "A boy",
                "opening": "<p>He is four.</p>",
                "steps": [
                    {"title": "Ask", "text": "<p>Who else?</p>"},
                    {"title": "See", "text": "<p><code>:::step</code></p>"},
                ],
            },
        ),
        (
            "comparison",
            {
                "caption": "Two ways",
                "columns": ["Panel", "Genome"],
                "rows": [{"aspect": "Read", "cells": ["*Few*", "`all`"]}],
            },
        ),
        (
            "ruled_sequence",
            {
                "caption": "A start [@a]",
                "kind": "dna",
                "residues": "1 GCCACC\n  7 ATGAAA",
                "starts_at": -6,
                "highlights": [
                    {"first": 1, "last": 3, "meaning": "the start"},
                    {"first": -6, "last": -6, "meaning": "a G"},
                ],
            },
        ),
        ("document", {"document": "list.pdf", "title": "List", "summary": "To print."}),
        ("document", {"document": "a.csv", "title": "", "summary": ""}),
        ("reveal", {"title": "How", "text": "<p>So.</p>"}),
        ("reflection", {"question": "<p>Whom would you ask?</p>"}),
        ("figure", {"image": "a.svg", "alt_text": "An a.", "caption": "The a.", "credit": "CC0", "description": ""}),
    ]


def test_a_table_keeps_its_cells():
    text = ':::table{caption="C" header="both"}\n| A | B |\n|---|:-:|\n| \\*1/\\*2 | x \\| y |\n| *GENE* | `a` |\n:::\n'
    ((kind, value),) = read_well(text)
    assert kind == "table"
    assert value["data"] == [["A", "B"], ["*1/*2", "x | y"], ["*GENE*", "`a`"]]
    assert value["first_row_is_table_header"]
    assert value["first_col_is_header"]


def test_lines_that_look_like_directives_stay_verbatim():
    assert read_well("```\n:::note\n:::\n```\n") == [("sequence", {"label": "", "text": ":::note\n:::"})]


def test_verbatim_lines_inside_a_directive_keep_breaks_and_spaces():
    ((_kind, value),) = read_well(':::case{title="T"}\n```\nA  C\nG\n```\n:::\n')
    assert value["text"] == "<p><code>A\xa0 C</code><br/><code>G</code></p>"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (':::note{title="T"}\ntext\n', 1),
        ("text\n:::\n", 2),
        (':::note{title="T"}\n:::case{title="T"}\nx\n:::\n', 2),
        (':::notes{title="T"}\nx\n:::\n', 1),
        (":::note\nx\n:::\n", 1),
        (':::note{title="T" colour="red"}\nx\n:::\n', 1),
        (':::note{title="T" title="U"}\nx\n:::\n', 1),
        (":::note{title='T'}\nx\n:::\n", 1),
        (':::note{title=""}\nx\n:::\n', 1),
        (':::note{title="T"}\n:::\n', 1),
        (':::note{title="T"}\nx\n:::answer\ny\n:::\n', 3),
        (':::exercise{title="T"}\nx\n:::\n', 1),
        (':::exercise{title="T"}\nx\n:::answer\ny\n:::answer\nz\n:::\n', 1),
        (':::exercise{title="T"}\nx\n:::answer\n:::\n', 1),
        (':::figure{src="../a.svg" alt="A" caption="C"}\n:::\n', 1),
        (':::figure{src="/etc/passwd" alt="A" caption="C"}\n:::\n', 1),
        (':::figure{src="a.png" alt="A" caption="C"}\n:::\n', 1),
        (':::table{caption="C" header="top"}\n| a |\n|---|\n| b |\n:::\n', 1),
        (':::table{caption="C" header="row"}\n| a | b |\n|---|---|\n| c |\n:::\n', 4),
        (':::table{caption="C" header="row"}\n| a | b |\n| c | d |\n:::\n', 3),
        (':::table{caption="C" header="row"}\ntext\n:::\n', 2),
        (':::note{title="T"}\nx\n:::step{title="S"}\ny\n:::\n', 3),
        (':::case{title="T"}\nx\n:::step\ny\n:::\n', 3),
        (':::case{title="T"}\nx\n:::step{title="S" open="yes"}\ny\n:::\n', 3),
        (':::case{title="T"}\nx\n:::step{title="S"}\n:::\n', 3),
        (':::case{title="T"}\n:::step{title="S"}\ny\n:::\n', 1),
        (':::exercise{title="T"}\nx\n:::answer{title="S"}\ny\n:::\n', 1),
        (':::comparison{caption="C"}\n| a | b | c |\n|---|---|---|\n| d | e | f |\n:::\n', 1),
        (':::comparison{caption="C"}\n| | b | c |\n|---|---|---|\n| d | e |\n:::\n', 4),
        (':::comparison{caption="C"}\ntext\n:::\n', 2),
        (':::sequence{caption="C" kind="lipid"}\nACGT\n:::\n', 1),
        (':::sequence{caption="C" kind="dna" start="one"}\nACGT\n:::\n', 1),
        (':::sequence{caption="C" kind="dna" start="99999999999"}\nACGT\n:::\n', 1),
        (':::sequence{caption="C" kind="dna"}\nACGT\n- first to third\n:::\n', 3),
        (':::sequence{caption="C" kind="dna"}\nACGT\n- 1..3: a\nACGT\n:::\n', 4),
        (':::sequence{caption="C" kind="dna"}\nACGT\n- ١..٣: a\n:::\n', 3),
        (':::document{src="../list.pdf"}\n:::\n', 1),
        (':::document{src="list.pdf" title=" "}\n:::\n', 1),
        (':::document{src="list.pdf"}\nText.\n:::\n', 1),
        (":::reflection\n:::\n", 1),
        (':::reflection{title="T"}\nx\n:::\n', 1),
        (":::reveal\nx\n:::\n", 1),
        (':::video{src="a.mp4"}\n:::\n', 1),
        ("# Title\n", 1),
        ("text\n\n#### Deep\n", 3),
        ("text\n\n<script>alert(1)</script>\n", 3),
        ("a <b>b</b>\n", 1),
        ("[a](https://example.org)\n", 1),
        ("<https://example.org>\n", 1),
        ("![a](b.png)\n", 1),
        ("> quoted\n", 1),
        ("text\n\n***\n", 3),
        ("text\n\n```\nnever closed\n", 5),
    ],
)
def test_what_cannot_be_read_is_refused_on_its_line(text, line):
    _blocks, problems = read(text)
    assert line in [where for where, _sentence in problems]


@given(st.text(alphabet=st.sampled_from(list(":::{}=\"'|-`*#<>[]()!@ \n\\abnote1.")), max_size=200))
def test_any_text_is_read_or_refused_and_nothing_active_gets_through(text):
    blocks, _problems = read(text)
    for block in blocks:
        values = block.value.values() if isinstance(block.value, dict) and block.kind != "table" else [block.value]
        for value in values:
            if block.kind in ("text", "note", "case", "caution", "exercise", "reveal", "reflection"):
                assert "<script" not in str(value)
                assert str(value).count("<a") == 0


OPENINGS = [
    ':::case{title="T"}',
    ':::step{title="S"}',
    ':::comparison{caption="C"}',
    ':::sequence{caption="C" kind="dna" start="-2"}',
    ':::document{src="a.pdf"}',
    ":::reflection",
    ":::answer",
    ":::",
    "| | a | b |",
    "|---|---|---|",
    "- 1..3: x",
    "- 9..-3: x",
    "ACGT",
    "```",
    "",
]


@given(st.lists(st.sampled_from(OPENINGS), max_size=12))
def test_any_order_of_lines_is_read_or_refused(lines):
    blocks, _problems = read("\n".join(lines))
    for block in blocks:
        for _sentence in problems_of(block):
            pass


@given(st.text(max_size=300))
def test_reading_never_fails(text):
    read(text)
