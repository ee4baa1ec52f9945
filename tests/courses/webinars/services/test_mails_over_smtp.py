"""Mails about webinars meet a real mail server: one that is away, one that is slow, and one that refuses somebody."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from courses.webinars.models import Webinar
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import write_mails
from courses.webinars.services.registrations import register
from lms.mail.models import OutgoingMail
from lms.mail.services import send_waiting_mail
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, dated_webinar
from tests.lms.mail.test_smtp import MailServer, use
from tests.services import free_port

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class SlowServer(MailServer):
    """Takes its time with slow@example.org, longer than we wait, until it is told not to."""

    is_slow = True

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 (aiosmtpd calls it so)
        if address == "slow@example.org" and self.is_slow:
            await asyncio.sleep(3)
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture
def server(settings) -> Iterator[SlowServer]:
    server = SlowServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    use(settings, port=controller.port)
    settings.EMAIL_TIMEOUT = 1
    yield server
    controller.stop()


def registered(*names: str) -> Webinar:
    webinar = dated_webinar(days=3)
    for name in names:
        register(webinar, UserFactory(email=f"{name}@example.org"), now=NOW)
    return webinar


def minute_passes(*, at) -> None:
    """Do what is done each minute, after whatever had to wait has waited."""
    write_mails(now=at)
    OutgoingMail.objects.waiting().update(due_at=timezone.now())
    send_waiting_mail()


def come(server: MailServer) -> Counter:
    """Return how many mails have come, by who and the first word that tells their kind."""
    mails = [(mail["To"].partition("@")[0], " ".join(mail.get_content().split())) for mail in server.received]
    kinds = {"another time": "moved", "a reminder": "day", "begins soon": "hour", "you are registered": "confirmed"}
    return Counter((to, next(kind for words, kind in kinds.items() if words in text)) for to, text in mails)


def test_whoever_the_server_refuses_keeps_no_mail_from_the_others(server):
    registered("one", "nobody", "two")
    for _minute in range(3):
        minute_passes(at=NOW)
    assert come(server) == {("one", "confirmed"): 1, ("two", "confirmed"): 1}
    refused = OutgoingMail.objects.get(to="nobody@example.org")
    assert refused.problem == "550 5.1.1 No such user here"


def test_whoever_the_server_is_slow_with_keeps_no_mail_from_the_others_and_has_theirs_once(server):
    registered("one", "slow", "two")
    minute_passes(at=NOW)
    assert come(server) == {("one", "confirmed"): 1, ("two", "confirmed"): 1}
    server.is_slow = False
    for _minute in range(2):
        minute_passes(at=NOW)
    assert come(server) == {("one", "confirmed"): 1, ("slow", "confirmed"): 1, ("two", "confirmed"): 1}


def test_a_server_that_comes_back_after_a_move_sends_no_stale_reminder_and_each_mail_once(server, settings):
    webinar = registered("one", "two")
    minute_passes(at=NOW)
    there = settings.EMAIL_PORT
    use(settings, port=free_port())  # nobody listens there
    minute_passes(at=webinar.starts_at - 24 * HOUR)
    assert OutgoingMail.objects.waiting().count() == 2
    webinar.page.starts_at += 2 * HOUR
    webinar.page.save()
    follow_pages(webinar.translation_key, now=webinar.starts_at - 23 * HOUR)
    minute_passes(at=webinar.starts_at - 23 * HOUR)
    use(settings, port=there)
    settings.EMAIL_TIMEOUT = 1
    server.received.clear()
    minute_passes(at=webinar.starts_at - 23 * HOUR)
    assert come(server) == {("one", "moved"): 1, ("two", "moved"): 1}
    for hours in (22, 21, 2, -1, -1.5):  # a day and an hour before the start that was moved by two hours
        minute_passes(at=webinar.starts_at - hours * HOUR)
    assert come(server) == {(who, kind): 1 for who in ("one", "two") for kind in ("moved", "day", "hour")}
