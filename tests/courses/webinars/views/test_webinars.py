import re
from datetime import datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Locale

from courses.webinars.models import WebinarMaterial, WebinarPage
from courses.webinars.services.following import follow_pages
from tests.factories.access import with_priority
from tests.factories.accounts import NewcomerFactory, UserFactory
from tests.factories.catalogue import SubjectFactory, catalogue_page
from tests.factories.webinars import WebinarPageFactory, attended_webinar, scarce_webinar, webinar_index

pytestmark = pytest.mark.django_db

MEETING = "https://meet.example.org/genes"


def in_minutes(minutes, **fields):
    """A webinar of an hour that starts so many minutes from now."""
    starts_at = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    return WebinarPageFactory(starts_at=starts_at, meeting_url=MEETING, **fields)


def test_the_calendar_file_is_the_same_event_whenever_it_is_asked_for(client):
    webinar = in_minutes(600, title="Genes, doses")
    answer = client.get(f"{webinar.url}event.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{webinar.slug}.ics"'
    assert rb"SUMMARY;LANGUAGE=en:Genes\, doses" in answer.content
    assert answer.content == client.get(f"{webinar.url}event.ics").content


def test_a_moved_webinar_keeps_its_name_and_gets_a_higher_number(client):
    webinar = in_minutes(600)

    def field(name):
        text = client.get(f"{webinar.url}event.ics").content.decode()
        return next(line.partition(":")[2] for line in text.split("\r\n") if line.startswith(name))

    webinar.save_revision().publish()
    follow_pages(webinar.translation_key, now=timezone.now())
    before = {name: field(name) for name in ("UID", "SEQUENCE", "DTSTART")}
    webinar.refresh_from_db()
    webinar.starts_at += timedelta(days=7)
    webinar.save_revision().publish()
    follow_pages(webinar.translation_key, now=timezone.now())
    assert field("UID") == before["UID"]
    assert int(field("SEQUENCE")) > int(before["SEQUENCE"])
    assert field("DTSTART") != before["DTSTART"]


def test_there_is_no_calendar_file_without_a_date_for_a_draft_or_in_another_language(client):
    assert client.get(f"{WebinarPageFactory().url}event.ics").status_code == 404
    assert client.get(f"/webinars/{in_minutes(600, live=False).slug}/event.ics").status_code == 404
    Locale.objects.get_or_create(language_code="fr")
    assert client.get(f"/fr{in_minutes(600).url}event.ics").status_code == 404
    assert client.post(f"{in_minutes(600).url}event.ics").status_code == 405


def test_the_address_of_the_meeting_stands_on_no_page_and_in_no_file(client):
    webinar = in_minutes(14)
    client.force_login(UserFactory(name="Learner Example", country="NP"))
    client.post(f"{webinar.url}register")
    for address in (webinar.url, f"{webinar.url}event.ics", webinar_index().url, "/my/"):
        assert MEETING not in client.get(address).content.decode()


def test_times_are_told_in_the_readers_zone_then_in_utc(client):
    webinar = in_minutes(6000)
    client.force_login(UserFactory(time_zone="Asia/Kathmandu"))
    page = client.get(webinar.url).content.decode()
    assert "Kathmandu (UTC+5:45)" in page
    assert page.index("Your time") < page.index("<dt>UTC</dt>")


def test_the_page_says_what_it_is_for_and_in_which_languages_it_is_followed(client):
    webinar = in_minutes(
        600, objectives="Read a report\nName its limits", live_captions="English, French", interpretation="Arabic"
    )
    page = client.get(webinar.url).content.decode()
    for words in ("<li>Name its limits</li>", "English, French", "Interpreted into"):
        assert words in page


def test_a_stranger_reads_the_organisers_zone_and_utc(client):
    webinar = in_minutes(6000, time_zone="Africa/Nairobi")
    page = client.get(webinar.url).content.decode()
    assert "Nairobi (UTC+3)" in page
    assert "Organiser’s time" in page


def at_clock(zone: str, clock: str, **fields):
    """A webinar of an hour that begins when a zone's clock shows this."""
    starts_at = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone))
    return WebinarPageFactory(starts_at=starts_at, time_zone=zone, **fields)


def plain(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html.decode()).split())


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        (
            "Asia/Kathmandu",
            "Saturday 27 March 2027, 19:45–20:45 Kathmandu (UTC+5:45)",
            "Sunday 28 March 2027, 18:45–19:45",
        ),
        (
            "America/Sao_Paulo",
            "Saturday 27 March 2027, 11:00–12:00 Sao Paulo (UTC-3)",
            "Sunday 28 March 2027, 10:00–11:00",
        ),
        ("Europe/Athens", "Saturday 27 March 2027, 16:00–17:00 Athens (UTC+2)", "16:00–17:00 Athens (UTC+3)"),
        ("America/New_York", "Saturday 27 March 2027, 10:00–11:00 New York (UTC-4)", "09:00–10:00 New York (UTC-4)"),
    ],
)
def test_over_a_weekend_of_changing_clocks_each_reader_reads_their_own_hour(client, zone, before, after):
    client.cookies["time_zone"] = zone
    saturday, sunday = at_clock("Europe/Athens", "2027-03-27 16:00"), at_clock("Europe/Athens", "2027-03-28 16:00")
    assert before in plain(client.get(saturday.url).content)
    assert after in plain(client.get(sunday.url).content)
    assert "Saturday 27 March 2027, 14:00–15:00" in plain(client.get(saturday.url).content)
    assert "Sunday 28 March 2027, 13:00–14:00" in plain(client.get(sunday.url).content)


def test_a_list_names_the_day_of_utc_where_it_is_another(client):
    client.cookies["browser_zone"] = "Asia/Kathmandu"
    at_clock("UTC", "2037-03-27 20:00")
    page = plain(client.get(webinar_index().url).content)
    assert "28 Mar, 01:45 Kathmandu 27 Mar, 20:00 UTC" in page


def test_a_guest_chooses_their_zone_on_the_page_without_script(client):
    webinar = in_minutes(6000, time_zone="Africa/Nairobi")
    assert f'href="/time-zone/?next={webinar.url}"' in client.get(webinar.url).content.decode()
    back = client.post("/time-zone/", {"time_zone": "America/St_Johns", "next": webinar.url}, follow=True)
    assert "Your time" in (page := plain(back.content))
    assert "St Johns (UTC-" in page
    assert "Choose your time zone" not in page


def test_a_reader_who_chose_utc_reads_utc_alone(client):
    client.cookies["time_zone"] = "UTC"
    page = plain(client.get(in_minutes(6000, time_zone="Africa/Nairobi").url).content)
    assert "Nairobi" not in page
    assert "Organiser’s time" not in page


def test_the_page_offers_calendars_on_the_web_which_never_learn_of_the_meeting(client):
    page = client.get(in_minutes(6000).url).content.decode()
    assert [name in page for name in ("calendar.google.com", "outlook.live.com", "outlook.office.com", "yahoo")] == [
        True
    ] * 4
    assert MEETING not in unquote(page)
    assert "calendar.google.com" not in client.get(WebinarPageFactory().url).content.decode()


def test_materials_are_told_with_kind_and_size_before_anyone_presses(client, validate_html, django_assert_num_queries):
    webinar = in_minutes(6000)
    webinar.subjects = [SubjectFactory(name="Reading reports")]
    documents = get_document_model().objects

    def add(count):
        for _ in range(count):
            slides = documents.create(title="Slides", file=ContentFile(b"x" * 2048, name="slides.pdf"))
            slides.get_file_size()  # kept from the first time on
            webinar.materials.add(WebinarMaterial(document=slides))
        webinar.save_revision().publish()

    add(2)
    page = client.get(webinar.url).content.decode()
    assert "Slides (PDF, 2.0\xa0KB)" in page
    assert "Reading reports" in page
    assert validate_html(page) == []
    with CaptureQueriesContext(connection) as two:
        client.get(webinar.url)
    add(18)
    with django_assert_num_queries(len(two)):
        client.get(webinar.url)


def test_materials_and_subjects_that_are_not_saved_yet_show_in_the_preview():
    webinar = in_minutes(6000)
    webinar.subjects = [SubjectFactory(name="Reading reports")]
    slides = get_document_model().objects.create(title="Slides", file=ContentFile(b"x", name="slides.pdf"))
    webinar.materials.add(WebinarMaterial(document=slides))
    page = webinar.make_preview_request().render().content.decode()
    assert "Slides (PDF, " in page
    assert "Reading reports" in page


def test_what_one_is_about_to_register_for_is_told_with_its_hour(client):
    client.force_login(UserFactory(time_zone="Asia/Kathmandu"))
    assert "Kathmandu (UTC+5:45)" in client.get(f"{in_minutes(6000).url}register").content.decode()


def test_the_list_has_the_next_first_then_the_undated_then_the_past(client):
    in_minutes(-6000, title="Held long ago")
    WebinarPageFactory(title="Some day")
    in_minutes(9000, title="Later")
    in_minutes(-30, title="Running now")
    page = client.get(webinar_index().url).content.decode()
    places = [page.index(title) for title in ("Running now", "Later", "Some day", "Held long ago")]
    assert places == sorted(places)


def test_the_list_costs_the_same_queries_for_2_webinars_and_for_20(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    address = webinar_index().url

    def add(count):
        for _ in range(count):
            in_minutes(6000)
            WebinarPageFactory()

    add(1)
    client.get(address)
    with django_assert_max_num_queries(12) as first:
        client.get(address)
    add(9)
    with django_assert_num_queries(len(first.captured_queries)):
        client.get(address)


def test_an_empty_list_says_so(client):
    assert "There are no webinars yet" in client.get(webinar_index().url).content.decode()


# -- What priority gives, beside what is limited -------------------------------------------------------------------

FREE_FOR_YOU = ("Free for you", "A reviewer looked at your request and approved it", "What your priority rests on")


def page_as(person, address: str) -> str:
    client = Client()
    if person:
        client.force_login(person)
    return client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/", "/webinars/", "/courses/?format=webinar", "{page}", "{page}register"])
def test_who_has_priority_sees_it_wherever_reserved_seats_are_shown_and_nobody_else(address):
    page = scarce_webinar(now=timezone.now())
    catalogue_page()
    address = address.format(page=page.url)
    shown = page_as(with_priority(NewcomerFactory(), now=timezone.now()), address)
    assert [words for words in FREE_FOR_YOU if words not in shown] == []
    assert shown.count("Free for you") == 1
    for other in (None, NewcomerFactory()):
        assert "Free for you" not in page_as(other, address)


@pytest.mark.parametrize("seats", [{"capacity": 1}, {"capacity": 5, "reserved_percent": 0}])
def test_where_no_seat_is_reserved_priority_is_not_spoken_of(seats):
    scarce_webinar(now=timezone.now(), **seats)
    shown = page_as(with_priority(UserFactory(), now=timezone.now()), "/webinars/")
    assert "Limited seats" in shown
    assert "Free for you" not in shown


def test_the_list_asks_for_priority_and_seats_once_for_2_webinars_and_20():
    client, counts = Client(), []
    client.force_login(with_priority(UserFactory(), now=timezone.now()))
    for more in (2, 18):
        for _ in range(more):
            scarce_webinar(now=timezone.now())
        client.get("/webinars/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/webinars/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("minutes", "fields", "words"),
    [
        (52, {}, "among <a"),
        (52, {"gives_certificate": False}, ""),
        (1, {}, "less than counts"),
    ],
)
def test_who_was_there_reads_for_how_long_and_what_follows_from_it(client, minutes, fields, words):
    person = UserFactory()
    attendance = attended_webinar(person, minutes=minutes, now=timezone.now(), **fields)
    page = WebinarPage.leading(attendance.registration.webinar.translation_key)
    seen = page_as(person, page.url)
    assert f"You were there for {minutes} minute" in seen
    assert words in seen
    assert ("certificate of attendance" in seen) is (words == "among <a")
    assert "You were there" not in client.get(page.url).text
