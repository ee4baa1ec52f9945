from datetime import UTC, datetime

import pytest
from django.db import connection

from lms.measures import recounting
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import Milestone, MilestoneDelta, MilestoneRollup, Subject
from lms.measures.queries import count_of, sums
from lms.measures.recounting import MILESTONES, Difference, Steps, recount
from lms.measures.services import fold_milestones, record_milestone

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 31, tzinfo=UTC)
BY_COUNTRY = cut_by(Dimension.COUNTRY)
COLUMNS = (
    *("course_id", "webinar_id", "institution_id", "country", "tier", "profession", "language", "device"),
    *("cohort", "month", "milestone", "count", "days"),
)


def truth(**by_country: int) -> Steps:
    """Return steps of so many people who enrolled, by country."""
    day = "CAST('2027-01-01' AS date)" if connection.vendor == "postgresql" else "'2027-01-01'"
    nothing = "CAST(NULL AS integer)"
    rows = " UNION ALL ".join(
        f"SELECT 1 AS course_id, {nothing} AS webinar_id, {nothing} AS institution_id, CAST('{country}' AS varchar(2))"
        " AS country, '' AS tier, '' AS profession, '' AS language, '' AS device, "
        f"{day} AS cohort, {day} AS month, 'enrolled' AS milestone, {count} AS count, {nothing} AS days"
        for country, count in by_country.items()
    )
    return Steps(COLUMNS, rows)


def record(**by_country: int) -> None:
    for country, count in by_country.items():
        subject = Subject(course_id=1, country=country, cohort=NOW)
        record_milestone(Milestone.ENROLLED, subject, at=NOW, count=count)


def counted() -> dict[str, int]:
    return {
        key: n
        for (key,), counts in sums([BY_COUNTRY])[BY_COUNTRY].items()
        if (n := count_of(Milestone.ENROLLED, counts))
    }


def found(*, repair: bool = False, **by_country: int) -> list[Difference]:
    return [one for finding in recount(MILESTONES, truth(**by_country), repair=repair) for one in finding.named]


@pytest.mark.parametrize("limit", [0, 1, 10])
def test_counts_that_are_true_differ_nowhere_folded_or_not(limit):
    record(GH=3, NP=1)
    if limit:
        fold_milestones(limit)
    assert found(GH=3, NP=1) == []


def test_what_is_too_many_too_few_or_unknown_is_named_cell_by_cell():
    record(GH=3, BR=1)
    by_country = [str(one) for one in found(GH=2, NP=1) if one.part == "country by month"]
    assert sorted(by_country) == [
        "country by month, 102 2027-01-01 BR: enrolled +1",
        "country by month, 102 2027-01-01 GH: enrolled +1",
        "country by month, 102 2027-01-01 NP: enrolled -1",
    ]


@pytest.mark.parametrize("limit", [0, 2, 10])
def test_a_repair_makes_counts_what_a_recount_gives_and_leaves_what_is_to_be_folded(limit):
    record(GH=3, BR=1)
    if limit:
        fold_milestones(limit)
    waiting = MilestoneDelta.objects.count()
    assert found(GH=2, NP=1, repair=True)
    assert counted() == {"GH": 2, "NP": 1}
    assert MilestoneDelta.objects.count() == waiting
    fold_milestones()
    assert counted() == {"GH": 2, "NP": 1}
    assert found(GH=2, NP=1) == []


def test_many_differences_are_counted_and_some_are_named(monkeypatch):
    monkeypatch.setattr(recounting, "MOST_NAMED", 2)
    record(GH=1, NP=1, BR=1)
    [finding] = [one for one in recount(MILESTONES, truth(DE=1)) if one.part == "country by month"]
    assert (finding.cells_count, len(finding.named)) == (4, 2)


@pytest.mark.django_db(transaction=True)
def test_a_repair_that_is_broken_off_has_done_nothing():
    record(GH=3)
    repair = recount(MILESTONES, truth(GH=1), repair=True)
    for _part in range(5):
        next(repair)
    repair.close()
    assert counted() == {"GH": 3}
    assert not MilestoneRollup.objects.exists()
    assert found(GH=3) == []


@pytest.mark.django_db(transaction=True)
def test_a_recount_can_be_followed_by_another():
    record(GH=1)
    for _time in range(2):
        assert found(GH=1) == []
