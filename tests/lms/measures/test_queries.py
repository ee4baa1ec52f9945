from datetime import UTC, date, datetime

import pytest

from lms.measures.models import Milestone
from lms.measures.queries import milestone_sums
from lms.measures.services import fold_milestones, record_milestone

pytestmark = pytest.mark.django_db

MONTHS = [datetime(2026, month, 3, tzinfo=UTC) for month in (9, 10, 11)]


@pytest.fixture(params=["not folded", "folded", "half folded"])
def counts(request):
    """Two courses, two countries, three months; the sums are the same however much of it has been folded."""
    for at in MONTHS:
        for course_id, country, count in ((1, "GH", 4), (1, "NP", 2), (2, "GH", 1)):
            record_milestone(Milestone.ENROLLED, course_id=course_id, country=country, at=at, count=count)
        record_milestone(Milestone.COMPLETED, course_id=1, country="GH", at=at)
    if request.param != "not folded":
        fold_milestones(20_000 if request.param == "folded" else 5)


def enrolled(sums) -> dict:
    return {key: counts[Milestone.ENROLLED] for key, counts in sums.items()}


def test_counts_are_summed_by_whatever_is_asked_for(counts):
    assert enrolled(milestone_sums("course_id")) == {(1,): 18, (2,): 3}
    assert enrolled(milestone_sums("course_id", "country")) == {(1, "GH"): 12, (1, "NP"): 6, (2, "GH"): 3}
    assert enrolled(milestone_sums("month")) == {(at.date().replace(day=1),): 7 for at in MONTHS}


def test_a_milestone_that_was_not_reached_counts_nought(counts):
    assert milestone_sums("course_id")[2,][Milestone.COMPLETED] == 0
    assert milestone_sums("course_id")[1,][Milestone.COMPLETED] == 3


def test_a_period_takes_in_its_first_month_and_not_its_end(counts):
    assert enrolled(milestone_sums("course_id", since=date(2026, 10, 1))) == {(1,): 12, (2,): 2}
    assert enrolled(milestone_sums("course_id", since=date(2026, 9, 1), before=date(2026, 10, 1))) == {(1,): 6, (2,): 1}


def test_everything_is_read_in_one_statement(counts, django_assert_num_queries):
    with django_assert_num_queries(1):
        milestone_sums("course_id", "country", since=date(2026, 1, 1))
