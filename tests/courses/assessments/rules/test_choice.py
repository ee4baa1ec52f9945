import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem, has_passed, percent_of, problems_of
from courses.assessments.rules.choice import mark

ITEM = {
    "options": [
        {"id": "a", "is_correct": True, "feedback": "Yes."},
        {"id": "b", "is_correct": True, "feedback": ""},
        {"id": "c", "is_correct": False, "feedback": "No."},
    ]
}
choices = st.lists(st.sampled_from(["a", "b", "c", "gone"]))


@given(choices)
def test_exactly_the_right_options_earn_everything_and_anything_else_nothing(chosen):
    assert mark(ITEM, chosen).score == (1.0 if set(chosen) == {"a", "b"} else 0.0)


@given(choices)
def test_neither_order_nor_repetition_of_the_choices_matters(chosen):
    assert mark(ITEM, chosen) == mark(ITEM, sorted({*chosen}))


def test_a_question_left_open_scores_nothing_even_if_nothing_was_right():
    nothing_right = {"options": [{"id": "a", "is_correct": False, "feedback": ""}]}
    assert mark(nothing_right, []).score == 0


def test_only_what_was_chosen_is_explained():
    assert mark(ITEM, ["c", "b"]).reasons == (Reason("feedback", {"text": "No."}),)


SHARED = {**ITEM, "partial_credit": "share"}


@given(choices)
def test_where_the_item_says_so_right_choices_less_wrong_ones_share_the_credit(chosen):
    right, wrong = len({*chosen} & {"a", "b"}), len({*chosen} - {"a", "b"})
    assert mark(SHARED, chosen).score == max(0, right - wrong) / 2


def test_a_shared_mark_says_how_it_was_counted():
    assert mark(SHARED, ["a"]).reasons[-1] == Reason("choice-share", {"right": "1", "wrong": "0", "all": "2"})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"options": []}, "missing"),
        ({"options": [{"is_correct": True}]}, "no id"),
        ({"options": [{"id": "a"}]}, "whether it is correct"),
        ({"options": [ITEM["options"][0]] * 2}, "same id"),
        ({"partial_credit": "half"}, "partial_credit"),
    ],
)
def test_an_item_that_cannot_be_marked_is_named(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, ["a"])


def test_an_answer_that_is_no_choice_scores_nothing():
    assert mark(ITEM, {"a": 1}).reasons == mark(ITEM, [1]).reasons == (Reason("answer-of-another-kind"),)


@pytest.mark.parametrize(
    ("points", "possible", "percent", "passed"),
    [(7, 10, 70, True), (6.999, 10, 70, False), (0, 0, 70, False), (0.7 + 0.1 + 0.2, 1, 100, True), (1, 3, 34, False)],
)
def test_the_pass_mark_is_reached_or_not(points, possible, percent, passed):
    assert has_passed(points, possible, percent) is passed


@given(st.integers(1, 60), st.integers(1, 100), st.data())
def test_what_is_shown_as_reaching_the_pass_mark_has_reached_it(possible, pass_mark, data):
    points = data.draw(st.integers(0, possible))
    if percent_of(points / possible) >= pass_mark:
        assert has_passed(points, possible, pass_mark)


@pytest.mark.parametrize(
    ("kind", "correct", "problems"),
    [
        ("single", [True, False], []),
        ("single", [True, True], ["not-one-correct"]),
        ("single", [True], ["too-few-options"]),
        ("multiple", [True, True, False], []),
        ("multiple", [True, True], ["none-or-all-correct"]),
        ("multiple", [False, False], ["none-or-all-correct"]),
    ],
)
def test_an_unanswerable_question_is_noticed(kind, correct, problems):
    assert problems_of(kind, correct) == problems
