"""Certificates of attended webinars: for the minutes of presence, in the attendant's language and days, once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.urls import reverse
from pypdf import PdfReader

from certificates.award import Award
from certificates.issuing.models import Certificate
from certificates.issuing.queries import certificates_held_by
from certificates.issuing.services import (
    issue_missing_certificates,
    open_attendance_certificate,
    open_missing_certificates,
)
from certificates.rendering.words import in_words
from courses.webinars.models import Attendance, Webinar
from courses.webinars.services.attendance import fix_attendances
from lms.mail.models import OutgoingMail
from lms.measures.models import Milestone, MilestoneDelta
from tests.factories.accounts import UserFactory
from tests.factories.issuing import AwardFactory, waiting_certificate
from tests.factories.webinars import NOW, attended_webinar

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def attendance_award(minutes: int, *, planned: int = 60) -> Award:
    return AwardFactory(
        result="attendance", format="webinar", minutes=minutes, lessons=1, lesson_minutes=(planned,), score_percent=None
    )


def test_it_states_the_minutes_of_presence_and_hours_in_quarters():
    attendance = attended_webinar(UserFactory(name="Ana Řehoř"), minutes=52, title="Reading a variant")
    award = open_attendance_certificate(attendance.pk, now=NOW).award
    words = in_words(award)
    assert (award.name, award.course_title, award.hours) == ("Ana Řehoř", "Reading a variant", 0.75)
    assert words["kind"] == "Certificate of attendance"
    assert words["learning"] == "0.75 hour, live"
    assert words["course"] == "Live session of 60 minutes, in English"
    assert words["result"] == "Present for 52 of 60 minutes"


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute, live"), (14, "14 minutes, live"), (60, "1 hour, live")])
def test_hours_are_never_more_than_were_attended(minutes, words):
    assert in_words(attendance_award(minutes))["learning"] == words


@pytest.mark.parametrize(
    ("time_zone", "day"), [("Asia/Kathmandu", "2027-03-28"), ("America/Sao_Paulo", "2027-03-27"), ("", "2027-03-28")]
)
def test_its_day_is_that_of_whoever_came_else_the_organisers(time_zone, day):
    night = datetime(2027, 3, 27, 22, 30, tzinfo=UTC)  # an hour before Athens puts its clocks forward
    now = night + timedelta(days=6)
    attendance = attended_webinar(UserFactory(time_zone=time_zone), now=now, time_zone="Europe/Athens")
    assert open_attendance_certificate(attendance.pk, now=now).award.completed_on.isoformat() == day


def test_it_is_in_the_language_of_whoever_came_where_the_webinar_was_announced_in_it():
    french, hindi = (attended_webinar(UserFactory(language=language)) for language in ("fr", "hi"))
    for attendance in (french, hindi):
        webinar = attendance.registration.webinar
        Webinar.objects.filter(pk=webinar.pk).update(
            labels=webinar.labels | {"fr": {"title": "Lire un variant", "path": "/fr/"}}
        )
    award = open_attendance_certificate(french.pk, now=NOW).award
    assert (award.language, award.course_title) == ("fr", "Lire un variant")
    assert open_attendance_certificate(hindi.pk, now=NOW).award.language == "en"


def test_it_is_made_by_the_sweep_with_file_and_one_mail_and_counts_in_no_course():
    person = UserFactory(email="learner@example.org")
    attendance = attended_webinar(person, title="Reading a variant")
    assert issue_missing_certificates(now=NOW) == 1
    assert issue_missing_certificates(now=LATER) == 0
    certificate = Certificate.objects.get(attendance=attendance)
    mail = OutgoingMail.objects.get(key=f"certificate-issued:{certificate.pk}")
    assert (mail.to, "you were at the webinar “Reading a variant”" in mail.text) == (person.email, True)
    with storages["private"].open(certificate.file_name) as file:
        text = PdfReader(file).pages[0].extract_text()
    assert all(words in text for words in ("attended the webinar", "Reading a variant", "50 of 60 minutes", "Held"))
    assert not MilestoneDelta.objects.filter(milestone=Milestone.CERTIFIED).exists()


def test_whoever_was_there_too_short_and_webinars_that_give_none_have_no_certificate():
    attended_webinar(UserFactory(), minutes=47)
    attended_webinar(UserFactory(), gives_certificate=False)
    assert open_missing_certificates(now=NOW) == 0
    Webinar.objects.update(gives_certificate=True)
    assert open_missing_certificates(now=NOW) == 1


def test_what_it_rests_on_cannot_change_afterwards():
    attendance = attended_webinar(UserFactory())
    opened = open_attendance_certificate(attendance.pk, now=NOW)
    assert open_attendance_certificate(attendance.pk, now=LATER) == opened
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.update(met_at=None)
    assert fix_attendances(now=LATER) == 0


def test_the_table_refuses_a_second_one_and_one_for_two_things():
    opened = open_attendance_certificate(attended_webinar(UserFactory()).pk, now=NOW)
    facts = {"holder": opened.holder, "serial": "000000000000", "facts": {}, "opened_at": NOW}
    for ground in ({"attendance": opened.attendance, "version": 2}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.create(**facts, **ground)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=waiting_certificate().pk).update(attendance=attended_webinar(UserFactory()))


def test_its_holder_finds_it_and_strangers_can_check_it(client):
    person = UserFactory()
    attended_webinar(person, title="Reading a variant")
    [held] = certificates_held_by(person)
    assert (held.title, held.state) == ("Reading a variant", Certificate.State.WAITING)
    issue_missing_certificates(now=NOW)
    [held] = certificates_held_by(person)
    page = client.get(reverse("certificate", args=[held.certificate.serial])).text
    assert "Certificate of attendance" in page
    assert "Held" in page
    client.force_login(UserFactory())
    assert client.get(reverse("certificate_file", args=[held.certificate.serial])).status_code == 404
    client.force_login(person)
    assert client.get(reverse("certificate_file", args=[held.certificate.serial])).status_code == 200
