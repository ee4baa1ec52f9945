from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from courses.enrolment.errors import CannotWithdraw, DetailsMissing, NothingToStudy
from courses.enrolment.models import Contract, CourseRun, Enrolment
from courses.enrolment.rules import Terms
from courses.enrolment.services import contract_for, enrol_learner, withdraw_learner
from lms.accounts.models import User
from lms.measures.models import MilestoneDelta, Subject
from lms.measures.services import SUBJECT_COLUMNS
from tests.counts import counted, milestones
from tests.factories.access import with_priority
from tests.factories.accounts import InstitutionFactory, NewcomerFactory, UserFactory
from tests.factories.catalogue import CourseFactory
from tests.factories.enrolment import EnrolmentFactory

pytestmark = pytest.mark.django_db

JANUARY = datetime(2026, 1, 12, 9, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 20, 9, tzinfo=UTC)
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
TERMS = Terms(
    title="A course",
    version_name="1.0",
    lesson_ids=(1, 2),
    lesson_minutes=(10, 20),
    quiz_ids=(1,),
    quiz_marks=((1, 70),),
    pass_mark_percent=70,
    minutes=60,
)
LONGER = Terms(**{**TERMS.__dict__, "lesson_ids": (1, 2, 3), "lesson_minutes": (10, 20, 5)})


def enrol(learner, course, terms=TERMS, now=JANUARY):
    return enrol_learner(learner, course, terms, language="en", now=now)


def together(count: int, work: Callable[[], object]) -> list[object]:
    """Run the same work in several threads that all begin at once; return what each returned."""
    barrier = Barrier(count)

    def begin(_number: int) -> object:
        try:
            barrier.wait(timeout=20)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


def test_a_second_enrolment_is_the_first():
    learner, course = UserFactory(), CourseFactory()
    assert enrol(learner, course) == enrol(learner, course, now=FEBRUARY)
    assert Enrolment.objects.count() == CourseRun.objects.count() == 1
    assert [(d.milestone, d.count) for d in MilestoneDelta.objects.all()] == [("enrolled", 1)]


@pytest.mark.parametrize(("is_lite", "device"), [(False, "full"), (True, "lite")])
def test_what_a_learner_is_counted_by_is_copied_as_it_is_when_they_enrol(is_lite, device):
    institution = InstitutionFactory()
    learner = UserFactory(country="NP", profession="nurse", institution=institution, lite_pages=is_lite)
    with_priority(learner, now=JANUARY)
    enrolment = enrol(learner, CourseFactory(), now=FEBRUARY)
    User.objects.update(country="DE", profession="teacher", institution=None, lite_pages=not is_lite)
    enrolment.refresh_from_db()
    assert (enrolment.country, enrolment.language, enrolment.tier) == ("NP", "en", "P")
    assert (enrolment.profession, enrolment.device, enrolment.institution_id) == ("nurse", device, institution.pk)
    assert enrolment.subject == subject_of(MilestoneDelta.objects.get(), cohort=FEBRUARY)


def subject_of(delta: MilestoneDelta, *, cohort: datetime) -> Subject:
    return Subject(cohort=cohort, **{name: getattr(delta, name) for name in SUBJECT_COLUMNS})


def test_name_and_country_are_needed_first():
    with pytest.raises(DetailsMissing):
        enrol(NewcomerFactory(), CourseFactory())
    assert not Enrolment.objects.exists()


def test_a_course_without_lessons_takes_nobody():
    with pytest.raises(NothingToStudy):
        enrol(UserFactory(), CourseFactory(), Terms(**{**TERMS.__dict__, "lesson_ids": (), "quiz_ids": ()}))


def test_people_who_enrol_under_the_same_terms_share_a_contract():
    course = CourseFactory()
    assert enrol(UserFactory(), course).contract == enrol(UserFactory(), course).contract


def test_new_terms_are_a_new_contract_and_leave_the_old_one_alone():
    course, early, late = CourseFactory(), UserFactory(), UserFactory()
    old = enrol(early, course).contract
    new = enrol(late, course, LONGER).contract
    assert (old.number, new.number) == (1, 2)
    assert enrol(early, course, LONGER).contract == old


def test_who_comes_back_does_so_under_todays_terms():
    learner, course = UserFactory(), CourseFactory()
    withdraw_learner(enrol(learner, course), now=FEBRUARY)
    enrolment = enrol(learner, course, LONGER, now=MARCH)
    assert enrolment.state == Enrolment.State.ACTIVE
    assert enrolment.contract.lesson_ids == [1, 2, 3]
    assert enrolment.enrolled_at == JANUARY


def test_leaving_is_taken_back_in_the_month_in_which_it_was_counted():
    learner, course = UserFactory(), CourseFactory()
    withdraw_learner(enrol(learner, course), now=FEBRUARY)
    assert ("withdrawn", FEBRUARY.month) in {
        (milestone, month.month) for _course, _country, month, milestone in counted()
    }
    enrol(learner, course, now=MARCH)
    assert milestones().keys() == {"enrolled"}


def test_leaving_twice_counts_once():
    enrolment = enrol(UserFactory(), CourseFactory())
    withdraw_learner(enrolment, now=FEBRUARY)
    withdraw_learner(enrolment, now=MARCH)
    assert MilestoneDelta.objects.filter(milestone="withdrawn").count() == 1


def test_a_completed_course_cannot_be_left():
    enrolment = EnrolmentFactory(state=Enrolment.State.COMPLETED)
    with pytest.raises(CannotWithdraw):
        withdraw_learner(enrolment, now=MARCH)
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twelve_clicks_at_once_enrol_once():
    learner, course = UserFactory(), CourseFactory()
    enrolments = together(12, lambda: enrol(learner, course).pk)
    assert len(set(enrolments)) == 1
    assert Enrolment.objects.count() == Contract.objects.count() == CourseRun.objects.count() == 1
    assert MilestoneDelta.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_contracts_met_at_once_get_one_number():
    course = CourseFactory()
    assert len(set(together(8, lambda: contract_for(course, TERMS).pk))) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_leaving_and_coming_back_at_once_leaves_the_count_true():
    learner, course = UserFactory(), CourseFactory()
    enrolment = enrol(learner, course)
    together(6, lambda: withdraw_learner(Enrolment.objects.get(pk=enrolment.pk), now=JANUARY))
    together(6, lambda: enrol(learner, course))
    assert Enrolment.objects.get().state == Enrolment.State.ACTIVE
    assert milestones() == {"enrolled": 1}
