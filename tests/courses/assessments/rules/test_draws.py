from random import Random

from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import draw, is_drawn_from

POOLS = st.sampled_from(["", "cases", "terms", "unknown"])
QUIZZES = st.dictionaries(st.integers(1, 50), POOLS, max_size=20)
DRAWS = st.fixed_dictionaries({"cases": st.integers(1, 8), "terms": st.integers(1, 8)})


@given(QUIZZES, DRAWS, st.booleans(), st.integers())
def test_an_attempt_asks_what_is_in_no_pool_and_of_each_pool_as_many_as_it_draws(pool_of, draws, shuffles, seed):
    asked = draw(pool_of, draws, shuffles=shuffles, chance=Random(seed))
    assert len(set(asked)) == len(asked)
    assert set(asked) <= set(pool_of)
    for name in ("", "cases", "terms", "unknown"):
        held = [question for question, pool in pool_of.items() if pool == name]
        drawn = [question for question in asked if pool_of[question] == name]
        assert len(drawn) == min(draws.get(name, len(held)), len(held))
    if not shuffles:
        assert asked == [question for question in pool_of if question in asked]


@given(QUIZZES, DRAWS, st.booleans(), st.integers())
def test_a_draw_could_be_made_again_until_something_of_it_leaves_or_is_added(pool_of, draws, shuffles, seed):
    asked = draw(pool_of, draws, shuffles=shuffles, chance=Random(seed))
    assert is_drawn_from(asked, pool_of, draws)
    assert not is_drawn_from(asked, {**pool_of, 99: ""}, draws)
    if asked:
        assert not is_drawn_from(asked, {q: pool for q, pool in pool_of.items() if q != asked[0]}, draws)


def test_every_question_of_a_pool_has_its_turn():
    pool_of = dict.fromkeys(range(6), "cases")
    drawn = {
        question for seed in range(60) for question in draw(pool_of, {"cases": 2}, shuffles=False, chance=Random(seed))
    }
    assert drawn == set(range(6))


def test_as_many_in_all_but_of_other_pools_is_no_draw_of_today():
    pool_of = {1: "cases", 2: "cases", 3: "terms", 4: "terms"}
    assert is_drawn_from([1, 2, 3], pool_of, {"cases": 2, "terms": 1})
    assert not is_drawn_from([1, 2, 3], pool_of, {"cases": 1, "terms": 2})
