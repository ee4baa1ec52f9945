"""What organisers of a webinar see of it."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.webinars.models import Attendance, Join, Meeting, Webinar, WebinarPage
from courses.webinars.services.answers import keep_answers
from courses.webinars.services.mails import write_mails
from courses.webinars.services.registrations import cancel, register
from tests.factories.accounts import AdministratorFactory, InstructorFactory, UserFactory
from tests.factories.webinars import NOW, dated_webinar, questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(settings, client):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    organiser = InstructorFactory()
    client.force_login(organiser)
    return organiser


def organised(organiser, **fields):
    webinar = dated_webinar(**fields)
    webinar.organisers.add(organiser)
    return webinar


def is_over(webinar):
    now = timezone.now()
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))


def page(client, webinar, more=""):
    return client.get(f"/teach/webinars/{webinar.pk}/{more}").content.decode()


def queries_of(client, path):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_list_leads_to_the_webinars_one_organises_and_to_no_others(client, organiser):
    mine, other = organised(organiser, title="Mine & ours"), dated_webinar(title="Not mine")
    register(mine, UserFactory(), now=NOW)
    text = client.get("/teach/webinars/").content.decode()
    assert "Mine &amp; ours" in text
    assert f'href="/teach/webinars/{mine.pk}/"' in text
    assert "Not mine" not in text
    assert client.get(f"/teach/webinars/{other.pk}/").status_code == 404
    assert client.get(f"/teach/webinars/{other.pk}/attendance/").status_code == 404


def test_who_organises_none_reads_how_one_becomes_an_organiser(client, organiser):
    assert "You organise no webinar yet" in client.get("/teach/webinars/").content.decode()


def test_the_teaching_view_leads_to_the_webinars(client, organiser):
    assert 'href="/teach/webinars/"' in client.get("/teach/").content.decode()


def test_the_pages_of_a_webinar_lead_to_each_other(client, organiser):
    webinar = organised(organiser)
    attendance = f"/teach/webinars/{webinar.pk}/attendance/"
    assert f'href="{attendance}"' in page(client, webinar)
    assert f'href="/teach/webinars/{webinar.pk}/"' in client.get(attendance).content.decode()


def test_the_list_costs_the_same_for_two_webinars_and_for_twenty(client, organiser):
    for _number in range(2):
        organised(organiser)
    client.get("/teach/webinars/")
    few = queries_of(client, "/teach/webinars/")
    for _number in range(18):
        register(organised(organiser), UserFactory(), now=NOW)
    assert queries_of(client, "/teach/webinars/") == few


def text_of(client, webinar, file):
    answer = client.get(f"/teach/webinars/{webinar.pk}/{file}")
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_file_says_who_is_registered_by_the_webinars_clock_and_no_spreadsheet_takes_a_name_for_a_formula(
    client, organiser
):
    webinar = organised(organiser, time_zone="Asia/Kathmandu")
    person, former = UserFactory(name="=1+1", country="BT", email="secret@example.org"), UserFactory(name="Former One")
    registration = register(webinar, person, now=NOW)
    register(webinar, former, now=NOW)
    cancel(webinar, former, now=NOW)
    for minutes in (5, 2):
        Join.objects.create(registration=registration, at=webinar.starts_at + timedelta(minutes=minutes))
    Attendance.objects.create(registration=registration, minutes=50, updated_at=NOW)
    assert text_of(client, webinar, "registrations.csv").splitlines() == [
        "Name,Registered at,Joined at,Minutes",
        "'=1+1,2027-03-01 14:45+05:45,2027-03-04 14:47+05:45,50",
    ]


def test_the_page_shows_no_country_of_fewer_than_ten_and_no_name_or_address(client, organiser):
    webinar = organised(organiser)
    for number in range(20):
        code = "GH" if number else "BT"
        register(webinar, UserFactory(name=f"Secret {number}", country=code, password="!"), now=NOW)
    assert "The share of people" not in page(client, webinar)
    is_over(webinar)
    text = page(client, webinar)
    for secret in ("Bhutan", "Secret", "@example.org"):
        assert secret not in text
    assert "The share of people from low-resource environments is withheld." in text


@pytest.mark.parametrize("file", ["", "registrations.csv"])
def test_many_registrations_cost_as_many_queries_as_few(client, organiser, file):
    then = timezone.now() - timedelta(days=30)
    webinar = organised(organiser, now=then)

    def add(number):
        for person in UserFactory.create_batch(number, password="!"):
            Join.objects.create(registration=register(webinar, person, now=then), at=then)
        write_mails(now=then)

    def asked():
        with CaptureQueriesContext(connection) as found:
            answer = client.get(f"/teach/webinars/{webinar.pk}/{file}")
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        return len(found)

    add(10)
    asked()
    few = asked()
    add(20)
    assert asked() == few


def copy_to(client, webinar, starts_at):
    return client.post(f"/teach/webinars/{webinar.pk}/copy/", {"starts_at": starts_at}, follow=True).content.decode()


def test_an_organiser_copies_a_webinar_and_an_editor_publishes_the_copy(client, organiser):
    webinar = organised(organiser, time_zone="Europe/Athens")
    assert "An editor looks through it" in copy_to(client, webinar, "2099-09-14T16:30")
    copy = WebinarPage.objects.get(live=False)
    assert copy.starts_at == datetime(2099, 9, 14, 13, 30, tzinfo=UTC)


def test_who_may_edit_a_copy_is_led_to_it(client, organiser):
    client.force_login(AdministratorFactory())
    answer = client.post(f"/teach/webinars/{organised(organiser).pk}/copy/", {"starts_at": "2099-09-14T16:30"})
    assert answer["Location"] == f"/cms/pages/{WebinarPage.objects.get(live=False).pk}/edit/"


@pytest.mark.parametrize(
    ("starts_at", "said"),
    [
        ("2099-03-29T03:30", "the clocks of Europe/Athens go forward over this hour"),
        ("2001-03-29T03:30", "That is in the past."),
        ("soon", "Enter a valid date/time."),
        ("", "This field is required."),
    ],
)
def test_a_start_that_cannot_be_is_refused_with_the_reason(client, organiser, starts_at, said):
    webinar = organised(organiser, time_zone="Europe/Athens")
    assert said in copy_to(client, webinar, starts_at)
    assert WebinarPage.objects.count() == 1


def test_answers_stand_in_the_file_only_and_no_spreadsheet_takes_one_for_a_formula(client, organiser):
    webinar = organised(organiser, asked=questions("Which cases?", "Since when?"))
    for name, answer in (("Learner One", "=2+2"), ("Learner Two", "")):
        person = UserFactory(name=name)
        register(webinar, person, now=NOW)
        if answer:
            keep_answers(webinar, person, {"q0": answer, "gone": "Not asked any more"}, now=NOW)
    head, *lines = csv.reader(text_of(client, webinar, "registrations.csv").splitlines())
    assert head[4:] == ["Which cases?", "Since when?"]
    assert [line[4:] for line in lines] == [["'=2+2", ""], ["", ""]]
    assert "2+2" not in page(client, webinar)


def test_recordings_on_the_meetings_server_are_for_the_organiser_to_bring_in(client, organiser):
    webinar = organised(organiser)
    assert "Recordings on the meeting" not in page(client, webinar)
    offered = [{"address": "https://bbb.example.org/playback/1", "kind": "video", "minutes": 58}]
    Meeting.objects.filter(webinar=webinar).update(recordings=offered)
    text = page(client, webinar)
    assert 'href="https://bbb.example.org/playback/1"' in text
    assert "58 minutes" in text
