from dataclasses import replace

import pytest

from lms.dashboards.course import findings
from lms.dashboards.course.queries import (
    EVERYBODY,
    CourseInsights,
    LessonFigures,
    LessonTime,
    OfEverybody,
    PassedOver,
    QuizLine,
    Totals,
)
from lms.dashboards.course.rules import Pace

NOTHING = OfEverybody(times=(), quizzes=(), days=None, days_people=None, open_appeals=0, opinion=None)


def lesson(number="1.1", finished=90, change=0, **facts) -> LessonFigures:
    return LessonFigures(1, "Genes", number, page_id=1, opened=finished, finished=finished, change=change, **facts)


def insights(*lessons, step=1, **facts) -> CourseInsights:
    known = {"passed_over": (), "whole": NOTHING, "retired": (), "totals": Totals(90, 40, 40, 44), **facts}
    return CourseInsights(None, "Genomics", None, EVERYBODY, is_exact=True, step=step, lessons=lessons, **known)


def time(number, pace) -> LessonTime:
    return LessonTime(lesson(number), (5, 10, 15), people=20, pace=pace)


def test_the_lessons_that_lose_most_are_named():
    fallen = [lesson(number, 50, -10, is_fall=True) for number in ("1.4", "2.4", "2.6")]
    assert findings.lessons_finding(insights(*fallen)) == "Genomics loses most at 1.4, 2.4 and 2.6"
    assert findings.lessons_finding(insights(fallen[0])) == "Genomics loses most at 1.4"


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (insights(), "Too few people have begun to say where they stop"),
        (insights(lesson(finished=None, change=None)), "Too few people have begun to say where they stop"),
        (insights(lesson(), step=10), "Too few people have begun to say at which lesson most of them stop"),
        (insights(lesson()), "No lesson of Genomics loses many more people than the others"),
    ],
)
def test_where_no_lesson_stands_out_that_is_said(shown, said):
    assert findings.lessons_finding(shown) == said


def test_the_largest_fall_is_told_in_people():
    shown = insights(lesson("1.1", 90, -10), lesson("1.2", 60, -30, is_fall=True), lesson("1.3", 55, -5))
    assert findings.lessons_meaning(shown) == (
        "Of 100 people who began, 90 finished lesson 1.1, 60 lesson 1.2 (Genes), and 55 lesson 1.3."
    )


def test_a_first_lesson_that_loses_most_has_none_before_it():
    shown = insights(lesson("1.1", 70, -30, is_fall=True), lesson("1.2", 65, -5))
    assert "70 finished the first lesson, 1.1 (Genes), and 65 finished lesson 1.2" in findings.lessons_meaning(shown)


def test_without_a_fall_the_end_is_told_and_of_too_few_nothing():
    assert findings.lessons_meaning(insights(lesson("3.2", 44))) == "Of 100 people who began, 44 finished lesson 3.2."
    assert findings.lessons_meaning(insights(lesson(finished=None, change=None))) == ""


def test_what_is_passed_over_is_named():
    one = PassedOver(lesson("1.2"), lesson("1.3"))
    said = findings.passed_over_finding(insights(lesson(), passed_over=[one]))
    assert said == "1.2 is passed over: more people opened the lesson after it"
    assert findings.passed_over_finding(insights(lesson())) == "No lesson is passed over"
    few = insights(lesson(finished=None, change=None))
    assert findings.passed_over_finding(few) == "Too few people have begun to say what is passed over"


@pytest.mark.parametrize(
    ("paces", "said"),
    [
        ([Pace.SLOW], "1.1 takes more than twice as long as planned"),
        ([Pace.SLOW, Pace.SLOW], "1.1 and 1.2 take more than twice as long as planned"),
        ([Pace.QUICK], "1.1 takes less than half as long as planned"),
        ([Pace.SLOW, Pace.QUICK], "More than twice as long as planned: 1.1. Less than half: 1.2"),
        ([None], "Lessons take about as long as planned"),
        ([], "Too few people have finished lessons to say how long they take"),
        ([Pace.SLOW] * 7, "1.1, 1.2, 1.3, 1.4 and 3 more take more than twice as long as planned"),
    ],
)
def test_lessons_far_from_what_was_planned_are_named(paces, said):
    times = [time(f"1.{number}", pace) for number, pace in enumerate(paces, start=1)]
    assert findings.times_finding(replace(NOTHING, times=times)) == said


def test_the_hardest_quiz_is_named():
    quizzes = [QuizLine(1, "One", 20, passed=60, mean=70), QuizLine(2, "Two", 20, passed=90, mean=60)]
    said = findings.quizzes_finding(replace(NOTHING, quizzes=quizzes))
    assert said == "Two is hardest: first attempts earn 60 % of the points on average"
    assert findings.quizzes_finding(NOTHING) == "Too few first attempts to judge the quizzes"


def test_how_long_finishing_takes_is_told_of_enough_people():
    assert findings.days_finding(replace(NOTHING, days=(3, 9, 20))) == "Half of those who finish take 9 days or less"
    assert findings.days_finding(NOTHING) == "Too few people have finished to say how long it takes"
