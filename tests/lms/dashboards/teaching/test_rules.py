"""Item analysis: the textbook's figures, and laws that hold for any answers."""

import random
import statistics

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.dashboards.teaching.rules import LEAST_ANSWERS, Answer, Flag, Reason, analyse, correlation, mean, rests

fractions = st.floats(min_value=0, max_value=1)
pairs = st.lists(st.tuples(fractions, fractions), max_size=60)
OPTIONS = {"right": True, "wrong": False, "worse": False}
answers = st.lists(
    st.builds(Answer, fractions, st.none() | fractions, st.frozensets(st.sampled_from(sorted(OPTIONS)))), max_size=40
)


def people(*groups: tuple[int, float, float, str]) -> list[Answer]:
    """Return answers by groups of (how many, score, rest, option)."""
    return [
        Answer(score, rest, frozenset({option})) for count, score, rest, option in groups for _person in range(count)
    ]


def reasons(answers: list[Answer], options=OPTIONS) -> list[Flag]:
    return list(analyse(answers, options).flags)


@given(pairs)
def test_correlation_is_between_minus_one_and_one_or_cannot_be_told(pairs):
    found = correlation(pairs)
    assert found is None or -1 <= found <= 1


@given(pairs, st.randoms(use_true_random=False))
def test_order_does_not_matter_to_the_last_digit(pairs, chance):
    shuffled = list(pairs)
    chance.shuffle(shuffled)
    assert correlation(shuffled) == correlation(pairs)
    if pairs:
        assert mean(x for x, _y in shuffled) == mean(x for x, _y in pairs)


@given(answers, st.randoms(use_true_random=False))
def test_figures_are_the_same_in_whatever_order_people_answered(answers, chance):
    shuffled = list(answers)
    chance.shuffle(shuffled)
    assert analyse(shuffled, OPTIONS) == analyse(answers, OPTIONS)


@given(answers)
def test_figures_are_shares_and_correlations(answers):
    figures = analyse(answers, OPTIONS)
    assert figures.answers == len(answers)
    if not figures.is_judged:
        assert (figures.facility, figures.discrimination, figures.options, figures.flags) == (None, None, (), ())
        return
    assert 0 <= figures.facility <= 1
    assert figures.discrimination is None or -1 <= figures.discrimination <= 1
    for option in figures.options:
        assert option.share == option.count / len(answers)
        assert 0 <= option.share <= 1
        assert option.rest is None or 0 <= option.rest <= 1


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=60))
def test_correlation_is_that_of_the_standard_library(numbers):
    pairs = [(x / 100, y / 100) for x, y in numbers]
    assume(len({x for x, _y in pairs}) > 1 and len({y for _x, y in pairs}) > 1)
    expected = statistics.correlation([x for x, _y in pairs], [y for _x, y in pairs])
    assert correlation(pairs) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 100)), min_size=2, max_size=60))
def test_of_right_and_wrong_it_is_the_textbooks_point_biserial(marked):
    """r = (M1 - M0) / s * sqrt(p * q), with the standard deviation of all."""
    right = [rest for is_right, rest in marked if is_right]
    wrong = [rest for is_right, rest in marked if not is_right]
    assume(right and wrong and len(set(right + wrong)) > 1)
    p = len(right) / len(marked)
    spread = statistics.pstdev(right + wrong)
    expected = (statistics.mean(right) - statistics.mean(wrong)) / spread * (p * (1 - p)) ** 0.5
    assert correlation([(float(is_right), rest / 100) for is_right, rest in marked]) == pytest.approx(
        expected, abs=1e-9
    )


@given(st.lists(fractions, max_size=20))
def test_a_question_is_compared_with_all_others_of_its_attempt(scores):
    found = rests(scores)
    assert len(found) == len(scores)
    for number, rest in enumerate(found):
        others = scores[:number] + scores[number + 1 :]
        assert rest == (pytest.approx(statistics.mean(others), abs=1e-9) if others else None)


def test_a_question_does_not_correlate_with_itself():
    """Of answers by chance alone, the uncorrected figure for a quiz of three is about 0.58; the corrected one is about 0."""
    chance = random.Random(7)
    attempts = [[float(chance.random() < 0.5) for _question in range(3)] for _person in range(2_000)]
    corrected = correlation([(scores[0], rests(scores)[0]) for scores in attempts])
    uncorrected = correlation([(scores[0], sum(scores) / 3) for scores in attempts])
    assert abs(corrected) < 0.05
    assert uncorrected > 0.5


def test_too_few_answers_are_not_interpreted():
    nobody_right = people((LEAST_ANSWERS - 1, 0, 0.5, "wrong"))
    assert reasons(nobody_right) == []
    assert not analyse(nobody_right, OPTIONS).is_judged
    assert analyse([*nobody_right, nobody_right[0]], OPTIONS).is_judged


def test_a_good_question_is_left_alone():
    good = people((12, 1, 0.9, "right"), (4, 0, 0.3, "wrong"), (3, 0, 0.2, "worse"))
    assert reasons(good) == []
    assert analyse(good, OPTIONS).discrimination > 0.9


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [(20, 0, Reason.TOO_EASY), (96, 4, Reason.TOO_EASY), (24, 76, Reason.TOO_HARD), (0, 20, Reason.TOO_HARD)],
)
def test_far_too_easy_and_far_too_hard(right, wrong, expected):
    assert reasons(people((right, 1, 0.9, "right"), (wrong, 0, 0.1, "wrong")), {}) == [Flag(expected)]


@pytest.mark.parametrize(("right", "wrong"), [(95, 5), (25, 75)])
def test_at_the_thresholds_nothing_is_said(right, wrong):
    assert reasons(people((right, 1, 0.9, "right"), (wrong, 0, 0.1, "wrong")), {}) == []


def test_a_question_the_better_get_wrong_is_flagged_as_such():
    turned = people((8, 1, 0.2, "right"), (8, 0, 0.9, "wrong"))
    assert reasons(turned, {}) == [Flag(Reason.TURNED)]
    assert Flag(Reason.PREFERRED, "wrong") in reasons(turned)


def test_a_question_that_tells_nothing_is_flagged():
    flat = people((5, 1, 0.4, "right"), (6, 1, 0.6, "right"), (5, 0, 0.4, "wrong"), (5, 0, 0.6, "wrong"))
    figures = analyse(flat, {})
    assert -0.1 <= figures.discrimination < 0.1
    assert figures.flags == (Flag(Reason.LOW),)


def test_a_little_below_nought_is_called_chance_and_not_a_wrong_key():
    figures = analyse(
        people((11, 1, 0.5, "right"), (10, 1, 0.6, "right"), (6, 0, 0.5, "wrong"), (6, 0, 0.6, "wrong")), {}
    )
    assert -0.1 < figures.discrimination < 0
    assert figures.flags == (Flag(Reason.LOW),)


def test_a_wrong_option_that_nobody_chooses_is_named():
    unused = people((12, 1, 0.9, "right"), (4, 0, 0.3, "wrong"))
    assert reasons(unused) == [Flag(Reason.NOBODY_CHOOSES, "worse")]
    assert reasons(unused, {**OPTIONS, "worse": True}) == []


def test_a_wrong_option_that_the_better_prefer_is_named():
    drawn = people((10, 1, 0.7, "right"), (4, 0, 0.9, "wrong"), (6, 0, 0.1, "worse"))
    assert reasons(drawn) == [Flag(Reason.PREFERRED, "wrong")]


def test_alone_in_its_quiz_a_question_has_no_discrimination():
    alone = [Answer(float(n % 2)) for n in range(20)]
    assert analyse(alone, {}).discrimination is None
    assert reasons(alone, {}) == []
