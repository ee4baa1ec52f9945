from hypothesis import given
from hypothesis import strategies as st

from courses.progress.rules import measure

ids = st.lists(st.integers(1, 30), unique=True, max_size=12)
some = st.sets(st.integers(1, 30))
cases = {
    "lesson_ids": ids,
    "quiz_ids": ids,
    "done_lesson_ids": some,
    "passed_quiz_ids": some,
    "retired_lesson_ids": some,
    "retired_quiz_ids": some,
}


@given(st.fixed_dictionaries(cases))
def test_what_is_done_and_what_is_missing_make_the_whole(case):
    progress = measure(**case)
    assert progress.lessons_done + len(progress.missing_lesson_ids) == progress.lessons_total
    assert progress.quizzes_passed + len(progress.missing_quiz_ids) == progress.quizzes_total
    assert 0 <= progress.percent <= 100


@given(st.fixed_dictionaries(cases))
def test_a_hundred_per_cent_means_complete_and_nothing_else_does(case):
    progress = measure(**case)
    if progress.lesson_ids:
        assert (progress.percent == 100) == progress.is_complete
    else:
        assert not progress.is_complete


@given(st.fixed_dictionaries(cases), st.integers(1, 30), st.integers(1, 30))
def test_doing_more_never_makes_it_less(case, lesson, quiz):
    before = measure(**case)
    more = {
        **case,
        "done_lesson_ids": case["done_lesson_ids"] | {lesson},
        "passed_quiz_ids": case["passed_quiz_ids"] | {quiz},
    }
    after = measure(**more)
    assert after.lessons_done >= before.lessons_done
    assert after.quizzes_passed >= before.quizzes_passed
    assert after.is_complete or not before.is_complete


@given(st.fixed_dictionaries(cases), some, some)
def test_retiring_steps_never_takes_a_completion_away(case, lessons, quizzes):
    if measure(**case).is_complete:
        case["retired_lesson_ids"] = case["retired_lesson_ids"] | lessons
        case["retired_quiz_ids"] = case["retired_quiz_ids"] | quizzes
        assert measure(**case).is_complete


@given(st.fixed_dictionaries(cases))
def test_what_is_missing_keeps_the_order_of_the_course(case):
    missing = measure(**case).missing_lesson_ids
    assert list(missing) == [n for n in case["lesson_ids"] if n in missing]


def test_a_step_done_before_it_was_retired_still_counts():
    progress = measure(
        lesson_ids=[1, 2, 3],
        quiz_ids=[],
        done_lesson_ids={1},
        passed_quiz_ids=set(),
        retired_lesson_ids={1, 2},
    )
    assert (progress.lessons_done, progress.lessons_total, progress.missing_lesson_ids) == (1, 2, (3,))
