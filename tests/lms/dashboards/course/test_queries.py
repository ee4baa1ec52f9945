from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.catalogue.services import ensure_course
from courses.enrolment.models import Contract
from courses.lessons.models import LessonPage
from courses.lessons.services import ensure_lessons
from courses.webinars.models import Feedback, Webinar
from courses.webinars.services.registrations import register
from lms.dashboards.course.queries import EVERYBODY, Learners, Opinion, course_insights
from lms.dashboards.course.rules import Pace
from lms.measures.cuts import Facet
from lms.measures.models import LessonDelta, Milestone, Subject
from lms.measures.services import record_milestone
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled, take_quiz
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


class Lived:
    """A course, of two modules with two lessons each if none is said, and people who went so far in it."""

    def __init__(self, *lessons):
        self.page = course_with_lessons(*(lessons or (2, 2)))
        self.course = ensure_course(self.page)
        self.pages = list(LessonPage.objects.descendant_of(self.page).order_by("path"))
        self.lessons = ensure_lessons(self.course, {str(page.translation_key): page.title for page in self.pages})

    def reach(self, *opened, of=1000, country="GH", tier="", institution_id=None, minutes=10, unfinished=0):
        """Let so many begin and open each lesson; all but `unfinished` of them finish it."""
        about = {"country": country, "tier": tier, "institution_id": institution_id}
        subject = Subject(course_id=self.course.pk, cohort=NOW, **about)
        record_milestone(Milestone.STARTED, subject, at=NOW, count=of)
        for lesson, people in zip(self.lessons, opened, strict=False):
            done = max(people - unfinished, 0)
            LessonDelta.objects.create(lesson_id=lesson.pk, touched=people, done=done, minutes=minutes, **about)
        return self

    def seen(self, learners=EVERYBODY, *, is_exact=True):
        return course_insights(self.course, learners, is_exact=is_exact)


def finished(insights) -> list:
    return [(lesson.number, lesson.finished, lesson.change) for lesson in insights.lessons]


def test_lessons_stand_in_order_with_their_shares_and_the_change_from_one_to_the_next():
    insights = Lived().reach(20, 16, 8, 8, of=20).seen()
    assert finished(insights) == [("1.1", 100, 0), ("1.2", 80, -20), ("2.1", 40, -40), ("2.2", 40, 0)]
    assert [lesson.number for lesson in insights.lessons if lesson.is_fall] == ["1.2", "2.1"]
    assert insights.totals.began == 20


def test_opening_a_lesson_is_not_finishing_it():
    [first, *_rest] = Lived().reach(20, of=20, unfinished=5).seen().lessons
    assert (first.opened, first.finished) == (100, 75)


def test_of_few_people_no_fall_is_named():
    assert not any(lesson.is_fall for lesson in Lived().reach(9, 1, of=9).seen().lessons)


def test_an_optional_lesson_is_not_compared_and_the_next_is_with_the_one_before():
    lived = Lived().reach(20, 4, 18, 18, of=20)
    lived.pages[1].is_optional = True
    lived.pages[1].save()
    insights = lived.seen()
    assert finished(insights) == [("1.1", 100, 0), ("1.2", 20, None), ("2.1", 90, -10), ("2.2", 90, 0)]
    [one] = insights.passed_over
    assert (one.lesson.number, one.following.number) == ("1.2", "2.1")


def with_second_lesson_added(lived, *, at):
    """Let the course ask for its second lesson only since a moment."""
    ids = [lesson.pk for lesson in lived.lessons]
    about = {"course": lived.course, "version_name": "1", "title": "C", "pass_mark_percent": 70, "minutes": 9}
    for number, (lesson_ids, moment) in enumerate([([ids[0], *ids[2:]], at - timedelta(days=90)), (ids, at)]):
        contract = Contract.objects.create(number=number, lesson_ids=lesson_ids, **about)
        Contract.objects.filter(pk=contract.pk).update(created_at=moment)
    return lived.seen()


def test_a_lesson_added_after_people_had_begun_is_no_fall():
    insights = with_second_lesson_added(Lived().reach(20, 4, 18, 18, of=20), at=NOW + timedelta(days=60))
    assert [lesson.number for lesson in insights.lessons if lesson.is_new] == ["1.2"]
    assert finished(insights)[1:3] == [("1.2", 20, None), ("2.1", 90, -10)]
    assert insights.passed_over == []


def test_a_lesson_added_before_anybody_began_is_like_any_other():
    insights = with_second_lesson_added(Lived().reach(20, 4, 18, 18, of=20), at=NOW - timedelta(days=60))
    assert finished(insights)[1] == ("1.2", 20, -80)


def test_lessons_that_are_not_read_any_more_are_set_apart():
    lived = Lived().reach(20, 16, of=20)
    lived.pages[1].unpublish()
    insights = lived.seen()
    assert [lesson.number for lesson in insights.lessons] == ["1.1", "2.1", "2.2"]
    assert [(lesson.title, lesson.finished) for lesson in insights.retired] == [(lived.lessons[1].title, 80)]


def test_a_course_that_is_off_line_shows_what_it_was():
    lived = Lived().reach(20, 16, of=20)
    lived.page.unpublish()
    insights = lived.seen()
    assert insights.lessons == []
    assert len(insights.retired) == 2


def test_time_is_told_beside_what_was_planned():
    times = Lived().reach(20, 9, minutes=25, of=20).seen().whole.times
    assert (times[0].quartiles, times[0].pace, times[0].people) == ((25, 25, 25), Pace.SLOW, 20)
    assert (times[1].quartiles, times[1].pace) == (None, None)


def test_learners_are_told_apart_by_country_tier_and_institution():
    lived = Lived().reach(100, of=100, country="NP").reach(200, 150, of=200, tier="P", institution_id=7)
    for learners in (Learners(Facet.COUNTRY, "GH"), Learners(Facet.TIER, "P"), Learners(Facet.INSTITUTION, "7")):
        insights = lived.seen(learners, is_exact=False)
        assert insights.totals.began == 200
        assert [lesson.finished for lesson in insights.lessons[:2]] == [100, 75]
        assert insights.whole is None


def test_leads_are_told_nothing_of_few():
    insights = Lived().reach(40, 9, of=40).seen(is_exact=False)
    assert insights.totals.began == 40
    assert {lesson.finished for lesson in insights.lessons} == {None}


def test_one_person_more_or_less_changes_nothing_that_leads_are_told():
    told = [Lived().reach(200, people, of=200).seen(is_exact=False).lessons[1].finished for people in (150, 151, 152)]
    assert told == [75, 75, 75]


def test_quizzes_are_told_with_their_hardest_question():
    lived = Lived()
    page = quiz_with_questions(2, module=lived.pages[0].get_parent())
    right, wrong = (use.question_id for use in page.quiz_questions.order_by("sort_order"))
    for _number in range(10):
        take_quiz(enrolled(lived.page), page, {right: ["right"], wrong: ["wrong"]})
    [quiz] = lived.seen().whole.quizzes
    assert (quiz.learners, quiz.passed, quiz.mean) == (10, 0, 50)
    assert (quiz.hardest.pk, quiz.hardest_mean) == (wrong, 0)
    [quiz] = lived.seen(is_exact=False).whole.quizzes
    assert (quiz.learners, quiz.passed, quiz.hardest) == (10, None, None)


def test_what_people_said_of_a_webinar_of_the_course_is_told_once_enough_have():
    lived, webinar = Lived(), dated_webinar(now=NOW)
    Webinar.objects.filter(pk=webinar.pk).update(lesson_key=lived.pages[0].translation_key)
    for _number in range(4):
        answer(webinar)
    assert lived.seen().whole.opinion is None
    answer(webinar)
    assert lived.seen().whole.opinion == Opinion(mean=4, people=5)
    assert lived.seen(is_exact=False).whole.opinion is None


def answer(webinar):
    registration = register(webinar, UserFactory(), now=NOW)
    Feedback.objects.create(registration=registration, given_at=NOW, useful=4, level=3, recommend=5)


def test_as_many_queries_for_2_lessons_as_for_20():
    def queries_of(*lessons) -> int:
        lived = Lived(*lessons).reach(20, 10, of=20)
        with CaptureQueriesContext(connection) as queries:
            lived.seen()
        return len(queries)

    Lived().seen()  # what is asked once a process
    assert queries_of(2) == queries_of(10, 10) <= 18
