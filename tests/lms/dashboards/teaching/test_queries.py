from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from courses.catalogue.models import Course
from courses.catalogue.services import ensure_course
from courses.enrolment.models import CourseRun, Enrolment
from courses.lessons.models import LessonPage
from courses.progress.queries import syllabus_for
from courses.progress.services import mark_lesson_done
from lms.accounts.models import User
from lms.dashboards.teaching import queries
from lms.dashboards.teaching.queries import Selection
from tests.factories.accounts import (
    AdministratorFactory,
    EditorFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)
from tests.factories.assessments import quiz_with_questions
from tests.factories.catalogue import CourseFactory, CoursePageFactory, CourseTeamMemberFactory
from tests.factories.enrolment import CourseRunFactory, EnrolmentFactory
from tests.factories.lessons import LessonPageFactory, ModulePageFactory
from tests.factories.progress import complete_course, enrolled

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 1)


def course_with_steps():
    """Return a course page of two lessons and a quiz."""
    page = CoursePageFactory()
    module = ModulePageFactory(parent=page)
    LessonPageFactory(parent=module)
    LessonPageFactory(parent=module)
    quiz_with_questions(1, module=module)
    return page


def names(course: Course, **asked) -> list[str]:
    found = queries.enrolments_in(course, Selection(**asked), today=TODAY)
    return [row.name for row in queries.rows_of(found)]


def test_instructors_see_the_courses_of_their_teams_and_administrators_all():
    taught, other = CourseFactory(), CourseFactory()
    teacher = InstructorFactory()
    CourseTeamMemberFactory(course=taught, member=teacher)
    assert list(queries.courses_of(teacher)) == [taught]
    assert set(queries.courses_of(AdministratorFactory())) == {taught, other}
    for person in (UserFactory(), EditorFactory(), ProgrammeLeadFactory(), InstructorFactory()):
        assert not queries.courses_of(person)


def test_who_may_open_the_teaching_view():
    editor_in_team, learner_in_team = EditorFactory(), UserFactory()
    CourseTeamMemberFactory(member=editor_in_team)
    CourseTeamMemberFactory(member=learner_in_team)  # once staff, perhaps; staff no longer
    for person in (InstructorFactory(), AdministratorFactory(), editor_in_team):
        assert queries.may_teach(person)
    for person in (UserFactory(), EditorFactory(), ProgrammeLeadFactory(), learner_in_team):
        assert not queries.may_teach(person)
    assert not queries.may_teach(AdministratorFactory(is_active=False))


def test_counts_of_a_course_leave_out_those_who_withdrew():
    course = CourseFactory()
    teacher = InstructorFactory()
    CourseTeamMemberFactory(course=course, member=teacher)
    CourseTeamMemberFactory(course=course)  # a colleague does not double the learners
    EnrolmentFactory(course=course, last_active_on=TODAY - timedelta(days=29))
    EnrolmentFactory(course=course, last_active_on=TODAY - timedelta(days=30))
    EnrolmentFactory(course=course, state=Enrolment.State.COMPLETED)
    EnrolmentFactory(course=course, state=Enrolment.State.WITHDRAWN, last_active_on=TODAY)
    EnrolmentFactory(last_active_on=TODAY)
    (row,) = queries.taught_courses(teacher, today=TODAY)
    assert (row.learners, row.completed, row.recently_active) == (3, 1, 1)


def test_a_learner_of_two_runs_is_one_learner():
    course = CourseFactory()
    cohort = CourseRunFactory(course=course, kind=CourseRun.Kind.COHORT)
    first = EnrolmentFactory(course=course)
    EnrolmentFactory(course=course, run=cohort, learner=first.learner)
    (row,) = queries.taught_courses(AdministratorFactory(), today=TODAY)
    assert row.learners == 1
    assert len(names(course)) == 2


def test_progress_is_what_the_learner_sees_and_what_is_stored():
    page = course_with_steps()
    course = ensure_course(page)
    none, half, whole = (enrolled(page) for _ in range(3))
    mark_lesson_done(half, LessonPage.objects.descendant_of(page).first(), now=timezone.now())
    complete_course(whole, page)
    rows = queries.rows_of(queries.enrolments_in(course, Selection(), today=TODAY))
    shown = {row.name: row.progress for row in rows}
    for enrolment in (none, half, whole):
        enrolment.refresh_from_db()
        seen = syllabus_for(page, enrolment).progress
        progress = shown[enrolment.learner.name]
        assert progress == seen
        assert (progress.lessons_done, progress.quizzes_passed) == (enrolment.lessons_done, enrolment.quizzes_passed)
    assert shown[half.learner.name].percent == 33
    assert shown[whole.learner.name].percent == 100


def test_filters_narrow_and_combine():
    course = CourseFactory()
    cohort = CourseRunFactory(course=course, kind=CourseRun.Kind.COHORT)
    ago = lambda days: TODAY - timedelta(days=days)  # noqa: E731
    EnrolmentFactory(course=course, learner=UserFactory(name="Ama Mensah"), last_active_on=ago(1))
    EnrolmentFactory(course=course, learner=UserFactory(name="Binod Rai"), last_active_on=ago(30))
    EnrolmentFactory(course=course, learner=UserFactory(name="Chiku Moyo"), run=cohort)
    EnrolmentFactory(
        course=course, learner=UserFactory(name="Dina Ama"), state=Enrolment.State.COMPLETED, last_active_on=ago(31)
    )
    EnrolmentFactory(learner=UserFactory(name="Ama of elsewhere"))
    assert set(names(course)) == {"Ama Mensah", "Binod Rai", "Chiku Moyo", "Dina Ama"}
    assert set(names(course, name="ama")) == {"Ama Mensah", "Dina Ama"}
    assert names(course, name="ama", state="completed") == ["Dina Ama"]
    assert names(course, run_id=cohort.pk) == ["Chiku Moyo"]
    # Chiku never came back since enrolling on 12 January.
    assert set(names(course, idle_days=30)) == {"Binod Rai", "Chiku Moyo", "Dina Ama"}
    assert names(course, idle_days=90) == []
    assert names(course, name="%") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("li", {"Li Na", "Anne-Lise Roy"}),
        ("LI", {"Li Na", "Anne-Lise Roy"}),
        ("r", {"Anne-Lise Roy"}),
        ("ali", {"Amalia Cole"}),
        ("小明", {"王小明"}),
        ("%", set()),
        ("_", set()),
    ],
)
def test_one_or_two_letters_are_looked_for_at_the_start_of_words(text, expected):
    course = CourseFactory()
    for name in ("Li Na", "Anne-Lise Roy", "Amalia Cole", "王小明"):
        EnrolmentFactory(course=course, learner=UserFactory(name=name))
    assert set(names(course, name=text)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [("recent", "BAC"), ("idle", "CAB"), ("name", "ABC"), ("most", "CBA"), ("least", "ABC"), ("newest", "BCA")],
)
def test_learners_stand_in_the_order_asked_for(order, expected):
    course = CourseFactory()
    for name, active_on, done, enrolled_day in (("A", 3, 0, 1), ("b", 5, 2, 9), ("C", None, 4, 5)):
        EnrolmentFactory(
            course=course,
            learner=UserFactory(name=name),
            last_active_on=active_on and date(2026, 2, active_on),
            lessons_done=done,
            enrolled_at=datetime(2026, 1, enrolled_day, tzinfo=UTC),
        )
    assert "".join(names(course, order=order)).upper() == expected


def test_a_long_list_is_read_in_batches_and_whole(monkeypatch, django_assert_max_num_queries):
    course = CourseFactory()
    for _ in range(7):
        EnrolmentFactory(course=course)
    monkeypatch.setattr(queries, "BATCH", 3)
    enrolments = queries.enrolments_in(course, Selection(order="name"), today=TODAY)
    with django_assert_max_num_queries(1 + 3 * 4):
        rows = list(queries.all_rows(enrolments))
    assert [row.name for row in rows] == names(course, order="name")
    assert len(rows) == 7


def test_nothing_of_a_learner_but_their_name_is_read():
    course = CourseFactory()
    EnrolmentFactory(course=course)
    (enrolment,) = queries.enrolments_in(course, Selection(), today=TODAY)
    assert enrolment.get_deferred_fields() >= {"country", "language"}
    assert enrolment.learner.get_deferred_fields() >= {"country", "email", "profession", "institution_id"}


@pytest.mark.postgres
def test_where_there_are_many_only_what_is_shown_is_read():
    course = EnrolmentFactory().run.course
    with connection.cursor() as cursor:
        for name in ("seqscan", "sort"):  # which the planner prefers while there are few
            cursor.execute(f"SET LOCAL enable_{name} = off")
    plan = queries.enrolments_in(course, Selection(), today=TODAY)[:50].explain()
    assert "enrolments_of_a_run_by_activity" in plan
    assert "accounts_user" not in plan
    assert "people_by_part_of_name" in User.objects.filter(name__icontains="mensah").explain()
