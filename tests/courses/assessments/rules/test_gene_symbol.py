import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.gene_symbol import mark

ITEM = {"approved": "SEPTIN2", "aliases": ["hNedd5"], "previous": ["DIFF6", "NEDD5", "SEPT2"]}


@pytest.mark.parametrize("answer", ["SEPTIN2", "septin2", " Septin2 ", "SEPTIN2.", "*SEPTIN2*", "SEPTIN\u200b2"])
def test_the_approved_symbol_is_full_marks_in_any_case(answer):
    assert mark(ITEM, answer).score == 1
    assert mark(ITEM, answer).reasons == ()


def test_case_is_style_also_where_the_approved_symbol_is_of_mixed_case():
    assert mark({"approved": "C9orf72"}, "C9ORF72").score == 1


@pytest.mark.parametrize(
    ("answer", "code"), [("sept2", "gene-previous"), ("NEDD5", "gene-previous"), ("HNEDD5", "gene-alias")]
)
def test_another_name_of_the_gene_earns_half_and_the_approved_symbol_is_shown(answer, code):
    assert mark(ITEM, answer).score == 0.5
    assert mark(ITEM, answer).reasons == (Reason(code, {"given": answer, "approved": "SEPTIN2"}),)


@given(st.text(max_size=30))
def test_nothing_but_the_names_earns_anything(answer):
    names = {name.upper() for name in (ITEM["approved"], *ITEM["aliases"], *ITEM["previous"])}
    if not any(name in answer.upper() for name in names) and answer.isascii():
        assert mark(ITEM, answer).score == 0


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("SEPTIN3", "gene-other"),
        ("SEPTIN", "gene-other"),
        ("SEPTIN2 SEPTIN3", "gene-other"),
        ("2-Sep", "gene-damaged"),
        ("Sep–02", "gene-damaged"),
        ("", "no-answer"),
        (" . ", "no-answer"),
        (None, "no-answer"),
        (2, "answer-of-another-kind"),
        (["SEPTIN2"], "answer-of-another-kind"),
        ("SEPTIN\u00002", "answer-of-another-kind"),
        ("S" * 10_000, "answer-too-long"),
    ],
)
def test_anything_else_scores_nothing_and_is_told_why(answer, code):
    assert mark(ITEM, answer).score == 0
    assert [reason.code for reason in mark(ITEM, answer).reasons] == [code]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"approved": ""}, "approved is not a symbol"),
        ({"approved": None}, "approved is not a symbol"),
        ({"aliases": "hNedd5"}, "aliases is not a list"),
        ({"previous": [5]}, "each of previous"),
        ({"previous": ["S" * 1_000]}, "each of previous"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, "SEPTIN2")
