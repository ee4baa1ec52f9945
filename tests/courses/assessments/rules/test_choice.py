import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, has_passed, mark, percent_of, problems_of

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
