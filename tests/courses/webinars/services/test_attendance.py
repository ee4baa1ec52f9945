"""What presence comes to: minutes, and since when they are enough."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from courses.webinars.models import Attendance, AttendanceList, Presence, Registration
from courses.webinars.services.attendance import fix_attendances, settle_attendance
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import register
from courses.webinars.signals import attended
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=4)


@pytest.fixture
def webinar():
    """One of an hour, of which 80 per cent count."""
    return dated_webinar()


@pytest.fixture
def registration(webinar):
    return register(webinar, UserFactory(), now=NOW)


def was_there(registration: Registration, begins: int, ends: int, /, **fields) -> Presence:
    """Note somebody's presence from one minute of the session to another."""
    start = registration.webinar.starts_at
    times = {"joined_at": start + begins * MINUTE, "left_at": start + ends * MINUTE}
    owner = {"webinar": registration.webinar, "registration": registration, "name": "Learner"}
    return Presence.objects.create(**owner | times | fields)


def outcome(registration: Registration) -> tuple[int, bool]:
    attendance = Attendance.objects.get(registration=registration)
    return attendance.minutes, attendance.met_at is not None


def test_minutes_are_those_within_the_session_and_enough_from_the_first_finding_on(webinar, registration):
    was_there(registration, -10, 20)
    settle_attendance(webinar, now=LATER)
    assert outcome(registration) == (20, False)
    was_there(registration, 30, 70)
    settle_attendance(webinar, now=LATER + MINUTE)
    assert outcome(registration) == (50, True)
    settle_attendance(webinar, now=LATER + 2 * MINUTE)
    assert registration.attendance.met_at == registration.attendance.updated_at == LATER + MINUTE


def test_a_correction_takes_back_what_was_not_acted_upon_and_nothing_that_was(webinar, registration):
    presence = was_there(registration, 0, 60)
    settle_attendance(webinar, now=LATER)
    presence.delete()
    settle_attendance(webinar, now=LATER + MINUTE)
    assert outcome(registration) == (0, False)
    presence.save(force_insert=True)
    settle_attendance(webinar, now=LATER)
    fix_attendances(now=LATER + HOUR)
    presence.delete()
    settle_attendance(webinar, now=LATER + 2 * HOUR)
    assert outcome(registration) == (60, True)


def test_what_is_enough_is_fixed_after_an_hour_in_which_nothing_changed(webinar, registration):
    was_there(registration, 0, 60)
    short = register(webinar, UserFactory(), now=NOW)
    was_there(short, 0, 10, name="Another")
    settle_attendance(webinar, now=LATER)
    assert fix_attendances(now=LATER + HOUR - MINUTE) == 0
    assert fix_attendances(now=LATER + HOUR) == 1
    assert fix_attendances(now=LATER + 2 * HOUR) == 0
    assert [one.registration for one in Attendance.objects.exclude(fixed_at=None)] == [registration]


def test_nothing_is_fixed_while_the_session_runs(webinar, registration):
    was_there(registration, 0, 50)
    settle_attendance(webinar, now=NOW)
    assert fix_attendances(now=webinar.ends_at) == 0
    assert fix_attendances(now=webinar.ends_at + HOUR) == 1


def test_it_is_told_once_for_all_who_are_fixed(webinar, registration, django_capture_on_commit_callbacks):
    was_there(registration, 0, 60)
    was_there(register(webinar, UserFactory(), now=NOW), 0, 60, name="Another")
    settle_attendance(webinar, now=LATER)
    told = mock.Mock()
    attended.connect(told)
    try:
        for _time in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                fix_attendances(now=LATER + HOUR)
    finally:
        attended.disconnect(told)
    told.assert_called_once_with(signal=attended, sender=Attendance, webinar_id=webinar.pk)


def test_presence_of_nobody_known_and_of_other_webinars_comes_to_nothing(webinar, registration):
    was_there(registration, 0, 60, registration=None)
    was_there(register(dated_webinar(days=5), UserFactory(), now=NOW), 0, 60)
    settle_attendance(webinar, now=LATER)
    assert not Attendance.objects.exists()


def test_many_people_cost_as_many_queries_as_two(webinar):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            settle_attendance(webinar, now=LATER)
        return len(seen)

    def come(number: int) -> None:
        for person in UserFactory.create_batch(number, password="!"):
            was_there(register(webinar, person, now=NOW), 0, 60, name=person.name)

    come(2)
    few = queries()
    come(198)
    assert queries() == few
    assert Attendance.objects.filter(met_at=LATER, minutes=60).count() == 200


def test_a_line_and_what_a_provider_told_are_kept_once(webinar, registration):
    was_there(registration, 0, 60)
    with pytest.raises(IntegrityError):
        was_there(registration, 0, 50)


def test_a_file_is_of_a_webinar_once(webinar):
    file = {"digest": "0" * 64, "provider": "zoom", "file_name": "a.csv", "imported_at": NOW}
    AttendanceList.objects.create(webinar=webinar, **file)
    with pytest.raises(IntegrityError):
        AttendanceList.objects.create(webinar=webinar, **file)


def test_the_rule_follows_the_page_until_the_webinar_is_over_and_moves_no_calendar(webinar, registration):
    def follow(*, now) -> None:
        webinar.page.save()
        follow_pages(webinar.page.translation_key, now=now)
        webinar.refresh_from_db()

    revision = webinar.revision
    webinar.page.attendance_percent, webinar.page.attendance_minutes = None, 45
    follow(now=NOW)
    assert (webinar.attendance_percent, webinar.attendance_minutes, webinar.revision) == (None, 45, revision)
    webinar.page.attendance_minutes = 50
    follow(now=LATER)
    was_there(registration, 0, 45)
    settle_attendance(webinar, now=LATER)
    assert outcome(registration) == (45, True)
