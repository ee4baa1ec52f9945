import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.short_text import mark

ITEM = {"accept": ["diplotype", "a diplotype"]}
EXACT = {
    "accept": ["p.(Cys8Ter)"],
    "case_sensitive": True,
    "partial": [{"text": "p.Cys8Ter", "credit": 0.5, "feedback": "Brackets."}, {"text": "Cys8Ter", "credit": 0.25}],
}


@pytest.mark.parametrize("answer", ["diplotype", " Diplotype ", "A  DIPLOTYPE", "a\u00a0diplotype", "diplo\u200btype"])
def test_spaces_and_case_do_not_matter(answer):
    assert mark(ITEM, answer).score == 1


def test_dashes_and_quotes_are_those_that_are_meant():
    item = {"accept": ["Hardy-Weinberg", "Crohn’s disease"]}
    assert mark(item, "hardy–weinberg").score == mark(item, "crohn's disease").score == 1


def test_case_matters_where_the_item_says_so():
    assert mark(EXACT, "p.(Cys8Ter)").score == 1
    assert mark(EXACT, "p.(cys8ter)").score == 0
    assert mark(EXACT, "p.(cys8ter)").reasons == (Reason("text-case"),)


def test_an_answer_right_in_part_earns_its_credit_and_the_authors_words():
    assert mark(EXACT, "p.Cys8Ter").score == 0.5
    assert mark(EXACT, "p.Cys8Ter").reasons == (Reason("feedback", {"text": "Brackets."}),)
    assert mark(EXACT, "Cys8Ter").reasons == (Reason("text-in-part"),)


@given(st.text(max_size=40))
def test_any_accepted_text_is_accepted_as_it_stands(text):
    if mark(ITEM, text).score == 0 and text.strip() and text.isprintable():
        assert mark({"accept": [text]}, text).score == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("genotype", "text-not-accepted"),
        ("", "no-answer"),
        ("\u200b", "no-answer"),
        (None, "no-answer"),
        (5, "answer-of-another-kind"),
        ("diplo\u0000type", "answer-of-another-kind"),
        ("d" * 10_000, "answer-too-long"),
    ],
)
def test_anything_else_scores_nothing_and_is_told_why(answer, code):
    assert mark(ITEM, answer).score == 0
    assert [reason.code for reason in mark(ITEM, answer).reasons] == [code]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"accept": []}, "accept lists"),
        ({"accept": "diplotype"}, "accept lists"),
        ({"accept": [" "]}, "1 to 500"),
        ({"case_sensitive": 1}, "case_sensitive"),
        ({"partial": "x"}, "not a list"),
        ({"partial": [{"credit": 0.5}]}, "no text"),
        ({"partial": [{"text": "x", "credit": 1}]}, "between 0 and 1"),
        ({"partial": [{"text": "x", "credit": True}]}, "between 0 and 1"),
        ({"partial": [{"text": "x", "credit": 0.5, "feedback": 5}]}, "feedback"),
    ],
)
def test_an_item_that_cannot_be_marked_is_named(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, "x")
