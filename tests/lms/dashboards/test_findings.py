from dataclasses import replace
from datetime import date

import pytest

from lms.dashboards.figures import Periods
from lms.dashboards.findings import (
    countries_finding,
    courses_finding,
    funnel_finding,
    gap_finding,
    lost_finding,
    months_finding,
    spread_finding,
)
from lms.dashboards.protected import MONTH
from lms.dashboards.queries import Insights, Quarter, Row, WebinarRow
from lms.dashboards.questions import Question
from lms.dashboards.rules import add_months, months_of
from lms.measures.cuts import Dimension

NOVEMBER = date(2026, 11, 1)
TODAY = date(2026, 11, 24)
LATER = date(2027, 3, 1)


def told(*, courses=(), countries=(), months=(), total=500, **question) -> Insights:
    """Insights with these enrolments, by label; None where withheld."""
    period = months_of(NOVEMBER)
    nothing = Row("", "", (None, None, None))
    return Insights(
        question=Question(last_month=NOVEMBER, **question),
        periods=Periods(period, months_of(add_months(NOVEMBER, -12))),
        total=Row("total", "", (total, None, None)),
        before=nothing,
        happened=(None, None),
        steps=(None,) * 5,
        rows={
            Dimension.COURSE: [Row(label, label, (count, None, None)) for label, count in courses],
            Dimension.COUNTRY: [Row(label, label, (count, None, None)) for label, count in countries],
            MONTH: [Row(month, "", (count, None, None)) for month, count in zip(period, months, strict=False)],
        },
        regions=[],
        incomes=[],
        quarters=[],
        gap_before=None,
        days=[],
        webinars=[],
        webinar_total=WebinarRow("", (None,) * 3, None),
        countries_count=len(countries),
    )


def test_the_leading_course_is_named_with_its_share():
    insights = told(courses=[("Genes", 300), ("Cells", 200)])
    assert courses_finding(insights) == "Genes has most enrolments, 300 of 500"


def test_one_chosen_course_is_not_compared():
    insights = told(courses=[("Genes", 1300)], course_id=1)
    assert courses_finding(insights) == "Genes: 1,300 enrolments in this period"


def test_the_leading_country_is_named_among_those_shown():
    insights = told(countries=[("India", 78), ("Fiji", None)])
    assert (
        countries_finding(insights)
        == "Learners in 2 countries enrolled; of the figures shown, India has the largest, 78"
    )


@pytest.mark.parametrize("finding", [courses_finding, countries_finding])
def test_where_all_is_withheld_that_is_what_is_said(finding):
    assert finding(told(courses=[("Genes", None)], countries=[("Fiji", None)])).startswith("Too few people")


def test_growth_over_the_year_is_told():
    insights = told(months=[20] * 6 + [30] * 6)
    assert months_finding(insights, today=TODAY) == "Enrolments grew by 50 % from the first six months to the last six"


def test_a_fall_is_told_once_the_last_month_is_over():
    insights = told(months=[40] * 6 + [30] * 6)
    assert months_finding(insights, today=LATER).startswith("Enrolments fell by 25 %")
    assert months_finding(insights, today=TODAY) == "Most people enrolled in December 2025: 40"


def test_a_year_with_withheld_months_tells_its_peak():
    insights = told(months=[None, 12, 31, *([None] * 9)])
    assert months_finding(insights, today=TODAY) == "Most people enrolled in February 2026: 31"


def test_no_month_shown_is_told():
    assert months_finding(told(months=[None] * 12), today=TODAY) == "Too few people enrolled to show figures by month"


def test_the_funnel_names_where_most_are_lost():
    assert funnel_finding(replace(told(), steps=(100, 90, 40, 30, 30))) == (
        "30 of 100 who enrol complete; most are lost between starting and half way"
    )
    assert funnel_finding(replace(told(), steps=(100, None, 40, 30, 30))) == "Too few people to say how far they come"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (0.15, 0.04, "The completion gap has closed from 15 to 4 points"),
        (0.04, 0.15, "The completion gap has grown from 4 to 15 points"),
        (0.04, 0.042, "The completion gap has stayed at 4 points"),
    ],
)
def test_the_gap_is_told_from_first_to_last(first, last, said):
    quarters = [Quarter(NOVEMBER, 0.4, 0.4 + first), Quarter(NOVEMBER, None, 0.5), Quarter(NOVEMBER, 0.4, 0.4 + last)]
    assert gap_finding(replace(told(), quarters=quarters)) == said


def test_who_loses_most_is_whoever_most_people_have_not_finished_in():
    rows = [Row("IN", "India", (900, 500, 500)), Row("NP", "Nepal", (100, 10, 10)), Row("FJ", "Fiji", (50, None, None))]
    assert lost_finding(rows, "none") == "India loses most people: 400 of 900 have not finished"
    assert lost_finding(rows[2:], "none") == "none"


def test_the_spread_names_the_ends():
    rates = [("Nurse", 0.5), ("Doctor", 0.25), ("Student", None)]
    assert spread_finding(rates) == "Completion is highest with “Nurse”, 50 %, and lowest with “Doctor”, 25 %"
