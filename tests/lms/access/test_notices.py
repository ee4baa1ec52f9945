"""Mails about seats: each once, in the person's language and time, and saying why."""

import pytest
from django.utils import timezone

from lms.access.models import Notice
from lms.access.services import notices
from lms.access.services.notices import write_notices
from lms.access.services.pools import change_pool, close_pool
from lms.access.services.seats import accept_seat, apply_for_seat, give_up_seat, settle_pool
from lms.access.words import SUBJECTS
from lms.mail.models import OutgoingMail
from tests.factories.access import T0, T1, T2, T3, at, pool_of, with_priority
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return UserFactory(name="Learner Berlin", time_zone="Europe/Berlin", language="en")


@pytest.fixture
def nurse():
    return with_priority(UserFactory(name="Learner Kathmandu", time_zone="Asia/Kathmandu", language="en"))


def about_seats():
    return OutgoingMail.objects.filter(key__startswith="seat-notice:")


def mails(person, hours):
    write_notices(now=at(hours))
    return list(about_seats().filter(to=person.email).order_by("pk"))


def newest(person, hours):
    return mails(person, hours)[-1]


def test_every_kind_of_notice_has_a_subject_and_a_text(doctor):
    pool = pool_of(capacity=1)
    application = apply_for_seat(pool.pk, doctor, now=at(T1))
    Notice.objects.all().delete()
    kinds = [kind for kind in Notice.Kind if kind not in ("offered", "lapsing")]  # these need a hold, see below
    for kind in kinds:
        Notice.objects.create(application=application, kind=kind, due_at=at(T1))
    assert {mail.subject for mail in mails(doctor, T1)} == {
        SUBJECTS[kind] % {"title": "Reading a report"} for kind in kinds
    }
    assert set(SUBJECTS) == set(Notice.Kind)
    for mail in about_seats():
        assert "/webinars/reading-a-report/" in mail.text


def test_who_joins_before_the_opening_is_told_of_the_draw_and_of_the_reserve_in_their_own_time(doctor):
    apply_for_seat(pool_of(capacity=3).pk, doctor, now=at(T0))
    mail = newest(doctor, T0)
    assert mail.subject == "You are on the list for “Reading a report”"
    assert "one order by a draw" in mail.text
    assert "released to everybody on 13 January 2027, 01:00" in mail.text  # midnight UTC
    assert "Europe/Berlin" in mail.text


def test_a_reserved_seat_says_why_it_is_theirs(nurse):
    apply_for_seat(pool_of(capacity=3).pk, nurse, now=at(T0))
    assert "reserved for people who work where genomics has few resources" in newest(nurse, T0).text


def test_an_offer_says_how_it_came_until_when_it_holds_and_is_reminded_of_a_day_before(doctor):
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, doctor, now=at(T0))
    settle_pool(pool.pk, now=at(T1))
    offer = newest(doctor, T1)
    assert "held for you until 12 January 2027, 01:00" in offer.text
    assert "list that is the same for everybody" in offer.text
    assert offer.expires_at == at(T1 + 72)
    assert len(mails(doctor, T1 + 47)) == 2
    assert "unless you take it before then" in newest(doctor, T1 + 48).text


def test_who_has_taken_the_seat_is_not_reminded(doctor):
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, doctor, now=at(T0))
    settle_pool(pool.pk, now=at(T1))
    accept_seat(pool.pk, doctor, now=at(T1 + 1))
    subjects = [mail.subject for mail in mails(doctor, T1 + 60)]
    assert subjects == ["You are on the list for “Reading a report”", "You have a seat in “Reading a report”"]


def test_a_released_seat_is_told_as_such(doctor):
    pool = pool_of(capacity=2, share="0.5")
    apply_for_seat(pool.pk, UserFactory(), now=at(T1))
    apply_for_seat(pool.pk, doctor, now=at(T1))
    settle_pool(pool.pk, now=at(T2))
    assert "nobody with priority waits for" in newest(doctor, T2).text


def test_a_lapse_a_move_a_giving_up_and_a_calling_off_are_told(doctor):
    pool = pool_of(capacity=1)
    apply_for_seat(pool.pk, doctor, now=at(T0))
    settle_pool(pool.pk, now=at(T1))
    settle_pool(pool.pk, now=at(T1 + 72))
    assert "went to the next person" in newest(doctor, T1 + 72).text
    apply_for_seat(pool.pk, doctor, now=at(T1 + 73))
    change_pool(pool.pk, starts_at=at(T3 + 1), releases_at=at(T2 + 1), now=at(T1 + 74))
    assert "20 January 2027, 02:00" in newest(doctor, T1 + 74).text
    give_up_seat(pool.pk, doctor, now=at(T1 + 75))
    assert "given up your place" in newest(doctor, T1 + 75).text
    apply_for_seat(pool.pk, doctor, now=at(T1 + 76))
    close_pool(pool.pk, now=at(T1 + 77))
    assert "is called off" in newest(doctor, T1 + 77).text


def test_a_notice_is_written_once_whoever_comes_twice(doctor):
    apply_for_seat(pool_of(capacity=1).pk, doctor, now=at(T1))
    (notice,) = Notice.objects.all()
    for _time in range(2):
        notices._write(notice.pk, now=at(T1))
    assert about_seats().count() == 1


def test_one_that_cannot_be_written_keeps_back_no_other(doctor, nurse, monkeypatch):
    pool = pool_of(capacity=4)
    for person in (doctor, nurse):
        apply_for_seat(pool.pk, person, now=at(T1))
    plain = notices.render_to_string

    def failing(template, context):
        if context["name"] == doctor.name:
            raise ValueError("no such text")
        return plain(template, context)

    monkeypatch.setattr(notices, "render_to_string", failing)
    write_notices(now=at(T1))
    assert [mail.to for mail in about_seats()] == [nurse.email]
    assert Notice.objects.filter(written_at=None).count() == 1


def test_a_time_zone_that_is_none_is_read_as_utc(doctor):
    type(doctor).objects.filter(pk=doctor.pk).update(time_zone="Nowhere/Such")
    apply_for_seat(pool_of(capacity=1).pk, doctor, now=at(T1))
    assert "of the zone UTC" in newest(doctor, T1).text
    assert timezone.get_current_timezone_name() == "UTC"
