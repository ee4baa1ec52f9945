"""Mails about webinars: each once, never wrong, in whatever order things happen."""

import contextlib
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.webinars.mail_rules import ESSENTIAL, Kind
from courses.webinars.models import Presence, Registration, Webinar, WebinarMail
from courses.webinars.services import mails, registrations
from courses.webinars.services.attendance import fix_attendances, settle_attendance
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import write_mails
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat
from lms.accounts.models import User
from lms.accounts.services import follow_wishes
from lms.mail.models import OutgoingMail
from lms.mail.services import send_waiting_mail
from tests.courses.progress.test_watched import captioned_video
from tests.factories.access import with_priority
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, WebinarPageFactory, dated_webinar, presence_at, scarce_webinar

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def kinds(registration: Registration) -> list[str]:
    return list(registration.mails.order_by("pk").values_list("kind", flat=True))


def newest() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def move(page, by: timedelta, *, now: datetime) -> None:
    page.starts_at += by
    page.save()
    follow_pages(page.translation_key, now=now)


def test_who_registers_is_told_once_and_reminded_a_day_and_an_hour_before():
    webinar = dated_webinar(days=3)
    registration = registrations.register(webinar, UserFactory(), now=NOW)
    for hours in (0, 0, 1, 48, 49, 70, 71, 71, 72, 100):
        write_mails(now=NOW + hours * HOUR)
    assert kinds(registration) == ["confirmed", "day", "hour", "feedback"]
    registration.refresh_from_db()
    assert registration.look_at is None


def test_who_registers_in_the_last_day_is_not_reminded_of_what_they_have_just_read():
    webinar = dated_webinar(days=3)
    registration = registrations.register(webinar, UserFactory(), now=NOW + 60 * HOUR)
    for hours in (60, 61, 71):
        write_mails(now=NOW + hours * HOUR)
    assert kinds(registration) == ["confirmed", "hour"]


def test_a_mail_tells_the_hour_of_the_persons_own_zone_and_of_utc():
    page = WebinarPageFactory(starts_at=datetime(2027, 3, 28, 11, tzinfo=UTC), time_zone="Europe/Athens", title="Doses")
    follow_pages(page.translation_key, now=NOW)
    registrations.register(Webinar.objects.get(), UserFactory(time_zone="Asia/Kathmandu"), now=NOW)
    write_mails(now=NOW)
    text = " ".join(newest().text.split())
    assert "begins on Sunday 28 March 2027 at 16:45" in text
    assert "Kathmandu (UTC+5:45)" in text
    assert "In UTC it begins on Sunday 28 March 2027 at 11:00" in text
    registrations.register(Webinar.objects.get(), UserFactory(time_zone=""), now=NOW)
    write_mails(now=NOW)
    assert "at 14:00 and ends at 15:00 by the clock in Athens (UTC+3), which is the organiser’s zone" in " ".join(
        newest().text.split()
    )


def test_after_a_move_nobody_gets_the_old_reminder():
    webinar = dated_webinar(days=3)
    page = webinar.page
    registration = registrations.register(webinar, UserFactory(), now=NOW)
    write_mails(now=NOW)
    send_waiting_mail()
    write_mails(now=NOW + 49 * HOUR)  # the reminder waits in the outbox
    move(page, 7 * DAY, now=NOW + 50 * HOUR)
    assert kinds(registration) == ["confirmed"]
    assert not OutgoingMail.objects.filter(sent_at=None).exists()
    for hours in (50, 71, 71 + 7 * 24 - 23, 71 + 7 * 24):
        write_mails(now=NOW + hours * HOUR)
    assert kinds(registration) == ["confirmed", "moved", "day", "hour"]


def test_moved_there_and_back_before_anybody_was_told_is_no_news():
    webinar = dated_webinar(days=3)
    registration = registrations.register(webinar, UserFactory(), now=NOW)
    write_mails(now=NOW)
    send_waiting_mail()
    move(webinar.page, DAY, now=NOW + HOUR)
    move(webinar.page, -DAY, now=NOW + HOUR)
    write_mails(now=NOW + HOUR)
    assert kinds(registration) == ["confirmed"]


def test_called_off_and_on_again_is_told_and_a_start_that_passed_is_not():
    webinar = dated_webinar(days=3)
    registration = registrations.register(webinar, UserFactory(), now=NOW)
    write_mails(now=NOW)
    send_waiting_mail()
    webinar.page.unpublish()
    follow_pages(webinar.translation_key, now=NOW + HOUR)
    write_mails(now=NOW + HOUR)
    webinar.page.refresh_from_db()
    webinar.page.live = True
    webinar.page.save()
    send_waiting_mail()
    follow_pages(webinar.translation_key, now=NOW + 2 * HOUR)
    write_mails(now=NOW + 2 * HOUR)
    assert kinds(registration) == ["confirmed", "cancelled", "confirmed"]
    write_mails(now=NOW + 73 * HOUR)
    assert kinds(registration) == ["confirmed", "cancelled", "confirmed"]


def test_who_cancels_hears_nothing_more_and_who_comes_back_is_told_again():
    webinar, person = dated_webinar(days=3), UserFactory()
    registration = registrations.register(webinar, person, now=NOW)
    write_mails(now=NOW)
    send_waiting_mail()
    assert registrations.cancel(webinar, person, now=NOW + HOUR)
    assert not registrations.cancel(webinar, person, now=NOW + HOUR)
    write_mails(now=NOW + 71 * HOUR)
    assert kinds(registration) == ["confirmed"]
    registrations.register(webinar, person, now=NOW + 71 * HOUR)
    write_mails(now=NOW + 71 * HOUR)
    assert kinds(registration) == ["confirmed", "confirmed"]


def test_who_cancels_gets_nothing_that_waited_to_be_sent():
    webinar, person = dated_webinar(days=3), UserFactory()
    registrations.register(webinar, person, now=NOW)
    write_mails(now=NOW)
    registrations.cancel(webinar, person, now=NOW)
    send_waiting_mail()
    assert not outbox.outbox


def test_a_mail_that_was_refused_once_is_not_tried_again_with_an_hour_that_holds_no_more():
    webinar = dated_webinar(days=3)
    registration = registrations.register(webinar, UserFactory(), now=NOW)
    write_mails(now=NOW)
    first = newest()
    with mock.patch("lms.mail.services.EmailMultiAlternatives.send", side_effect=OSError("busy")):
        send_waiting_mail()
    move(webinar.page, DAY, now=NOW + HOUR)
    write_mails(now=NOW + HOUR)
    OutgoingMail.objects.update(due_at=NOW - DAY)
    with mock.patch("lms.mail.services.timezone.now", return_value=NOW + 2 * HOUR):
        send_waiting_mail()
    assert kinds(registration) == ["confirmed", "moved"]
    assert [message.extra_headers["Message-ID"] for message in outbox.outbox] == [newest().message_id]
    assert newest() != first


def test_a_seat_is_told_by_the_seats_and_only_reminded_of_here():
    page, person = scarce_webinar(days=30), with_priority(UserFactory())
    apply_for_seat(page.pool.pk, person, now=NOW)
    if page.pool.applications.get().state == "held":
        accept_seat(page.pool.pk, person, now=NOW)
    registrations.follow_seats(page.pool.pk, now=NOW)
    registration = Registration.objects.get(person=person)
    for moment in (NOW, page.starts_at - 23 * HOUR, page.starts_at - HOUR):
        write_mails(now=moment)
    assert kinds(registration) == ["day", "hour"]
    give_up_seat(page.pool.pk, person, now=NOW + DAY)
    registrations.follow_seats(page.pool.pk, now=NOW + DAY)
    assert not Registration.objects.live().exists()


def test_a_batch_costs_the_same_queries_for_2_people_and_for_20():
    def queries_for(count: int) -> int:
        webinar = dated_webinar(days=3)
        for _number in range(count):
            registrations.register(webinar, UserFactory(), now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert write_mails(now=NOW) == count
        return len(captured)

    assert queries_for(2) == queries_for(20)


def test_a_person_or_a_webinar_that_fails_keeps_back_no_other_webinar(monkeypatch, caplog):
    for _number in range(2):
        registrations.register(dated_webinar(days=3), UserFactory(), now=NOW)
    real, tried = mails.queue_mails, []

    def fails_once(drafts):
        tried.append(drafts)
        if len(tried) == 1:
            raise ValueError("broken")
        return real(drafts)

    monkeypatch.setattr(mails, "queue_mails", fails_once)
    assert write_mails(now=NOW) == 1
    assert "could not be written" in caplog.text
    assert write_mails(now=NOW) == 1


def test_who_stops_reminders_gets_none_and_is_still_told_what_changes():
    webinar = dated_webinar(days=3)
    person = UserFactory()
    registration = registrations.register(webinar, person, now=NOW)
    write_mails(now=NOW)
    OutgoingMail.objects.update(sent_at=NOW)
    follow_wishes(person, wants_reminders=False)
    mails.follow_wishes(person.pk, now=NOW)
    move(webinar.page, 2 * HOUR, now=NOW + HOUR)
    for hours in (1, 50, 73):
        write_mails(now=NOW + hours * HOUR)
    assert kinds(registration) == ["confirmed", "moved"]


def test_what_is_not_essential_tells_mail_programs_and_people_where_to_stop_it():
    person = UserFactory()
    registrations.register(dated_webinar(days=3), person, now=NOW)
    write_mails(now=NOW)
    assert newest().stop_url == ""
    OutgoingMail.objects.update(sent_at=NOW)
    write_mails(now=NOW + 48 * HOUR)
    reminder = newest()
    assert reminder.stop_url.startswith("http://localhost:8000/my/profile/reminders/")
    assert reminder.stop_url in reminder.text
    outbox.outbox.clear()
    with mock.patch("lms.mail.services.timezone.now", return_value=NOW + 48 * HOUR):
        OutgoingMail.objects.filter(pk=reminder.pk).update(due_at=NOW)
        send_waiting_mail()
    [message] = outbox.outbox
    headers = message.extra_headers
    assert headers["List-Unsubscribe"] == f"<{reminder.stop_url}>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


# -- In any order --------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """A process that dies; nothing catches it."""


OPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 20, 23, 24, 48, 100])),
        st.tuples(st.just("move"), st.sampled_from([-30, -2, 2, 26, 100])),
        st.tuples(st.sampled_from(["off", "on", "write", "send", "fail", "record"]), st.none()),
        st.tuples(st.sampled_from(["register", "cancel", "stop", "again", "come"]), st.integers(0, 2)),
        st.tuples(st.just("die"), st.integers(0, 2)),
    ),
    max_size=14,
)


class Play:
    """A webinar to which things happen; every mail that goes out is held against what is so at that moment."""

    def __init__(self):
        self.now = NOW
        self.webinar = dated_webinar(days=4)
        self.people = [UserFactory() for _number in range(3)]
        self.sent: list[tuple] = []
        self.believes: dict[int, tuple] = {}
        self.news: set[tuple] = set()
        self.registered: set[int] = set()

    def do(self, name: str, value) -> None:
        getattr(self, name)(*([] if value is None else [value]))

    def wait(self, hours):
        self.now += hours * HOUR

    def move(self, hours):
        start = self.page.starts_at + hours * HOUR
        if start > self.now:
            move(self.page, hours * HOUR, now=self.now)

    def off(self):
        self.page.unpublish()
        follow_pages(self.webinar.translation_key, now=self.now)

    def on(self):
        page = self.page
        page.live = True
        page.save()
        follow_pages(page.translation_key, now=self.now)

    def record(self):
        page = self.page
        page.recording = page.recording or captioned_video()
        page.save()
        follow_pages(page.translation_key, now=self.now)

    def come(self, number):
        """Be in the attendance list of the webinar as it takes place at present, which somebody imports now."""
        registration = Registration.objects.filter(person=self.people[number]).first()
        if registration is not None:
            Presence.objects.filter(registration=registration).delete()
            presence_at(self.webinar_now, registration=registration, name=str(number))
            settle_attendance(self.webinar, now=self.now)
            fix_attendances(now=self.now + HOUR)

    def register(self, number):
        try:
            registrations.register(self.webinar, self.people[number], now=self.now)
        except registrations.NotOpen:
            return
        if number not in self.registered:
            self.believes.pop(self.people[number].pk, None)
        self.registered.add(number)

    def cancel(self, number):
        registrations.cancel(self.webinar, self.people[number], now=self.now)
        self.registered.discard(number)

    def stop(self, number, *, wants=False):
        """Want no reminders; what waits in the outbox goes as well."""
        follow_wishes(self.people[number], wants_reminders=wants)
        mails.follow_wishes(self.people[number].pk, now=self.now)

    def again(self, number):
        self.stop(number, wants=True)

    def write(self):
        write_mails(now=self.now)

    def die(self, after):
        """Be killed in the transaction of one of the batches, each of one person."""
        left = [after]

        def create(rows):
            if rows and not left[0]:
                raise Killed
            left[0] -= bool(rows)
            return real(rows)

        real = WebinarMail.objects.bulk_create
        with mock.patch.object(WebinarMail.objects, "bulk_create", create), contextlib.suppress(Killed):
            write_mails(now=self.now)

    def fail(self):
        """The server refuses everything once."""
        with mock.patch("lms.mail.services.EmailMultiAlternatives.send", side_effect=OSError("busy")):
            self._send(note=False)

    def send(self):
        self._send(note=True)

    def _send(self, *, note: bool) -> None:
        waiting = {
            mail.outgoing.message_id: mail for mail in WebinarMail.objects.select_related("outgoing", "registration")
        }
        with mock.patch("lms.mail.services.timezone.now", return_value=self.now):
            outbox.outbox.clear()
            send_waiting_mail()
        for message in outbox.outbox if note else ():
            self._check(waiting[message.extra_headers["Message-ID"]])

    def _check(self, mail: WebinarMail) -> None:
        webinar, person = self.webinar_now, mail.registration.person_id
        assert mail.registration.ended_at is None
        assert mail.kind in ESSENTIAL or User.objects.get(pk=person).wants_reminders
        assert mail.key not in self.sent
        self.sent.append(mail.key)
        if mail.kind == Kind.CANCELLED:
            assert webinar.called_off_at is not None
            self.believes[person] = (None,)
        else:
            assert (webinar.called_off_at, mail.starts_at) == (None, webinar.starts_at)
            if mail.kind in (Kind.CONFIRMED, Kind.MOVED):
                assert self.believes.get(person) != (mail.starts_at,)
                self.believes[person] = (mail.starts_at,)
        if mail.kind in (Kind.FEEDBACK, Kind.RECORDING):
            assert self.now >= webinar.ends_at
            occasion = (mail.kind, mail.registration_id, mail.turn)
            assert occasion not in self.news
            self.news.add(occasion)

    @property
    def page(self):
        page = self.webinar.page
        page.refresh_from_db()
        return page

    @property
    def webinar_now(self) -> Webinar:
        return Webinar.objects.get(pk=self.webinar.pk)

    def settles(self) -> None:
        """Let everything that was late come, and hold what each believes against what is so."""
        self.now += 2 * HOUR  # whatever was refused is tried again
        for _round in range(3):
            self.write()
            self.send()
        webinar = self.webinar_now
        if self.now >= webinar.ends_at:
            return
        truth = (None,) if webinar.called_off_at else (webinar.starts_at,)
        for number in self.registered:
            # Who was told nothing need not be told that it is off.
            assert self.believes.get(self.people[number].pk, (None,)) == truth


class AnyOrder(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.sampled_from([0, 95, 98, 120]), OPS)
    def test_nobody_gets_a_wrong_or_a_second_mail(self, hours, ops):
        """From the beginning, or with everybody registered: in the last hour before the start, or once it is over."""
        with mock.patch.object(mails, "BATCH", 1):
            play = Play()
            if hours:
                for number in range(3):
                    play.register(number)
                play.wait(hours)
                play.write()
                play.send()
            for op in ops:
                play.do(*op)
            play.settles()
