"""Webinars that belong together: one page for all their dates, each with its own registration."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from courses.webinars.models import Registration, Webinar
from courses.webinars.queries import place_in_series
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import cancel, register
from courses.webinars.services.series import register_for_all
from tests.factories.accounts import NewcomerFactory, UserFactory
from tests.factories.webinars import (
    WebinarPageFactory,
    in_french,
    questions,
    scarce_webinar,
    series_with,
    webinar_index,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def series():
    return series_with([], objectives="Read one\nAct")


@pytest.fixture
def dates(series, now):
    """Three dates: a week ago, in one week and in two."""
    return [
        WebinarPageFactory(title=f"Gene {letter}", series=series, starts_at=now + weeks * 7 * DAY)
        for letter, weeks in (("A", -1), ("B", 1), ("C", 2))
    ]


@pytest.fixture
def person(client):
    person = UserFactory(name="Learner Example", country="NP")
    client.force_login(person)
    return person


def registered(person):
    return sorted(Registration.objects.live().filter(person=person).values_list("webinar__starts_at", flat=True))


def test_the_page_lists_what_comes_then_what_was_and_nothing_else(client, series, dates):
    WebinarPageFactory(title="In no series", starts_at=dates[1].starts_at)
    page = client.get(series.url).content.decode()
    places = [page.index(word) for word in ("Read one", "Dates to come", "Gene B", "Gene C", "Past", "Gene A")]
    assert places == sorted(places)
    assert "In no series" not in page
    assert "Genes on Mondays" in client.get(webinar_index().url).content.decode()


def test_the_page_costs_the_same_queries_for_2_dates_and_for_20(client, person, series, now, django_assert_num_queries):
    def add(count):
        for n in range(count):
            WebinarPageFactory(series=series, starts_at=now + DAY * (n + 1))

    add(2)
    client.get(series.url)
    with CaptureQueriesContext(connection) as few:
        client.get(series.url)
    add(18)
    with django_assert_num_queries(len(few)):
        client.get(series.url)


def test_one_click_registers_for_every_date_to_come_and_each_is_cancelled_by_itself(client, person, series, dates, now):
    confirm = client.get(f"{series.url}register-all").content.decode()
    assert "Gene B" in confirm
    assert "Gene A" not in confirm
    answer = client.post(f"{series.url}register-all", follow=True).content.decode()
    assert "You are registered for 2 dates." in answer
    assert "You are registered for 2 of 2 dates" in answer
    assert registered(person) == [date.starts_at for date in dates[1:]]
    client.post(f"{dates[1].url}cancel")
    confirm = client.get(f"{series.url}register-all").content.decode()
    assert "Gene B" in confirm
    assert "Gene C" not in confirm
    page = client.get(series.url).content.decode()
    assert "You are registered for 1 of 2 dates" in page
    assert "Register for 1 date" in page


def test_a_date_with_limited_seats_is_left_to_its_own_page(client, person, series, now):
    scarce = scarce_webinar(now=now, series=series)
    assert "apply for one on the page of that date" in client.get(series.url).content.decode()
    answer = client.post(f"{series.url}register-all", follow=True).content.decode()
    assert "no date to come that you could still register for" in answer
    assert register_for_all([scarce.translation_key], person, now=now) == 0
    assert registered(person) == []


def test_a_date_that_asks_what_has_to_be_answered_is_left_to_its_own_page(client, person, series, now):
    asking = [
        WebinarPageFactory(
            series=series, starts_at=now + days * DAY, asked=questions("Which cases?", is_required=is_required)
        )
        for days, is_required in ((3, True), (4, False))
    ]
    for page in asking:
        follow_pages(page.translation_key, now=now)
    client.post(f"{series.url}register-all")
    assert [one.webinar.translation_key for one in Registration.objects.all()] == [asking[1].translation_key]


def test_one_date_that_is_called_off_meanwhile_keeps_nobody_from_the_others(series, dates, now):
    person = UserFactory()
    keys = [date.translation_key for date in dates]
    follow_pages(keys[1], now=now)
    dates[1].unpublish()
    follow_pages(keys[1], now=now)
    assert register_for_all(keys, person, now=now) == 1
    assert registered(person) == [dates[2].starts_at]
    assert register_for_all(keys, person, now=now) == 1
    assert Registration.objects.count() == 1


def test_who_is_new_is_asked_for_name_and_country_once(client, series, dates):
    client.force_login(NewcomerFactory())
    assert "Two things first" in client.get(f"{series.url}register-all").content.decode()
    client.post(f"{series.url}register-all")
    assert not Registration.objects.exists()
    client.post(f"{series.url}register-all", {"name": "Learner Example", "country": "NP"})
    assert Registration.objects.count() == 2


def test_a_stranger_is_led_to_sign_in_and_back(client, series, dates):
    assert client.get(f"{series.url}register-all")["Location"] == f"/accounts/login/?next={series.url}register-all"
    assert f"/accounts/login/?next={series.url}register-all" in client.get(series.url).content.decode()


def test_the_calendar_holds_each_date_under_the_name_it_has_alone(client, series, dates, now):
    for date in dates:
        follow_pages(date.translation_key, now=now)
    file = Calendar.from_ical(client.get(f"{series.url}dates.ics").content)
    alone = Calendar.from_ical(client.get(f"{dates[1].url}event.ics").content)
    names = [event["uid"] for event in file.walk("VEVENT")]
    assert len(names) == len(set(names)) == 3
    assert alone.walk("VEVENT")[0]["uid"] in names
    assert file["x-wr-calname"] == "Genes on Mondays"


def test_a_webinar_says_which_series_it_is_in_and_what_stands_beside_it(client, series, dates):
    page = client.get(dates[1].url).content.decode()
    assert 'rel="prev">Gene A' in page
    assert 'rel="next">Gene C' in page
    assert f'<a href="{series.url}">Genes on Mondays</a>' in page
    assert place_in_series(WebinarPageFactory()) is None


def test_two_dates_at_one_hour_lead_to_each_other_and_not_in_a_ring(series, now):
    one, two = (WebinarPageFactory(series=series, starts_at=now + DAY) for _ in range(2))
    first, second = place_in_series(one), place_in_series(two)
    assert (first.before, first.after) == (None, two)
    assert (second.before, second.after) == (one, None)


def test_a_series_in_another_language_lists_the_dates_in_that_language(client, series, dates, now):
    french_date = in_french(dates[1], title="Gène B")
    french = series.copy_for_translation(french_date.locale)
    french.title, french.live = "Gènes du lundi", True
    french.save()
    page = client.get(french.url).content.decode()
    assert "Gène B" in page
    assert "Gene C" not in page
    assert place_in_series(french_date).series == french
    assert "Gène B" not in client.get(series.url).content.decode()


def test_a_translated_date_is_in_the_series_of_the_page_in_the_first_language(series, dates, now):
    french = in_french(dates[1], series=None)
    follow_pages(dates[1].translation_key, now=now)
    french.refresh_from_db()
    assert french.series == series


def test_a_series_that_is_taken_off_line_leaves_its_dates_as_they_are(client, person, series, dates, now):
    client.post(f"{series.url}register-all")
    series.unpublish()
    page = client.get(dates[1].url).content.decode()
    assert "Part of a series" not in page
    for address in ("", "dates.ics", "register-all"):
        assert client.get(f"{series.url}{address}").status_code == 404
    series.delete()
    dates[1].refresh_from_db()
    assert dates[1].series is None
    assert len(registered(person)) == 2


def test_a_registration_that_was_cancelled_is_made_again_with_the_others(series, dates, now):
    person = UserFactory()
    follow_pages(dates[1].translation_key, now=now)
    webinar = Webinar.objects.get()
    register(webinar, person, now=now)
    cancel(webinar, person, now=now)
    assert register_for_all([date.translation_key for date in dates], person, now=now) == 2
