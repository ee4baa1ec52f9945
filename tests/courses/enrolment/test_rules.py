from hypothesis import given
from hypothesis import strategies as st

from courses.enrolment.rules import Easing, Terms

ids = st.lists(st.integers(1, 9), unique=True, max_size=6).map(tuple)
marks = st.dictionaries(st.integers(1, 9), st.integers(1, 100), min_size=3)


def terms(
    lesson_ids: tuple[int, ...],
    quiz_ids: tuple[int, ...],
    marks: dict[int, int],
    recordings: dict[int, tuple[int, int]] | None = None,
) -> Terms:
    """Terms that ask for these quizzes, with a mark of 70 where none is named; the others named are for practice.

    recordings: id -> (per cent to be watched, lesson).
    """
    asked = tuple((item_id, percent, lesson_id) for item_id, (percent, lesson_id) in (recordings or {}).items())
    quiz_marks = tuple((dict.fromkeys(quiz_ids, 70) | marks).items())
    return Terms("Course", "1.0", lesson_ids, tuple(5 for _lesson in lesson_ids), quiz_ids, quiz_marks, 70, 60, asked)


recordings = st.dictionaries(st.integers(1, 4), st.tuples(st.integers(1, 100), st.integers(1, 3)))
versions = st.builds(terms, ids, ids, marks, recordings)


def eased(contract: Terms, later: list[Terms]) -> Easing:
    easing = Easing()
    for version in later:
        easing = easing.eased_by(version, of=contract)
    return easing


@given(versions, st.lists(versions, max_size=5), st.randoms())
def test_the_order_and_the_repetition_of_versions_do_not_matter(contract, later, chance):
    shuffled = [*later, *later[:2]]
    chance.shuffle(shuffled)
    assert eased(contract, later) == eased(contract, shuffled)


@given(versions, st.lists(versions, min_size=1, max_size=5), versions)
def test_a_later_version_only_ever_eases(contract, later, next_one):
    before, after = eased(contract, later), eased(contract, [*later, next_one])
    assert before.lesson_ids <= after.lesson_ids <= set(contract.lesson_ids)
    assert before.quiz_ids <= after.quiz_ids <= set(contract.quiz_ids)
    assert before.recording_ids <= after.recording_ids <= {item_id for item_id, *_rest in contract.recordings}
    for earlier, later in ((before.lowest_marks, after.lowest_marks), (before.lowest_shares, after.lowest_shares)):
        assert all(dict(later)[one] <= percent for one, percent in earlier)


@given(versions, st.lists(versions, max_size=5), st.sets(st.integers(1, 9)), marks)
def test_whoever_enrolled_before_an_easier_version_is_asked_for_no_more_than_it_asks(contract, later, kept, marks):
    easier = terms(
        tuple(n for n in contract.lesson_ids if n in kept), tuple(n for n in contract.quiz_ids if n in kept), marks
    )
    easing = eased(contract, [*later, easier])
    assert set(contract.lesson_ids) - easing.lesson_ids <= set(easier.lesson_ids)
    assert set(contract.quiz_ids) - easing.quiz_ids <= set(easier.quiz_ids)
    assert all(dict(easing.lowest_marks)[quiz_id] <= mark for quiz_id, mark in easier.quiz_marks)


def test_what_is_new_is_never_asked_and_what_is_back_stays_let_go():
    contract = terms((1, 2), (1,), {})
    easing = eased(contract, [terms((1, 3), (1,), {1: 80}), terms((1, 2, 3), (1,), {1: 90})])
    assert easing == Easing(lesson_ids=frozenset({2}), lowest_marks=((1, 80),))


def test_a_recording_that_moved_is_let_go_and_the_lowest_share_since_counts():
    contract = terms((1, 2), (), {}, {1: (80, 1), 2: (80, 1)})
    easing = eased(contract, [terms((1, 2), (), {}, {1: (60, 1), 2: (80, 2)}), terms((1, 2), (), {}, {1: (90, 1)})])
    assert (easing.recording_ids, easing.lowest_shares) == (frozenset({2}), ((1, 60), (2, 80)))


def test_each_quiz_keeps_its_own_lowest_mark_and_one_that_is_away_keeps_what_it_had():
    easing = eased(terms((), (1, 2), {}), [terms((), (1,), {1: 60}), terms((), (1, 2), {1: 65, 2: 80})])
    assert easing.lowest_marks == ((1, 60), (2, 80))
