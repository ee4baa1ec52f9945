from datetime import UTC, date, datetime

import pytest

from lms.measures.cuts import Axis, Dimension, Facet, cut_by
from lms.measures.models import Milestone, Subject
from lms.measures.queries import (
    Period,
    add,
    count_of,
    days_to_complete,
    first_month,
    lesson_counts,
    minutes_by_lesson,
    monthly_sums,
    sums,
)
from lms.measures.services import LessonStep, fold_lessons, fold_milestones, record_lessons, record_milestone

pytestmark = pytest.mark.django_db

MONTHS = [datetime(2026, month, 3, tzinfo=UTC) for month in (9, 10, 11)]
BY_COURSE, BY_COUNTRY = cut_by(Dimension.COURSE), cut_by(Dimension.COUNTRY)
BY_BOTH = cut_by(Dimension.COUNTRY, Dimension.COURSE)
WHEN = cut_by(Dimension.COURSE, axis=Axis.EVENT)


@pytest.fixture(params=["not folded", "folded", "half folded"])
def counts(request):
    """Two courses, two countries, three months; the sums are the same however much of it has been folded."""
    for at in MONTHS:
        for course_id, country, count in ((1, "GH", 4), (1, "NP", 2), (2, "GH", 1)):
            subject = Subject(course_id=course_id, country=country, cohort=at)
            record_milestone(Milestone.ENROLLED, subject, at=at, count=count)
        early = Subject(course_id=1, country="GH", cohort=MONTHS[0])
        record_milestone(Milestone.COMPLETED, early, at=at, days=(at - MONTHS[0]).days)
    record_milestone(Milestone.REGISTERED, Subject(webinar_id=5, country="GH", cohort=MONTHS[0]), at=MONTHS[0], count=9)
    if request.param != "not folded":
        fold_milestones(20_000 if request.param == "folded" else 5)


def of(milestone, cells) -> dict:
    return {key: count_of(milestone, counts) for key, counts in cells.items()}


def test_counts_are_summed_by_whatever_is_asked_for(counts):
    found = sums([BY_COURSE, BY_BOTH])
    assert of(Milestone.ENROLLED, found[BY_COURSE]) == {("1",): 18, ("2",): 3}
    assert of(Milestone.ENROLLED, found[BY_BOTH]) == {("1", "GH"): 12, ("1", "NP"): 6, ("2", "GH"): 3}
    assert count_of(Milestone.ENROLLED, add(found[BY_COURSE].values())) == 21


def test_what_is_of_a_webinar_is_of_no_course(counts):
    assert count_of(Milestone.REGISTERED, add(sums([BY_COURSE])[BY_COURSE].values())) == 0
    assert of(Milestone.REGISTERED, sums([BY_COUNTRY])[BY_COUNTRY]) == {("GH",): 9, ("NP",): 0}


def test_a_completion_is_of_its_learners_cohort_or_of_its_own_month_as_is_asked(counts):
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    assert of(Milestone.COMPLETED, sums([BY_COURSE], october)[BY_COURSE])["1",] == 0
    assert of(Milestone.COMPLETED, sums([WHEN], october)[WHEN])["1",] == 1


def test_a_period_takes_in_its_first_month_and_not_its_end(counts):
    assert of(Milestone.ENROLLED, sums([WHEN], Period(date(2026, 10, 1)))[WHEN]) == {("1",): 12, ("2",): 2}
    september = Period(date(2026, 9, 1), date(2026, 10, 1))
    assert of(Milestone.ENROLLED, sums([WHEN], september)[WHEN]) == {("1",): 6, ("2",): 1}


def test_months_are_told_apart(counts):
    found = of(Milestone.ENROLLED, monthly_sums([WHEN], keys=["2"])[WHEN])
    assert found == {(at.date().replace(day=1), ("2",)): 1 for at in MONTHS}


def test_only_the_keys_that_are_asked_for_are_read(counts):
    assert sums([BY_COURSE], keys=["2"])[BY_COURSE].keys() == {("2",)}
    assert sums([BY_COURSE], keys=[])[BY_COURSE] == {}


def test_days_to_complete_are_told_by_facet_and_month_of_completing(counts):
    assert days_to_complete(Facet.ALL)[""] == {0: 1, 30: 1, 61: 1}
    assert days_to_complete(Facet.COUNTRY, Period(date(2026, 11, 1)), values=["GH", "NP"]) == {"GH": {61: 1}}


def test_everything_is_read_in_one_statement(counts, django_assert_num_queries):
    with django_assert_num_queries(1):
        sums([BY_COURSE, BY_COUNTRY, BY_BOTH, WHEN], Period(date(2026, 1, 1)))


def test_the_first_month_is_that_of_the_first_cohort(counts):
    assert first_month() == date(2026, 9, 1)


@pytest.mark.parametrize("limit", [0, 3, 1000])
def test_lessons_are_counted_by_facet_folded_or_not(limit):
    seen, done = MONTHS[0], MONTHS[0].replace(minute=7)
    ghana, nepal = (Subject(course_id=1, country=code, tier="P", cohort=seen) for code in ("GH", "NP"))
    record_lessons([LessonStep(3, is_new=True, seen_at=seen)], ghana)
    record_lessons([LessonStep(3, is_new=False, seen_at=seen, done_at=done)], ghana)
    record_lessons([LessonStep(3, is_new=True, seen_at=seen, done_at=MONTHS[1])], nepal)
    record_lessons([LessonStep(4, is_new=True, seen_at=seen)], nepal)
    if limit:
        fold_lessons(limit)
    assert lesson_counts([3, 4, 5]) == {3: (2, 2), 4: (1, 0)}
    assert lesson_counts([3, 4], Facet.COUNTRY, "GH") == {3: (1, 1)}
    assert minutes_by_lesson([3, 4]) == {3: {7: 1, 240: 1}}
