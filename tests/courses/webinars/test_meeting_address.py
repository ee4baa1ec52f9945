"""Where a meeting is held is told to nobody but who goes through the door: on no page, in no file, mail, log or referrer."""

import logging
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from courses.webinars.models import Meeting, Webinar
from courses.webinars.services.feeds import feed_of
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import write_mails
from courses.webinars.tasks import look_after_meeting
from lms.mail.models import OutgoingMail
from tests.bigbluebutton import SECRET, meeting_server
from tests.factories.accounts import UserFactory
from tests.factories.webinars import WebinarPageFactory

pytestmark = pytest.mark.django_db

LINK = "https://meet.example.org/genes-and-doses"
JITSI_SECRET = "what Jitsi shares with the academy, at length"
PAGES = ("/", "/my/", "/my/calendar/", "/webinars/", "/courses/", "/courses/?format=webinar", "/courses/?q=doses")
OF_WEBINAR = ("", "event.ics", "register", "cancel")


@pytest.fixture
def server(settings):
    with meeting_server() as running:
        settings.BIGBLUEBUTTON_URL, settings.BIGBLUEBUTTON_SECRET = running.address, SECRET
        settings.JITSI_URL, settings.JITSI_APP_ID = "https://jitsi.example.org", "genomed-at-jitsi"
        settings.JITSI_APP_SECRET = JITSI_SECRET
        yield running


def page_of(provider: str):
    return WebinarPageFactory(
        title="Doses",
        starts_at=timezone.now() + timedelta(minutes=10),
        meeting_provider=provider,
        meeting_url=LINK,
    )


@pytest.fixture
def person(client):
    person = UserFactory(name="Learner Example", country="NP")
    client.force_login(person)
    return person


@pytest.mark.parametrize("provider", ["link", "jitsi", "bigbluebutton"])
@pytest.mark.parametrize("mood", ["", "failed checksumError", "broken", "garbage"])
def test_what_leads_to_the_meeting_stands_nowhere(client, person, server, provider, mood, caplog):
    caplog.set_level(logging.DEBUG)
    page = page_of(provider)
    client.post(f"{page.url}register")
    now = timezone.now()
    server.mood = mood
    look_after_meeting(Meeting.objects.get().pk)
    Meeting.objects.update(look_at=now)
    answer = client.get(f"{page.url}join")
    gets_in = provider != "bigbluebutton" or not mood
    assert (answer["Location"] != f"{page.url}#seat") == gets_in
    addresses = [*PAGES, *(f"{page.url}{end}" for end in OF_WEBINAR), f"/my/calendar/{feed_of(person).token}.ics"]
    told = [client.get(address).content.decode() for address in addresses]
    told += [Client().get(address).content.decode() for address in addresses]
    write_mails(now=now)
    page.starts_at += timedelta(hours=3)
    page.save()
    follow_pages(page.translation_key, now=now)
    write_mails(now=now)
    page.delete()
    follow_pages(page.translation_key, now=now)
    write_mails(now=now)
    assert OutgoingMail.objects.count() == 3
    told += [f"{mail.subject} {mail.text}" for mail in OutgoingMail.objects.all()]
    told += [caplog.text, str(answer.content), *map(str, get_messages(answer.wsgi_request))]
    secrets = (LINK, "jitsi.example.org", server.address, SECRET, JITSI_SECRET, Meeting.objects.get().room, "checksum=")
    assert [(secret, text) for text in told for secret in secrets if secret in text] == []


@pytest.mark.parametrize("provider", ["link", "jitsi", "bigbluebutton"])
def test_the_door_tells_the_meeting_not_where_one_came_from_and_is_kept_nowhere(client, person, server, provider):
    page = page_of(provider)
    client.post(f"{page.url}register")
    answer = client.get(f"{page.url}join")
    assert answer.status_code == 302
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == b""


def test_whoever_cannot_come_in_is_told_when_to_try_again(client, person, server):
    page = page_of("bigbluebutton")
    client.post(f"{page.url}register")
    server.mood = "broken"
    assert "try again in a minute" in client.get(f"{page.url}join", follow=True).content.decode()


def test_the_door_asks_the_database_for_little(client, person, server, django_assert_max_num_queries):
    page = page_of("bigbluebutton")
    client.post(f"{page.url}register")
    client.get(f"{page.url}join")
    with django_assert_max_num_queries(8):
        assert client.get(f"{page.url}join").status_code == 302
    assert Webinar.objects.get().registrations.get().joins.count() == 2
