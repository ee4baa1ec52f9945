import random
import threading
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lms.measures.cuts import Axis, Dimension, cut_by
from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup, Subject
from lms.measures.queries import monthly_sums
from lms.measures.services import fold_milestones, record_milestone
from lms.measures.tasks import fold_milestones as fold_task

OCTOBER, NOVEMBER = datetime(2026, 10, 31, 22, tzinfo=UTC), datetime(2026, 11, 24, 22, tzinfo=UTC)
COUNTRIES = ("GH", "NP", "BR")


BY_COURSE_AND_COUNTRY = cut_by(Dimension.COURSE, Dimension.COUNTRY, axis=Axis.EVENT)


def of(country: str) -> Subject:
    return Subject(course_id=1, country=country, cohort=OCTOBER)


def record(count: int = 1, *, milestone: Milestone = Milestone.ENROLLED, country: str = "GH") -> None:
    for _number in range(count):
        record_milestone(milestone, of(country), at=NOVEMBER)


def live_counts() -> Counter:
    counts = monthly_sums([BY_COURSE_AND_COUNTRY])[BY_COURSE_AND_COUNTRY]
    return Counter(
        {
            (int(course), country, month, milestone.value): count
            for (month, (course, country)), cell in counts.items()
            for milestone, count in zip(Milestone, cell, strict=True)
            if count
        }
    )


def folded() -> MilestoneRollup:
    return MilestoneRollup.objects.get(cut=BY_COURSE_AND_COUNTRY.number)


@pytest.mark.django_db
def test_a_step_is_counted_in_the_month_in_which_it_happened():
    record(2)
    assert live_counts() == {(1, "GH", date(2026, 11, 1), "enrolled"): 2}


@pytest.mark.django_db
def test_folding_moves_deltas_into_rollups_and_changes_no_count():
    record(3)
    record(2, milestone=Milestone.COMPLETED)
    before = live_counts()
    assert fold_milestones() == 5
    assert live_counts() == before
    assert not MilestoneDelta.objects.exists()
    rollup = folded()
    assert (rollup.enrolled, rollup.completed, rollup.started) == (3, 2, 0)


@pytest.mark.django_db
def test_folding_again_with_nothing_new_changes_nothing():
    record(3)
    fold_milestones()
    assert fold_milestones() == 0
    assert folded().enrolled == 3


@pytest.mark.django_db
def test_a_fold_adds_to_what_was_folded_before():
    for _fold in range(3):
        record(4)
        fold_milestones()
    assert folded().enrolled == 12


@pytest.mark.django_db
def test_a_step_taken_back_before_it_was_folded_leaves_nothing_in_the_counts():
    record_milestone(Milestone.WITHDRAWN, of("GH"), at=NOVEMBER)
    record_milestone(Milestone.WITHDRAWN, of("GH"), at=NOVEMBER, count=-1)
    fold_milestones()
    assert not live_counts()


@pytest.mark.django_db
def test_a_batch_takes_the_oldest_deltas_and_leaves_the_rest():
    record(5)
    assert fold_milestones(limit=2) == 2
    assert MilestoneDelta.objects.count() == 3
    assert live_counts().total() == 5


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_batch_is_chosen_once_however_the_database_plans_it():
    with connection.cursor() as cursor:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    record(5)
    assert fold_milestones(limit=2) == 2
    assert MilestoneDelta.objects.count() == 3


@pytest.mark.django_db
def test_the_task_goes_on_until_everything_is_folded(monkeypatch):
    folds = []
    monkeypatch.setattr("lms.measures.services.FOLD_BATCH", 2)
    monkeypatch.setattr("lms.measures.services.fold_milestones", lambda: folds.append(fold_milestones(2)) or folds[-1])
    record(5)
    fold_task()
    assert folds == [2, 2, 1]


@pytest.mark.django_db
def test_a_fold_that_fails_half_way_has_done_nothing():
    record(3)

    @transaction.atomic
    def fold_and_die() -> None:
        fold_milestones()
        raise RuntimeError("the worker is killed before the commit")

    with pytest.raises(RuntimeError):
        fold_and_die()
    assert MilestoneDelta.objects.count() == 3
    assert not MilestoneRollup.objects.exists()


class CountsUnderAnyFolding(TestCase):
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(COUNTRIES), st.sampled_from(Milestone), st.integers(-3, 5)),
                st.integers(1, 4),  # a fold of so many
            ),
            max_size=25,
        )
    )
    def test_however_writes_and_folds_alternate_the_counts_are_the_sums(self, steps):
        expected: Counter = Counter()
        for step in steps:
            if isinstance(step, int):
                fold_milestones(step)
                continue
            country, milestone, count = step
            record_milestone(milestone, of(country), at=NOVEMBER, count=count)
            expected[1, country, date(2026, 11, 1), milestone.value] += count
        assert live_counts() == Counter({cell: count for cell, count in expected.items() if count})


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_concurrent_writes_and_folds_lose_and_double_nothing():
    writers, steps, expected = 6, 120, Counter()
    done = threading.Event()
    failures: list[Exception] = []

    def work(task) -> None:
        try:
            task()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    def write(plan: list[tuple]) -> None:
        for country, milestone, count, is_kept in plan:
            try:
                with transaction.atomic():
                    record_milestone(milestone, of(country), at=NOVEMBER, count=count)
                    if not is_kept:
                        raise RuntimeError
            except RuntimeError:
                continue

    def fold() -> None:
        while not done.is_set():
            fold_milestones(17)

    def read() -> None:
        # A reader may see any moment, but never a delta counted twice or not at all: the total only grows here.
        seen = 0
        while not done.is_set():
            total = live_counts().total()
            assert total >= seen, f"{total} after {seen}"
            seen = total

    chance = random.Random(7)
    plans = [
        [
            (chance.choice(COUNTRIES), chance.choice(list(Milestone)), chance.randint(1, 3), chance.random() > 0.1)
            for _step in range(steps)
        ]
        for _writer in range(writers)
    ]
    for country, milestone, count, is_kept in (step for plan in plans for step in plan):
        expected[1, country, date(2026, 11, 1), milestone.value] += count * is_kept
    writing = [threading.Thread(target=work, args=(lambda plan=plan: write(plan),)) for plan in plans]
    others = [threading.Thread(target=work, args=(task,)) for task in (fold, fold, read)]
    for thread in (*writing, *others):
        thread.start()
    for thread in writing:
        thread.join()
    done.set()
    for thread in others:
        thread.join()
    assert failures == []
    assert live_counts() == expected
    while fold_milestones():
        pass
    assert live_counts() == expected
    assert not MilestoneDelta.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_fold_steps_over_what_another_fold_holds():
    record(4)
    held = threading.Event()
    release = threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM measures_milestonedelta ORDER BY id LIMIT 2 FOR UPDATE")
            held.set()
            release.wait(10)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        assert fold_milestones() == 2  # without waiting
    finally:
        release.set()
        holder.join()
    assert fold_milestones() == 2
    assert folded().enrolled == 4
