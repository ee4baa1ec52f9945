import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.ordering import mark

STEPS = ["Selection", "Leukapheresis", "Manufacture", "Infusion"]
ITEM = {"items": STEPS}


@given(st.permutations(STEPS))
def test_only_the_right_order_scores(order):
    assert mark(ITEM, order).score == (1 if order == STEPS else 0)


def test_the_first_thing_out_of_place_is_named():
    assert mark(ITEM, ["Selection", "Manufacture", "Leukapheresis", "Infusion"]).reasons == (
        Reason("ordering-first-wrong", {"place": "2"}),
    )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "no-answer"),
        ([], "no-answer"),
        ("Selection", "answer-of-another-kind"),
        (5, "answer-of-another-kind"),
        (STEPS[:3], "ordering-incomplete"),
        ([*STEPS, "Infusion"], "ordering-incomplete"),
        (["Selection"] * 4, "ordering-incomplete"),
        ([1, None, {}, []], "ordering-incomplete"),
    ],
)
def test_what_is_not_an_order_of_the_items_scores_nothing(answer, code):
    assert mark(ITEM, answer).score == 0
    assert mark(ITEM, answer).reasons == (Reason(code),)


@pytest.mark.parametrize("items", [None, "ab", ["a"], ["a", "a"], ["a", 1]])
def test_an_item_that_cannot_be_marked_is_named(items):
    with pytest.raises(UnusableItem, match="item"):
        mark({"items": items}, ["a"])
