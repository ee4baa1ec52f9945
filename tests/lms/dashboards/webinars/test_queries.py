"""Which webinars are whose to see to, and how their places stand."""

from datetime import timedelta

import pytest

from courses.webinars.queries import may_organise, webinars_of
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import cancel, register
from lms.access.services.seats import apply_for_seat
from lms.dashboards.webinars import queries
from tests.factories.accounts import AdministratorFactory, EditorFactory, InstructorFactory, UserFactory
from tests.factories.webinars import NOW, dated_webinar, in_french, scarce_webinar

pytestmark = pytest.mark.django_db


def named(webinar, *people):
    webinar.page.organisers.set(people)
    webinar.page.save()
    follow_pages(webinar.translation_key, now=NOW)


def test_whoever_a_page_names_and_whoever_made_it_see_the_webinar_and_administrators_all():
    owner, helper = EditorFactory(), InstructorFactory()
    webinar, _other = dated_webinar(owner=owner), dated_webinar()
    named(webinar, helper)
    for person in (owner, helper):
        assert list(webinars_of(person)) == [webinar]
        assert may_organise(person)
    assert webinars_of(AdministratorFactory()).count() == 2
    for person in (InstructorFactory(), EditorFactory(), UserFactory()):
        assert not webinars_of(person)
        assert not may_organise(person)


def test_whoever_is_named_no_more_sees_nothing_more():
    helper = InstructorFactory()
    webinar = dated_webinar()
    named(webinar, helper)
    named(webinar)
    assert not webinars_of(helper)


def test_who_is_not_of_the_staff_any_more_is_let_in_nowhere():
    former = UserFactory()
    named(dated_webinar(), former)
    assert not may_organise(former)


def test_the_page_in_the_first_language_names_organisers_for_all():
    helper, other = InstructorFactory(), InstructorFactory()
    webinar = dated_webinar()
    named(webinar, helper)
    french = in_french(webinar.page)
    french.organisers.set([other])
    french.save()
    follow_pages(webinar.translation_key, now=NOW)
    assert list(webinar.organisers.all()) == [helper]


def test_asking_whose_a_webinar_is_costs_one_query(django_assert_num_queries):
    helper = InstructorFactory()
    named(dated_webinar(), helper)
    with django_assert_num_queries(1):
        list(webinars_of(helper))


def test_places_are_those_registered_cancelled_and_where_seats_are_limited_waiting():
    webinar = dated_webinar()
    people = UserFactory.create_batch(3)
    for person in people:
        register(webinar, person, now=NOW)
    cancel(webinar, people[0], now=NOW)
    assert queries.places_of(webinar) == queries.Places(registered=2, cancelled=1, waiting=None)
    pool = scarce_webinar(capacity=1, reserved_percent=0).pool
    for person in people:
        apply_for_seat(pool.pk, person, now=NOW + timedelta(hours=1))
    assert queries.places_of(pool.webinar) == queries.Places(registered=0, cancelled=0, waiting=3)
