from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import UnusableItem
from courses.assessments.rules.numeric import mark
from courses.assessments.words import sentence_of


def codes_of(item, answer):
    reasons = mark(item, answer).reasons
    assert all(sentence_of(reason) for reason in reasons)
    return [reason.code for reason in reasons]


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        (0.25, "0.25"),
        (0.25, "0,25"),
        (0.25, ".25"),
        (0.25, ",25"),
        (0.25, "1/4"),
        (0.25, " 1 / 4 "),
        (0.25, "1⁄4"),
        (0.25, "¼"),
        (0.25, "25 %"),
        (0.25, "2.5e-1"),
        (0.25, "2.5 × 10^-1"),
        (0.25, "2.5·10⁻¹"),
        (0.25, 0.25),
        (0.25, Decimal("0.25")),
        (-3, "−3"),
        (-3, "-3"),
        (3, "+3"),
        (50, "50"),
        (50, "50."),
        (50, 50),
        (50, "50,0"),
        (1000, "1,000"),
        (1000, "1.000"),
        (1000, "1 000"),
        (1000, "1\u202f000"),
        (1000, "1'000"),
        (1, "1,000"),
        (1234567.5, "1,234,567.5"),
        (1234567.5, "1.234.567,5"),
        (1234567, "1 234 567"),
    ],
)
def test_a_number_may_be_written_in_many_ways(key, answer):
    assert mark({"answer": key}, answer).score == 1


@pytest.mark.parametrize(
    ("answer", "score"), [("9.05", 1), ("8,95", 1), ("8.96", 1), ("9.0500001", 0), ("8.94", 0), ("90", 0), ("0.09", 0)]
)
def test_the_tolerance_is_absolute_and_exact(answer, score):
    assert mark({"answer": 9, "tolerance": 0.05, "unit": "%"}, answer).score == score


@given(st.decimals(-1000, 1000, places=3), st.decimals(0, 10, places=3), st.decimals(-20, 20, places=3))
def test_right_means_not_further_than_the_tolerance(key, tolerance, distance):
    item = {"answer": float(key), "tolerance": float(tolerance)}
    assert mark(item, str(key + distance)).score == (1 if abs(distance) <= tolerance else 0)


def test_a_third_is_a_third_and_not_its_first_digits():
    item = {"answer": 0.6667, "tolerance": 0.0001}
    assert mark(item, "2/3").score == 1
    assert mark({"answer": 0.6667}, "2/3").score == 0


@pytest.mark.parametrize(
    ("unit", "answer", "codes"),
    [
        ("%", "9 %", []),
        ("%", "9%", []),
        ("mg/L", "9 mg / l", []),
        ("µg", "9 μg", []),
        ("%", "9 mg", ["numeric-unit"]),
        ("mg", "9 %", ["numeric-unit"]),
        ("", "9 mg", ["numeric-no-unit"]),
        ("", "9", []),
    ],
)
def test_a_unit_may_be_left_out_but_not_be_another(unit, answer, codes):
    item = {"answer": 9, "unit": unit}
    assert mark(item, answer).score == (0 if codes else 1)
    assert codes_of(item, answer) == codes


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "no-answer"),
        (None, "no-answer"),
        ("nine", "numeric-not-a-number"),
        ("٩", "numeric-not-a-number"),
        ("1/0", "numeric-not-a-number"),
        ("9\u00000", "numeric-not-a-number"),
        ("NaN", "numeric-not-a-number"),
        ("inf", "numeric-not-a-number"),
        (float("nan"), "numeric-not-a-number"),
        (float("inf"), "numeric-not-a-number"),
        ("1e999999999", "numeric-no-unit"),
        ("1/1/1", "numeric-no-unit"),
        ("9" * 61, "answer-too-long"),
        ("9" * 10_000, "answer-too-long"),
        (10**100, "answer-too-long"),
        (True, "answer-of-another-kind"),
        ([9], "answer-of-another-kind"),
        ("8", "numeric-too-far"),
    ],
)
def test_what_is_not_the_number_scores_nothing_and_is_told_why(answer, code):
    assert mark({"answer": 9}, answer).score == 0
    assert codes_of({"answer": 9}, answer) == [code]


@given(st.text(max_size=70) | st.text("0123456789.,/e%×^ -+", max_size=30))
def test_no_answer_whatever_is_a_fault(answer):
    assert mark({"answer": 9}, answer).score in {0, 1}


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({}, "answer is not a number"),
        ({"answer": "9"}, "answer is not a number"),
        ({"answer": True}, "answer is not a number"),
        ({"answer": float("nan")}, "finite"),
        ({"answer": float("inf")}, "finite"),
        ({"answer": 9, "tolerance": -1}, "below 0"),
        ({"answer": 9, "tolerance": "1"}, "tolerance is not a number"),
        ({"answer": 9, "unit": 5}, "unit"),
    ],
)
def test_an_item_that_cannot_be_marked_is_named(item, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(item, "9")
