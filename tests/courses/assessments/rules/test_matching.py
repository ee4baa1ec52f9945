import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.matching import mark

PAIRS = {"C": "Collective benefit", "A": "Authority to control", "R": "Responsibility", "E": "Ethics"}
ITEM = {"pairs": [{"left": left, "right": right} for left, right in PAIRS.items()], "distractors": ["Reusability"]}


@given(st.dictionaries(st.sampled_from([*PAIRS, "gone"]), st.sampled_from([*PAIRS.values(), "Reusability"])))
def test_the_score_is_the_share_of_pairs_that_are_right(answer):
    right = sum(answer.get(left) == right for left, right in PAIRS.items())
    assert mark(ITEM, answer).score == right / len(PAIRS)


@given(st.lists(st.sampled_from([*PAIRS.values(), "Reusability"]), max_size=6))
def test_right_sides_may_be_given_in_the_order_of_the_pairs(answer):
    assert mark(ITEM, answer) == mark(ITEM, dict(zip(PAIRS, answer, strict=False)))


def test_a_share_is_told_in_numbers():
    assert mark(ITEM, {"C": "Collective benefit", "A": "Ethics"}).reasons == (
        Reason("matching-share", {"right": "1", "all": "4"}),
    )


def test_two_left_sides_may_share_a_right_side():
    item = {"pairs": [{"left": "a", "right": "x"}, {"left": "b", "right": "x"}]}
    assert mark(item, {"a": "x", "b": "x"}).score == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "no-answer"),
        ({}, "no-answer"),
        ([], "no-answer"),
        ("x", "answer-of-another-kind"),
        (5, "answer-of-another-kind"),
    ],
)
def test_what_matches_nothing_scores_nothing(answer, code):
    assert mark(ITEM, answer).score == 0
    assert mark(ITEM, answer).reasons == (Reason(code),)


@pytest.mark.parametrize("answer", [{"C": ["x"]}, [{"x": 1}, None], {"C": 5, "A": {}}])
def test_a_right_side_that_is_no_text_is_wrong(answer):
    assert mark(ITEM, answer).score == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"pairs": []}, "pairs are missing"),
        ({"pairs": [{"left": "a"}]}, "lacks"),
        ({"pairs": [{"left": "a", "right": "x"}, {"left": "a", "right": "y"}]}, "two pairs"),
        ({"distractors": "x"}, "not a list"),
        ({"distractors": ["Ethics"]}, "also a right side: Ethics"),
    ],
)
def test_an_item_that_cannot_be_marked_is_named(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, {})
