"""What a webinar's registrations come to: right, and telling of no single person."""

import pytest

from courses.webinars.mail_rules import Kind
from courses.webinars.models import Attendance, Join, WebinarMail
from courses.webinars.services.mails import write_mails
from courses.webinars.services.registrations import cancel, register
from lms.dashboards.webinars import figures
from lms.dashboards.webinars.queries import places_of
from lms.mail.models import OutgoingMail
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar():
    return dated_webinar()


def come(webinar, number, **fields):
    people = UserFactory.create_batch(number, password="!", **fields)
    for person in people:
        register(webinar, person, now=NOW)
    return people


def crowd(webinar, *, now=None):
    places = places_of(webinar)
    return figures.crowd_of(webinar, ever=places.registered + places.cancelled, now=now or webinar.ends_at)


def test_countries_of_ten_and_more_are_shown_and_the_others_together(webinar):
    come(webinar, 15, country="GH")
    come(webinar, 11, country="NP")
    come(webinar, 6, country="BT")
    come(webinar, 8, country="")
    assert crowd(webinar).countries == (("Ghana", 15), ("Nepal", 11))
    assert crowd(webinar).elsewhere == 14


def test_one_small_country_takes_another_with_it_so_that_nobody_can_subtract(webinar):
    come(webinar, 17, country="GH")
    come(webinar, 11, country="NP")
    come(webinar, 2, country="BT")
    assert crowd(webinar).countries == (("Ghana", 17),)
    assert crowd(webinar).elsewhere == 13


def test_of_fewer_than_ten_nothing_is_told(webinar):
    come(webinar, 9, country="GH")
    assert crowd(webinar) is None


def test_nothing_is_told_before_it_is_over_since_two_looks_would_tell_of_those_who_came_between(webinar):
    for person in come(webinar, 20, country="GH")[:10]:
        with_priority(person, now=NOW)
    come(webinar, 10, country="NP")
    assert crowd(webinar, now=NOW) is None
    assert crowd(webinar).low_resource == 10


def test_one_registration_or_cancellation_more_changes_no_figure(webinar):
    people = come(webinar, 20, country="GH")
    before = crowd(webinar)
    come(webinar, 9, country="NP")
    cancel(webinar, people[3], now=NOW)
    assert crowd(webinar) == before


@pytest.mark.parametrize(("priority", "shown"), [(10, 10), (9, None), (21, None), (0, None), (30, None)])
def test_the_share_from_low_resource_environments_is_shown_if_both_sides_are_large_enough(webinar, priority, shown):
    for person in come(webinar, 30)[:priority]:
        with_priority(person, now=NOW)
    assert crowd(webinar).low_resource == shown
    assert crowd(webinar).low_resource_percent == (33 if shown else None)


def test_mails_are_counted_by_kind_and_by_what_became_of_them(webinar):
    come(webinar, 4)
    write_mails(now=NOW)
    sent, refused, forgotten, _waiting = WebinarMail.objects.filter(kind=Kind.CONFIRMED).order_by("pk")
    OutgoingMail.objects.filter(pk=sent.outgoing_id).update(sent_at=NOW)
    OutgoingMail.objects.filter(pk=refused.outgoing_id).update(failed_at=NOW)
    OutgoingMail.objects.filter(pk=forgotten.outgoing_id).delete()
    assert figures.mail_rows(webinar) == [figures.MailRow(Kind.CONFIRMED, sent=2, waiting=1, refused=1)]


def test_who_went_through_the_door_twice_is_one_person_and_who_came_shortly_has_not_attended(webinar):
    one, two, three = webinar.registrations.filter(person__in=come(webinar, 3)).order_by("pk")
    for registration in (one, one, two):
        Join.objects.create(registration=registration, at=NOW)
    Attendance.objects.create(registration=one, minutes=50, met_at=NOW, updated_at=NOW)
    Attendance.objects.create(registration=two, minutes=5, updated_at=NOW)
    Attendance.objects.create(registration=three, minutes=0, updated_at=NOW)
    assert figures.came_to(webinar) == figures.Came(joined=2, came=2, enough=1)
