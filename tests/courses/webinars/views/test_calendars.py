"""A person's own calendar of what they are registered for."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from courses.webinars.models import CalendarFeed
from courses.webinars.services import registrations
from courses.webinars.services.feeds import feed_of
from courses.webinars.services.following import follow_pages
from tests.factories.accounts import UserFactory
from tests.factories.webinars import dated_webinar, in_french

pytestmark = pytest.mark.django_db


def events(client, person):
    answer = client.get(f"/my/calendar/{feed_of(person).token}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_reads_what_somebody_is_registered_for_without_signing_in(client):
    now, person = timezone.now(), UserFactory()
    mine, other = dated_webinar(now=now, title="Doses"), dated_webinar(now=now)
    registrations.register(mine, person, now=now)
    registrations.register(other, UserFactory(), now=now)
    (event,) = events(client, person)
    assert (str(event["summary"]), event["dtstart"].dt) == ("Doses", mine.starts_at.replace(microsecond=0))


def test_a_move_raises_the_number_and_a_cancellation_shows(client):
    now, person, webinar = timezone.now(), UserFactory(), dated_webinar(now=timezone.now())
    registrations.register(webinar, person, now=now)
    (before,) = events(client, person)
    webinar.page.starts_at += timedelta(hours=2)
    webinar.page.save()
    follow_pages(webinar.translation_key, now=now)
    (moved,) = events(client, person)
    assert (moved["uid"], moved["sequence"] > before["sequence"]) == (before["uid"], True)
    assert moved["dtstart"].dt - before["dtstart"].dt == timedelta(hours=2)
    webinar.page.unpublish()
    follow_pages(webinar.translation_key, now=now)
    (off,) = events(client, person)
    assert (str(off["status"]), off["sequence"] > moved["sequence"]) == ("CANCELLED", True)


def test_the_words_are_in_the_persons_language(client):
    now, webinar = timezone.now(), dated_webinar(now=timezone.now(), title="Genes")
    in_french(webinar.page, title="Les gènes")
    follow_pages(webinar.translation_key, now=now)
    person = UserFactory(language="fr")
    registrations.register(webinar, person, now=now)
    (event,) = events(client, person)
    assert str(event["summary"]) == "Les gènes"


def test_a_new_address_closes_the_old_one(client):
    person = UserFactory()
    client.force_login(person)
    shown = client.get("/my/calendar/").content.decode()
    token = CalendarFeed.objects.get(person=person).token
    assert token in shown
    client.post("/my/calendar/renew")
    assert client.get(f"/my/calendar/{token}.ics").status_code == 404
    assert events(client, person) == []


def test_nobody_reads_the_calendar_of_somebody_whose_account_is_off(client):
    person = UserFactory(is_active=False)
    assert client.get(f"/my/calendar/{feed_of(person).token}.ics").status_code == 404
    assert client.get("/my/calendar/guess.ics").status_code == 404


def test_a_calendar_of_any_length_costs_the_same_queries(client, django_assert_num_queries):
    now, person = timezone.now(), UserFactory()
    address = f"/my/calendar/{feed_of(person).token}.ics"
    for _number in range(2):
        registrations.register(dated_webinar(now=now), person, now=now)
    with django_assert_num_queries(2):
        client.get(address)
    for _number in range(8):
        registrations.register(dated_webinar(now=now), person, now=now)
    with django_assert_num_queries(2):
        assert client.get(address).content.count(b"BEGIN:VEVENT") == 10
