import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lms.dashboards.choices import Choices, choices
from lms.dashboards.protected import GROUPS, MONTH
from lms.dashboards.queries import MEASURES, STEPS, Row, insights
from lms.dashboards.questions import Limit, Question
from lms.dashboards.rules import quartiles_of
from lms.measures.cuts import Dimension
from lms.measures.models import Milestone, Subject
from lms.measures.services import fold_milestones, record_milestone
from tests.counts import count_up, counted
from tests.factories.catalogue import CourseFactory, CoursePageFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)
LAST_YEAR, NOVEMBER_BEFORE = date(2025, 10, 1), date(2025, 11, 1)
COUNTRIES = ("GH", "NP", "BR", "FJ")
QUERIES = 10  # with those for what can be chosen


def count(course_id: int, country: str, enrolled: int, completed: int = 0, *, month: date = NOVEMBER) -> None:
    count_up(
        ((course_id, country, month, milestone), number)
        for milestone, number in (("enrolled", enrolled), ("completed", completed), ("certified", completed))
        if number
    )


def asked(**question) -> Question:
    return Question(last_month=NOVEMBER, **question)


def figures(rows: list[Row]) -> dict:
    return {int(row.key) if str(row.key).isdigit() else row.key: row.enrolled for row in rows}


@pytest.fixture
def courses() -> list[int]:
    """Two courses; 40 people of Ghana and 30 of Nepal in the first, 20 of Ghana and 15 of Nepal in the second."""
    first, second = CourseFactory(title="A course").pk, CourseFactory(title="Another").pk
    for course_id, country, enrolled in ((first, "GH", 40), (first, "NP", 30), (second, "GH", 20), (second, "NP", 15)):
        count(course_id, country, enrolled, enrolled // 2)
    return [first, second]


def test_figures_by_course_country_and_month_add_up_to_the_total(courses):
    found = insights(asked(), choices(TODAY))
    assert found.total.figures == (105, 52, 52)
    assert figures(found.rows[Dimension.COURSE]) == {courses[0]: 70, courses[1]: 35}
    assert figures(found.rows[Dimension.COUNTRY]) == {"GH": 60, "NP": 45}
    assert figures(found.rows[MONTH]) == {NOVEMBER: 105}  # there was nothing before


def test_folding_changes_no_figure(courses):
    before = insights(asked(), choices(TODAY))
    fold_milestones()
    assert insights(asked(), choices(TODAY)) == before


def test_a_course_narrows_countries_and_months_and_a_country_narrows_courses(courses):
    by_course = insights(asked(course_id=courses[1]), choices(TODAY))
    assert by_course.total.enrolled == 35
    assert figures(by_course.rows[Dimension.COURSE]) == {courses[1]: 35}
    assert figures(by_course.rows[Dimension.COUNTRY]) == {"GH": 20, "NP": 15}
    by_country = insights(asked(country="NP"), choices(TODAY))
    assert figures(by_country.rows[Dimension.COURSE]) == {courses[0]: 30, courses[1]: 15}
    assert figures(by_country.rows[MONTH])[NOVEMBER] == 45


def test_a_course_and_a_country_show_no_months_for_they_would_be_of_few(courses):
    found = insights(asked(course_id=courses[0], country="GH"), choices(TODAY))
    assert found.total.enrolled == 40
    assert found.rows[MONTH] == []


def test_a_small_figure_is_withheld_with_another_that_would_give_it_away(courses):
    count(courses[0], "FJ", 3)
    found = insights(asked(), choices(TODAY))
    assert figures(found.rows[Dimension.COUNTRY]) == {"GH": 60, "NP": None, "FJ": None}
    assert found.total.enrolled == 108


def test_the_order_of_rows_tells_nothing_about_withheld_figures(courses):
    for country, enrolled in (("FJ", 9), ("BR", 1)):
        count(courses[0], country, enrolled)
    rows = insights(asked(), choices(TODAY)).rows[Dimension.COUNTRY]
    withheld = [row.label for row in rows if row.enrolled is None]
    assert [row.enrolled is None for row in rows] == sorted(row.enrolled is None for row in rows)
    assert withheld == sorted(withheld)


def test_with_fewer_than_ten_people_nothing_is_shown():
    course = CourseFactory()
    count(course.pk, "GH", 9)
    found = insights(asked(), choices(TODAY))
    assert found.total.figures == (None, None, None)
    assert all(
        row.is_withheld
        for rows in (found.rows[Dimension.COURSE], found.rows[Dimension.COUNTRY], found.rows[MONTH])
        for row in rows
    )


def test_with_nobody_at_all_nothing_is_shown_and_nothing_breaks():
    found = insights(asked(), choices(TODAY))
    assert found.total.figures == (None, None, None)
    assert list(found.rows[Dimension.COURSE]) == list(found.rows[Dimension.COUNTRY]) == []
    assert found.countries_count == 0


def test_a_period_takes_in_its_twelve_months_alone(courses):
    count(courses[0], "GH", 77, month=LAST_YEAR)
    offered = choices(TODAY)
    assert offered.periods == [NOVEMBER, date(2025, 11, 1)]
    assert insights(asked(), offered).total.enrolled == 105
    earlier = insights(Question(last_month=date(2025, 11, 1)), offered)
    assert earlier.total.enrolled == 77
    assert [row.key for row in earlier.rows[MONTH]] == [LAST_YEAR, NOVEMBER_BEFORE]


def test_a_country_without_learners_in_the_period_shows_nothing_of_it(courses):
    count(courses[0], "FJ", 30, month=LAST_YEAR)
    found = insights(asked(country="FJ"), choices(TODAY))
    assert found.total.figures == (None, None, None)
    assert all(row.is_withheld for row in found.rows[Dimension.COURSE])


def test_courses_are_called_as_in_the_readers_language(courses):
    page = CoursePageFactory(title="A page’s own title")
    assert "A page’s own title" in choices(TODAY).courses.values()
    page.unpublish()
    assert "A page’s own title" in choices(TODAY).courses.values()  # the row keeps it


def test_the_same_number_of_queries_for_little_and_much(courses, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        insights(asked(), choices(TODAY))
    chance = random.Random(1)
    for course in [CourseFactory() for _number in range(20)]:
        for country in ("IN", "NG", "ET", "KE", "PK", "ID", "BD", "MX"):
            count(course.pk, country, chance.randint(0, 60), month=chance.choice([NOVEMBER, OCTOBER]))
    with django_assert_num_queries(QUERIES):
        insights(asked(), choices(TODAY))
    with django_assert_num_queries(QUERIES):
        insights(asked(course_id=courses[0]), choices(TODAY))


class WhateverIsAsked(TestCase):
    """All pages together give no more away than each: what one withholds, no other shows."""

    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from(COUNTRIES), st.sampled_from([NOVEMBER, OCTOBER]), st.integers(0, 30)
            ),
            min_size=1,
            max_size=12,
        )
    )
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def test_no_page_shows_what_another_withholds(self, steps):
        courses = [CourseFactory().pk for _number in range(3)]
        for course, country, month, enrolled in steps:
            count(courses[course], country, enrolled, enrolled // 2, month=month)
        offered = choices(TODAY)
        true = counted()
        by_course = {course: insights(asked(course_id=course), offered) for course in courses}
        by_country = {country: insights(asked(country=country), offered) for country in offered.countries}
        for course in courses:
            for country in offered.countries:
                cell = row_of(by_course[course].rows[Dimension.COUNTRY], country)
                same = row_of(by_country[country].rows[Dimension.COURSE], str(course))
                alone = insights(asked(course_id=course, country=country), offered).total
                assert cell.figures == same.figures == alone.figures
                for measure, figure in zip(MEASURES, cell.figures, strict=True):
                    real = sum(
                        n
                        for (c, place, _month, step), n in true.items()
                        if (c, place, step) == (course, country, measure)
                    )
                    assert figure is None or figure == real >= 10
        everything = insights(asked(), offered)
        for page in (everything, *by_course.values(), *by_country.values()):
            for rows in (page.rows[Dimension.COURSE], page.rows[Dimension.COUNTRY], page.rows[MONTH]):
                check_line(page.total, rows)


def row_of(rows: list[Row], key: str) -> Row:
    return next((row for row in rows if row.key == key), Row(key, key, (None,) * len(MEASURES)))


def check_line(total: Row, rows: list[Row]) -> None:
    """Whoever knows a total and what is shown of its parts learns of the rest only that it is ten people or more."""
    for number in range(len(MEASURES)):
        if total.figures[number] is None or len(rows) < 2:
            continue
        shown = [row.figures[number] for row in rows if row.figures[number] is not None]
        withheld = len(rows) - len(shown)
        rest = total.figures[number] - sum(shown)
        assert (withheld == 0 and rest == 0) or (withheld >= 2 and rest >= 10)


def test_every_measure_belongs_to_one_group():
    assert [measure for group in GROUPS for measure in group] == list(STEPS)
    assert set(MEASURES) <= set(STEPS)


def test_a_course_that_is_counted_but_unknown_is_still_told_apart():
    count(4711, "GH", 30)
    found = insights(asked(), Choices({}, {"GH": "Ghana"}, {}, periods=[NOVEMBER], first_month=NOVEMBER))
    assert figures(found.rows[Dimension.COURSE]) == {4711: 30}


def people(number: int, *, country="GH", tier="S", profession="nurse", institution=None, course=1, completed=0) -> None:
    """Count so many people who enrolled in November, and how many of them have completed."""
    subject = Subject(
        datetime(2026, 11, 3, tzinfo=UTC),
        course,
        country=country,
        tier=tier,
        profession=profession,
        institution_id=institution,
    )
    for milestone, count_ in (("enrolled", number), ("completed", completed), ("certified", completed)):
        record_milestone(Milestone(milestone), subject, at=subject.cohort, count=count_)


def test_completion_by_tier_and_the_gap_between_them():
    people(100, tier="P", completed=40)
    people(200, tier="S", completed=110)
    found = insights(asked(), choices(TODAY))
    assert {row.key: row.rate for row in found.rows[Dimension.TIER]} == {"S": 0.55, "P": 0.4}
    assert round(found.gap, 4) == 0.15
    assert insights(asked(tier="P"), choices(TODAY)).total.figures == (100, 40, 40)


def test_regions_and_income_groups_are_of_the_countries_shown():
    people(60, country="NP", completed=30)
    people(40, country="DE", completed=30)
    people(12, country="FJ", completed=1)
    found = insights(asked(), choices(TODAY))
    shown = {row.key for row in found.rows[Dimension.COUNTRY] if row.completed is not None}
    assert shown == {"NP"}  # Germany’s would give Fiji’s away
    asia = next(group for group in found.regions if group.key == "Asia")
    assert (asia.enrolled, asia.of_rate, asia.completed) == (60, 60, 30)
    assert all(group.of_rate == 0 for group in found.regions if group.key != "Asia")


def test_two_choices_show_their_total_and_nothing_finer():
    people(60, tier="P", completed=30)
    people(60, tier="S", completed=30)
    people(60, tier="S", country="NP", completed=30)
    people(60, tier="P", country="NP", completed=30)
    found = insights(asked(country="GH", tier="P"), choices(TODAY))
    assert found.total.figures == (60, 30, 30)
    assert found.rows[Dimension.PROFESSION] == found.rows[MONTH] == []
    assert not found.is_one_thing


class WhoeverIsLimited(TestCase):
    """Whatever is asked, somebody who is limited gets figures of theirs alone: nobody else’s change any of them."""

    @given(
        asked_for=st.fixed_dictionaries(
            {},
            optional={
                "course_id": st.sampled_from([1, 2]),
                "country": st.sampled_from(["GH", "NP"]),
                "tier": st.sampled_from(["P", "S"]),
                "institution_id": st.sampled_from([7, 8]),
            },
        ),
        limit=st.sampled_from([Limit(country="GH"), Limit(institution_id=7)]),
        others=st.lists(
            st.tuples(st.integers(10, 90), st.sampled_from(["P", "S"]), st.sampled_from([1, 2])), max_size=3
        ),
    )
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def test_no_question_shows_anybody_elses(self, asked_for, limit, others):
        for tier in ("P", "S"):
            for course in (1, 2):
                people(30, country="GH", institution=7, tier=tier, course=course, completed=15)
                people(40, country="NP", institution=8, tier=tier, course=course, completed=20)
        offered = choices(TODAY, limit)
        before = insights(asked(**asked_for), offered, limit)
        for number, tier, course in others:
            people(number, country="NP", institution=8, tier=tier, course=course, completed=number // 2)
        after = insights(asked(**asked_for), choices(TODAY, limit), limit)
        assert (after.total, after.steps, after.rows) == (before.total, before.steps, before.rows)
        assert (after.happened, after.days) == (before.happened, before.days)
        assert choices(TODAY, limit).countries.keys() <= {"GH"}
        for row in (row for rows in after.rows.values() for row in rows):
            assert row.enrolled in {None, 30, 60, 120}


def test_quartiles_are_the_smallest_days_that_so_many_did_not_exceed():
    assert quartiles_of({1: 1, 5: 1, 9: 1, 20: 1}) == (1, 5, 9)
    assert quartiles_of({3: 10}) == (3, 3, 3)
    assert quartiles_of({}) is None
