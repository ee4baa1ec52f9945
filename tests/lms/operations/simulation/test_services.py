from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Count, F, Q

from certificates.issuing.models import Certificate
from courses.catalogue.models import Course, CoursePage
from courses.enrolment.models import Enrolment
from courses.lessons.models import Lesson, LessonPage
from courses.progress.models import LessonProgress
from courses.progress.queries import records_of
from courses.webinars.models import Registration, Webinar
from lms.accounts.models import Institution, User
from lms.measures.models import DaysRollup, LessonRollup, MilestoneRollup, MinutesRollup
from lms.operations.simulation import courses
from lms.operations.simulation.services import (
    NotForRealPeople,
    SimulatedAlready,
    TooManyCourses,
    remove_simulated,
    simulate_learners,
)
from tests.counts import differences, milestones
from tests.factories.accounts import EditorFactory, UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)
ROLLUPS = (MilestoneRollup, DaysRollup, LessonRollup, MinutesRollup)


@pytest.fixture(autouse=True)
def pages_of_one_course(monkeypatch):
    """Making pages is what takes longest here."""
    monkeypatch.setattr(courses, "WITH_PAGES", 1)


def simulate(learners: int = 300, enrolments: int = 900, seed: int = 7):
    return simulate_learners(learners=learners, enrolments=enrolments, seed=seed, today=TODAY)


def indexes() -> set[tuple[str, str]]:
    tables = ("accounts_user", "enrolment_enrolment", "progress_lessonprogress", "issuing_certificate")
    with connection.cursor() as cursor:
        return {
            (table, str(sorted((k, v) for k, v in one.items() if k not in ("definition", "options"))))
            for table in tables
            for one in connection.introspection.get_constraints(cursor, table).values()
        }


def test_counts_equal_a_recount_and_are_plausible():
    simulate()
    assert not differences()
    found = milestones()
    assert found["enrolled"] == 900 > found["started"] > found["halfway"] > found["completed"] > 900 / 6
    assert found["completed"] - 5 <= found["certified"] <= found["completed"]


def test_what_is_stored_of_enrolments_is_what_their_rows_come_to():
    simulate()
    enrolments = list(Enrolment.objects.select_related("contract")[:60])
    for enrolment in enrolments:
        progress = records_of([enrolment])[enrolment.pk].progress
        assert (enrolment.lessons_done, enrolment.quizzes_passed) == (progress.lessons_done, progress.quizzes_passed)
        assert (enrolment.state == "completed") == progress.is_complete
        assert (enrolment.half_at is not None) == progress.is_halfway


def test_a_few_courses_have_pages_with_what_their_contracts_ask_for():
    simulate()
    pages = CoursePage.objects.live()
    assert (Course.objects.count(), pages.count(), LessonPage.objects.live().count()) == (60, 1, 20)
    lessons = Lesson.objects.filter(translation_key__in=LessonPage.objects.values("translation_key"))
    contract = Course.objects.get(translation_key=pages[0].translation_key).contracts.get()
    assert len(contract.lesson_ids) == 20
    assert len(contract.quiz_ids) == 3
    assert set(contract.lesson_ids) <= set(lessons.values_list("pk", flat=True))


def test_the_same_seed_gives_the_same_rows_and_another_gives_others():
    def rows() -> list:
        return list(
            Enrolment.objects.order_by("learner__name", "run__course__title").values_list(
                "learner__email", "run__course__title", "enrolled_at", "half_at", "tier", "device", "lessons_done"
            )
        )

    seen = []
    for seed in (7, 7, 8):
        simulate(60, 180, seed=seed)
        seen.append(rows())
        remove_simulated()
    assert seen[0] == seen[1] != seen[2]


def test_indexes_and_constraints_are_there_again():
    before = indexes()
    simulate()
    assert indexes() == before


def test_whoever_enrols_afterwards_gets_a_free_number():
    simulate()
    course = course_with_lessons()
    complete_course(enrolled(course), course)
    assert not differences()


def test_everything_is_taken_out_again():
    EditorFactory()
    simulate()
    counts = remove_simulated()
    assert counts.by_table["enrolments"] == 900
    assert User.objects.count() == 1
    for model in (Enrolment, LessonProgress, Certificate, Course, CoursePage, Lesson, Webinar, Institution, *ROLLUPS):
        assert not model.objects.exists(), model
    assert not differences()


def test_what_real_people_did_since_stays_and_so_do_their_counts():
    simulate()
    course = course_with_lessons()
    complete_course(enrolled(course), course)
    remove_simulated()
    assert not differences()
    assert milestones()["completed"] == Enrolment.objects.count() == 1


def test_where_somebody_learns_nothing_is_simulated():
    UserFactory()
    with pytest.raises(NotForRealPeople, match="a database of its own"):
        simulate()


def test_the_demos_people_are_to_go_first():
    UserFactory(is_demo=True)
    with pytest.raises(NotForRealPeople, match="remove_demo"):
        simulate()


def test_staff_may_be_there_unless_they_learn():
    staff = EditorFactory()
    simulate(30, 90)
    remove_simulated()
    enrolled(course_with_lessons(), learner=staff)
    with pytest.raises(NotForRealPeople):
        simulate()


def test_a_second_run_is_refused():
    simulate(30, 90)
    with pytest.raises(SimulatedAlready, match="--remove"):
        simulate(30, 90)


def test_too_many_courses_for_so_few_are_refused():
    with pytest.raises(TooManyCourses):
        simulate(10, 121)
    assert not Course.objects.exists()


def test_fewer_enrolments_than_learners_will_do():
    simulate(600, 60)
    assert Enrolment.objects.count() == 60
    assert User.objects.count() == 600


def test_webinars_are_over_and_everybody_registered_before():
    simulate()
    assert Registration.objects.count() > 30
    assert not Registration.objects.filter(Q(made_at__gt=F("webinar__starts_at")) | Q(webinar__ends_at__date__gt=TODAY))


def test_where_there_are_many_blocks_other_processes_make_them(monkeypatch):
    monkeypatch.setattr("lms.operations.simulation.services.FEW_BLOCKS", 0)
    simulate(30, 90)
    assert Enrolment.objects.aggregate(learners=Count("learner", distinct=True)) == {"learners": 30}


def test_the_command_says_what_it_did(capsys):
    call_command("simulate_learners", learners=30, enrolments=90, today=TODAY)
    assert "Added 30 people, 90 enrolments" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--remove"):
        call_command("simulate_learners", learners=30, enrolments=90)
    call_command("simulate_learners", remove=True)
    assert "30 people" in capsys.readouterr().out
