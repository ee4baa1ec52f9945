from hypothesis import given
from hypothesis import strategies as st

from courses.progress.rules import LESSON, QUIZ, Requirement, measure

steps = st.tuples(st.sampled_from([LESSON, QUIZ]), st.integers(1, 9))
requirements = st.lists(
    st.builds(lambda step, percent: Requirement(*step, percent), steps, st.integers(1, 100)),
    unique_by=lambda one: one.step,
    max_size=12,
)
reached = st.dictionaries(steps, st.floats(0, 1))
eased = st.sets(steps)


@given(requirements, reached, eased)
def test_what_is_met_and_what_is_missing_make_the_whole(asked, reached, eased):
    progress = measure(asked, reached, eased=eased)
    met = [one for one in progress.asked if one not in progress.missing]
    assert all(one.is_met(reached) for one in met)
    assert progress.lessons_total + progress.quizzes_total == len(progress.asked) == len(met) + len(progress.missing)
    assert progress.lessons_done + progress.quizzes_passed == len(met)
    assert 0 <= progress.percent <= 100


@given(requirements, reached, eased)
def test_a_hundred_per_cent_means_complete_and_nothing_else_does(asked, reached, eased):
    progress = measure(asked, reached, eased=eased)
    assert (progress.percent == 100) == progress.is_complete


@given(requirements, reached, eased, steps, st.floats(0, 1))
def test_doing_more_never_makes_it_less(asked, reached, eased, step, fraction):
    before = measure(asked, reached, eased=eased)
    more = reached | {step: max(fraction, reached.get(step, 0))}
    after = measure(asked, more, eased=eased)
    assert after.percent >= before.percent
    assert after.is_complete >= before.is_complete


@given(requirements, reached, eased, steps)
def test_easing_more_never_makes_it_less_and_takes_no_completion_back(asked, reached, eased, step):
    before = measure(asked, reached, eased=eased)
    after = measure(asked, reached, eased=eased | {step})
    assert after.percent >= before.percent
    assert after.is_complete >= before.is_complete
    assert set(after.missing) <= set(before.missing)


@given(requirements, reached, eased)
def test_what_is_missing_keeps_the_order_of_the_course(asked, reached, eased):
    missing = measure(asked, reached, eased=eased).missing
    assert list(missing) == [one for one in asked if one in missing]


def test_a_step_met_before_it_was_eased_still_counts():
    asked = [Requirement(LESSON, 1), Requirement(LESSON, 2), Requirement(LESSON, 3)]
    progress = measure(asked, {(LESSON, 1): 1}, eased={(LESSON, 1), (LESSON, 2)})
    assert (progress.lessons_done, progress.lessons_total, progress.missing) == (1, 2, (Requirement(LESSON, 3),))


def test_a_quiz_is_met_exactly_at_its_mark():
    assert Requirement(QUIZ, 1, 70).is_met({(QUIZ, 1): 7 / 10})
    assert not Requirement(QUIZ, 1, 70).is_met({(QUIZ, 1): 0.6999})
