from datetime import date

import pytest

from lms.dashboards.findings import countries_finding, courses_finding, months_finding
from lms.dashboards.queries import Insights, Question, Row
from lms.dashboards.rules import months_of

NOVEMBER = date(2026, 11, 1)
TODAY = date(2026, 11, 24)
LATER = date(2027, 3, 1)


def told(*, courses=(), countries=(), months=(), total=500, **question) -> Insights:
    """Insights with these enrolments, by label; None where withheld."""
    period = months_of(NOVEMBER)
    return Insights(
        question=Question(last_month=NOVEMBER, **question),
        months_in_period=period,
        total=Row("total", "", (total, None, None)),
        courses=[Row(label, label, (count, None, None)) for label, count in courses],
        countries=[Row(label, label, (count, None, None)) for label, count in countries],
        months=[Row(month, "", (count, None, None)) for month, count in zip(period, months, strict=False)],
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
