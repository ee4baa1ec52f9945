from collections import Counter, defaultdict
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lms.measures.cuts import CUTS, DAYS_FACETS, NUMBERS, Axis, Cut
from lms.measures.models import Milestone, Subject, month_of
from lms.measures.queries import days_to_complete, lesson_counts, minutes_by_lesson, monthly_sums
from lms.measures.services import LessonStep, fold_lessons, fold_milestones, record_lessons, record_milestone

months = st.sampled_from([datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)])
subjects = st.builds(
    Subject,
    cohort=months,
    course_id=st.sampled_from([1, 2]),
    institution_id=st.sampled_from([None, 3]),
    country=st.sampled_from(["", "GH"]),
    tier=st.sampled_from(["", "P", "S"]),
)
steps = st.tuples(
    subjects,
    months,
    st.sampled_from([Milestone.ENROLLED, Milestone.COMPLETED]),
    st.integers(-2, 2),
    st.sampled_from([None, 0, 30]),
)
lessons = st.tuples(subjects, st.sampled_from([7, 8]), st.booleans(), st.sampled_from([None, 0, 61, 100_000]))


class Cells(TestCase):
    @given(st.lists(steps, max_size=12), st.integers(0, 12))
    def test_every_cell_of_every_cut_is_the_sum_of_its_steps(self, taken, folded):
        for subject, at, milestone, count, days in taken:
            record_milestone(milestone, subject, at=at, count=count, days=days)
        if folded:
            fold_milestones(folded)
        for cut, cells in monthly_sums(CUTS).items():
            expected: dict[tuple, Counter] = defaultdict(Counter)
            for subject, at, milestone, count, _days in taken:
                if all(getattr(subject, one) is not None for one in cut.dimensions if one in NUMBERS):
                    expected[cell_of(cut, subject, at)][milestone] += count
            assert {
                key: Counter(dict(zip(Milestone, counts, strict=True))) for key, counts in cells.items()
            } == expected
        for facet in DAYS_FACETS:
            histogram: Counter = Counter()
            for subject, _at, _milestone, count, days in taken:
                value = getattr(subject, facet) if facet else ""
                if days is not None and value is not None:
                    histogram[str(value), days] += count
            told = days_to_complete(facet)
            assert {(value, days): n for value, found in told.items() for days, n in found.items()} == {
                key: n for key, n in histogram.items() if n
            }

    @given(st.lists(lessons, max_size=8), st.integers(0, 8))
    def test_lessons_and_their_minutes_are_the_sums_of_what_was_recorded(self, seen, folded):
        touched, done, minutes = Counter(), Counter(), Counter()
        for subject, lesson, is_new, seconds in seen:
            at = subject.cohort
            done_at = None if seconds is None else datetime.fromtimestamp(at.timestamp() + seconds, UTC)
            record_lessons([LessonStep(lesson, is_new=is_new, seen_at=at, done_at=done_at)], subject)
            touched[lesson] += is_new
            if seconds is not None:
                done[lesson] += 1
                minutes[lesson, min(seconds // 60, 240)] += 1
        if folded:
            fold_lessons(folded)
        counts = lesson_counts([7, 8])
        assert all(counts.get(one, (0, 0)) == (touched[one], done[one]) for one in (7, 8))
        told = minutes_by_lesson([7, 8])
        assert {(one, m): n for one, found in told.items() for m, n in found.items()} == minutes


def cell_of(cut: Cut, subject: Subject, at: datetime) -> tuple:
    month = month_of(subject.cohort if cut.axis == Axis.COHORT else at)
    return month, tuple(str(getattr(subject, one)) for one in cut.dimensions)
