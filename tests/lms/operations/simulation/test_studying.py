from random import Random

from hypothesis import given
from hypothesis import strategies as st

from lms.operations.simulation import studying
from lms.operations.simulation.studying import DAY, LESSONS, QUIZZES, STEPS, losses, staying, study

SEEDS = st.integers(min_value=0, max_value=10_000)
REACHES = st.integers(min_value=0, max_value=len(STEPS))


def path_of(reach: int, seed: int, now: int = 1000 * DAY):
    return study(reach, enrolled_at=5 * DAY, now=now, seed=seed, chance=Random(seed))


def test_a_course_asks_for_its_lessons_in_order_and_quizzes_between():
    assert [step for step in STEPS if step >= 0] == list(range(LESSONS))
    assert [step for step in STEPS if step < 0] == [-1, -2, -3]
    assert STEPS[7] == -1


@given(SEEDS, REACHES, st.integers(min_value=5, max_value=400))
def test_everything_happens_in_order_after_enrolling_and_before_now(seed, reach, days):
    path = path_of(reach, seed, now=days * DAY)
    moments = [moment for _number, seen, done in path.lessons for moment in (seen, done) if moment is not None]
    assert moments == sorted(moments)
    assert all(5 * DAY < moment < days * DAY for moment in moments)
    assert path.last_at is None or path.last_at < days * DAY


@given(SEEDS, REACHES)
def test_who_takes_every_step_completes_and_nobody_else(seed, reach):
    path = path_of(reach, seed)
    is_whole = (path.lessons_done, path.quizzes_passed) == (LESSONS, QUIZZES)
    assert is_whole == (path.completed_at is not None) == (reach == len(STEPS))


@given(SEEDS, REACHES)
def test_halfway_is_when_half_of_the_steps_are_done(seed, reach):
    path = path_of(reach, seed)
    assert (path.half_at is not None) == (2 * (path.lessons_done + path.quizzes_passed) >= len(STEPS))


@given(SEEDS, st.integers(min_value=0, max_value=59))
def test_one_or_two_lessons_of_a_course_lose_clearly_more(seed, course):
    steep = [place for place, share in enumerate(losses(seed, course)) if share > 0.1]
    assert len(steep) in (1, 2)
    assert all(STEPS[place] >= 0 for place in steep)


@given(SEEDS, st.integers(min_value=0, max_value=59))
def test_the_gap_between_priority_and_standard_closes_and_stays_open_a_little(seed, course):
    def completing(tier: str, month: int) -> float:
        return -staying(seed, course, tier, "full", month, 34)[-1]

    gaps = [completing("S", month) - completing("P", month) for month in (0, 17, 33)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] > 0


def test_fewer_take_each_step_than_the_one_before():
    shares = staying(7, 0, "S", "full", 0, 34)
    assert list(shares) == sorted(shares)
    taken = [studying.steps_taken(shares, Random(number)) for number in range(2_000)]
    assert 0.9 < sum(reach == len(STEPS) for reach in taken) / 2_000 / -shares[-1] < 1.1
