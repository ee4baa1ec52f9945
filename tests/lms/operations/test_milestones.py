from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from certificates.issuing.services import open_attendance_certificate, open_certificate, render_certificate
from courses.enrolment.models import Enrolment
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.progress.models import LessonProgress
from courses.progress.services import mark_lesson_done, record_visit
from courses.webinars.models import Registration
from courses.webinars.services.registrations import cancel, register
from lms.measures.cuts import Dimension, Facet, cut_by
from lms.measures.models import Milestone
from lms.measures.queries import count_of, lesson_counts, sums
from lms.measures.services import fold_lessons, fold_milestones, minutes_between
from lms.operations.milestones import count_steps, lesson_steps_of, move
from tests.counts import differences, totals
from tests.factories.accounts import UserFactory
from tests.factories.assessments import quiz_with_questions
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled
from tests.factories.reflections import LessonFactory
from tests.factories.webinars import attended_webinar, dated_webinar

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
MONTH_LATER = NOW + timedelta(days=28)
BY_TIER = cut_by(Dimension.TIER)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def life(person):
    """Every milestone, reached by somebody through the services that people reach them by."""
    course = course_with_lessons(2)
    quiz_with_questions(1, module=course.get_children().first().specific)
    completion = complete_course(enrolled(course, person, now=NOW), course, now=MONTH_LATER)
    render_certificate(open_certificate(completion.pk, now=MONTH_LATER).pk, now=MONTH_LATER)
    left = enrolled(course_with_lessons(3), person, now=NOW)
    withdraw_learner(left, now=MONTH_LATER)
    attendance = attended_webinar(person, gives_certificate=True, now=NOW)
    render_certificate(open_attendance_certificate(attendance.pk, now=NOW).pk, now=NOW)
    return Enrolment.objects.filter(learner=person), Registration.objects.filter(person=person)


def tiers(milestone: Milestone) -> dict[str, int]:
    return {key: n for (key,), counts in sums([BY_TIER])[BY_TIER].items() if (n := count_of(milestone, counts))}


def fold() -> None:
    fold_milestones()
    fold_lessons()


def test_a_recount_finds_every_step_that_was_counted_where_it_was_counted(life):
    assert [milestone for milestone, count in totals().items() if not count] == [Milestone.ERASED]
    assert differences() == []
    fold()
    assert differences() == []


@pytest.mark.parametrize("is_folded", [False, True])
def test_whoever_is_moved_is_moved_with_every_step(life, is_folded):
    before = totals()
    if is_folded:
        fold()
    move(*life, tier="P", country="NP", profession="nurse", institution_id=4)
    assert totals() == before
    assert all(tiers(milestone) == ({"P": count} if count else {}) for milestone, count in before.items())
    assert differences() == []


def test_lessons_are_moved_as_well(person):
    course = course_with_lessons(1)
    enrolment = enrolled(course, person, now=NOW)
    mark_lesson_done(enrolment, LessonPage.objects.descendant_of(course).get(), now=NOW)
    move(Enrolment.objects.all(), Registration.objects.none(), country="NP")
    [lesson] = LessonProgress.objects.values_list("lesson", flat=True)
    assert lesson_counts([lesson], Facet.COUNTRY, "NP") == {lesson: (1, 1)}
    assert lesson_counts([lesson], Facet.COUNTRY, "GH")[lesson] == (0, 0)


def test_registrations_can_be_moved_alone(person):
    register(dated_webinar(now=NOW), person, now=NOW)
    move(Enrolment.objects.none(), Registration.objects.all(), tier="P")
    assert tiers(Milestone.REGISTERED) == {"P": 1}


def test_moving_nobody_changes_nothing(life):
    before = totals()
    move(Enrolment.objects.none(), Registration.objects.none(), tier="P")
    assert totals() == before


def test_erasing_is_a_step_that_is_counted_once(life):
    enrolments, _registrations = life
    for later in range(2):
        move(enrolments, Registration.objects.none(), erased_at=NOW + timedelta(days=later), country="")
    assert totals()[Milestone.ERASED] == 2
    assert set(enrolments.values_list("erased_at", flat=True)) == {NOW}
    assert differences() == []


def test_what_is_taken_back_leaves_nothing(life):
    enrolments, registrations = (rows.values_list("pk", flat=True) for rows in life)
    count_steps(enrolments, registrations, sign=-1)
    assert not any(totals().values())


def test_leaving_and_coming_back_leave_one_enrolment_and_nobody_withdrawn(person):
    course, webinar = course_with_lessons(1), dated_webinar(now=MONTH_LATER)
    enrolment = enrolled(course, person, now=NOW)
    register(webinar, person, now=NOW)
    withdraw_learner(enrolment, now=NOW)
    cancel(webinar, person, now=NOW)
    assert (totals()[Milestone.WITHDRAWN], totals()[Milestone.REGISTERED]) == (1, 0)
    enrolled(course, person, now=MONTH_LATER)
    register(webinar, person, now=MONTH_LATER)
    assert (totals()[Milestone.ENROLLED], totals()[Milestone.WITHDRAWN], totals()[Milestone.REGISTERED]) == (1, 0, 1)
    assert differences() == []


def test_the_month_of_leaving_stays_whatever_is_opened_later(person):
    course = course_with_lessons(1)
    lesson = LessonPage.objects.descendant_of(course).get()
    enrolment = enrolled(course, person, now=NOW)
    withdraw_learner(enrolment, now=NOW)
    record_visit(enrolment, lesson, now=MONTH_LATER)  # from a page that was open before
    assert differences() == []
    enrolled(course, person, now=MONTH_LATER)
    assert totals()[Milestone.WITHDRAWN] == 0
    assert differences() == []


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (the strategy adds the zone)
spans = st.timedeltas(timedelta(minutes=-2), timedelta(minutes=300))


class MinutesOfALesson(TestCase):
    @classmethod
    def setUpTestData(cls):
        LessonProgress.objects.create(enrolment=EnrolmentFactory(), lesson=LessonFactory(), first_seen_at=NOW)
        cls.progress = LessonProgress.objects.all()

    @given(moments, spans)
    @example(NOW.replace(microsecond=999_999), timedelta(microseconds=1))
    @example(NOW.replace(microsecond=999_999), timedelta(seconds=59, microseconds=1))
    @example(NOW.replace(microsecond=500_000), timedelta(minutes=1, microseconds=-1))
    def test_the_minutes_that_are_counted_are_those_that_a_recount_reads(self, seen_at, span):
        self.progress.update(first_seen_at=seen_at, done_at=seen_at + span)
        steps = lesson_steps_of()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT minutes FROM ({steps.sql}) AS steps", steps.parameters)
            assert cursor.fetchall() == [(minutes_between(seen_at, seen_at + span),)]
