from datetime import timedelta

import pytest

from courses.enrolment.models import CourseRun, Enrolment
from courses.enrolment.queries import admission_to, enrolment_in
from courses.enrolment.queries.cohorts import cohorts_to_follow
from courses.enrolment.services import withdraw_learner
from courses.lessons.models import LessonPage
from courses.progress.cohorts.services import follow_seats
from courses.progress.services import mark_lesson_done
from courses.progress.tasks import enrol_seated_learners
from lms.access.models import Application, Charge
from lms.access.services.pools import close_pool
from lms.access.services.seats import apply_for_seat, give_up_seat
from lms.measures.models import MilestoneDelta
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import GIVEN, cohort_of
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import complete_course, enrolled

pytestmark = pytest.mark.django_db
State, Kind = Enrolment.State, CourseRun.Kind
DAY = timedelta(days=1)


@pytest.fixture
def page():
    return course_with_lessons(2)


def take_seat(run, person=None):
    person = person or UserFactory(country="DE")
    apply_for_seat(run.pool_id, person, now=GIVEN)
    follow_seats(run, now=GIVEN)
    return person


def give_back(run, person):
    give_up_seat(run.pool_id, person, now=GIVEN)
    follow_seats(run, now=GIVEN)


def only_enrolment(person) -> Enrolment:
    return Enrolment.objects.select_related("run", "contract").get(learner=person)


def do_one_lesson(page, enrolment):
    mark_lesson_done(enrolment, LessonPage.objects.descendant_of(page).first(), now=GIVEN)


def test_a_seat_leads_to_an_enrolment_once(page):
    run = cohort_of(page)
    person = take_seat(run)
    follow_seats(run, now=GIVEN + DAY)
    enrolment = only_enrolment(person)
    assert (enrolment.run, enrolment.state, enrolment.enrolled_at) == (run, State.ACTIVE, GIVEN)
    assert enrolment.contract.lesson_ids
    assert MilestoneDelta.objects.filter(milestone="enrolled").count() == 1


def test_who_waits_or_is_offered_a_seat_is_not_enrolled(page):
    run = cohort_of(page, capacity=1)
    take_seat(run)
    late = take_seat(run)
    assert not Enrolment.objects.filter(learner=late).exists()


def test_a_seat_given_back_withdraws_who_has_studied_in_the_cohort_alone(page):
    run = cohort_of(page)
    person = take_seat(run)
    do_one_lesson(page, only_enrolment(person))
    give_back(run, person)
    assert (only_enrolment(person).state, only_enrolment(person).run) == (State.WITHDRAWN, run)
    assert enrolled(page, person).run.kind == Kind.SELF_PACED  # one click, and they go on where they were
    assert (only_enrolment(person).state, only_enrolment(person).lessons_done) == (State.ACTIVE, 1)


def test_who_studied_at_their_own_pace_goes_on_in_the_cohort_and_back_with_all_they_have_done(page):
    person, run = UserFactory(country="DE"), cohort_of(page)
    before = enrolled(page, person)
    do_one_lesson(page, before)
    take_seat(run, person)
    joined = only_enrolment(person)
    assert (joined.pk, joined.run, joined.contract, joined.lessons_done) == (before.pk, run, before.contract, 1)
    give_back(run, person)
    after = only_enrolment(person)
    assert (after.pk, after.run.kind, after.state, after.lessons_done) == (before.pk, Kind.SELF_PACED, State.ACTIVE, 1)
    assert MilestoneDelta.objects.filter(milestone__in=["enrolled", "withdrawn"]).count() == 1


def test_who_has_completed_the_course_begins_it_anew_in_a_cohort_and_keeps_what_they_completed(page):
    person, run = UserFactory(country="DE"), cohort_of(page)
    first = enrolled(page, person)
    complete_course(first, page)
    take_seat(run, person)
    assert enrolment_in(person, page.translation_key).run == run
    give_back(run, person)
    assert enrolment_in(person, page.translation_key) == first  # and its lessons stay open to them
    assert admission_to(person, LessonPage.objects.descendant_of(page).last()).enrolment == first


def test_a_completed_cohort_stays_completed_without_its_seat(page):
    run = cohort_of(page)
    person = take_seat(run)
    complete_course(only_enrolment(person), page)
    give_back(run, person)
    assert only_enrolment(person).state == State.COMPLETED


def test_leaving_the_course_gives_the_seat_back_so_that_nothing_enrols_them_again(page):
    run = cohort_of(page)
    person = take_seat(run)
    withdraw_learner(only_enrolment(person), now=GIVEN)
    assert Application.objects.get().state == Application.State.GIVEN_UP
    follow_seats(run, now=GIVEN)
    assert only_enrolment(person).state == State.WITHDRAWN


def test_who_has_seats_in_two_cohorts_studies_in_the_one_they_applied_for_last(page):
    person, first = UserFactory(country="DE"), cohort_of(page)
    second = cohort_of(page, name="Autumn 2027")
    take_seat(first, person)
    take_seat(second, person)
    for run in (first, second, first):
        follow_seats(run, now=GIVEN)
    assert only_enrolment(person).run == second


def test_whoever_is_in_a_cohort_that_is_called_off_is_taken_out_of_it(page):
    run = cohort_of(page)
    person = take_seat(run)
    close_pool(run.pool_id, now=GIVEN)
    follow_seats(run, now=GIVEN)
    assert only_enrolment(person).state == State.WITHDRAWN


def test_a_seat_is_charged_once_at_the_price_of_its_cohort(page):
    run = cohort_of(page, price="120")
    take_seat(run, UserFactory(country="DE", profession="student"))
    take_seat(run, with_priority(UserFactory(country="DE")))
    follow_seats(run, now=GIVEN + DAY)
    assert [(one.due, one.basis) for one in Charge.objects.order_by("pk")] == [(60, "student"), (0, "priority")]
    free = cohort_of(course_with_lessons(1))
    take_seat(free)
    assert Charge.objects.count() == 2


def test_a_course_without_lessons_enrols_nobody_until_it_has_some():
    empty = course_with_lessons(0)
    run = cohort_of(empty)
    person = take_seat(run)
    assert not Enrolment.objects.filter(learner=person).exists()
    assert run in cohorts_to_follow(now=GIVEN)


def test_a_lost_event_costs_a_minute(page):
    run = cohort_of(page)
    person = UserFactory(country="DE")
    apply_for_seat(run.pool_id, person, now=GIVEN)
    assert list(cohorts_to_follow(now=GIVEN)) == [run]
    enrol_seated_learners()
    assert only_enrolment(person).run == run
    assert not cohorts_to_follow(now=GIVEN)


def test_a_seat_rings_for_the_worker(page, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("courses.progress.tasks.enrol_learners_of_pool.delay", rung.append)
    run = cohort_of(page)
    with django_capture_on_commit_callbacks(execute=True):
        apply_for_seat(run.pool_id, UserFactory(country="DE"), now=GIVEN)
    assert rung == [run.pool_id]


def test_seats_are_called_as_the_course_is_from_its_publication_on(page):
    run = cohort_of(page)
    page.title = "A new name"
    page.save_revision()
    run.pool.refresh_from_db()
    assert "A new name" not in run.pool.label_in("en")["title"]
    page.get_latest_revision().publish()
    run.pool.refresh_from_db()
    assert run.pool.label_in("en")["title"] == "A new name: Spring 2027"
