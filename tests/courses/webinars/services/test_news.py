"""Mails once a webinar is over: the question how it was, and word of its recording."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.webinars.models import Registration, Webinar, WebinarPage
from courses.webinars.services import mails, registrations
from courses.webinars.services.attendance import fix_attendances, settle_attendance
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import write_mails
from lms.accounts.models import User
from lms.accounts.services import follow_wishes
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.media import ready_video
from tests.factories.webinars import NOW, dated_webinar, presence_at

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = 73  # hours from now, of a webinar in three days


def ended_webinar(*people: User) -> tuple[Webinar, list[Registration]]:
    """Return a webinar in three days, and registrations of people who have had all mails before its end."""
    webinar = dated_webinar(days=3)
    registered = [registrations.register(webinar, person, now=NOW) for person in people]
    for hours in (0, 48, 71):
        write_mails(now=NOW + hours * HOUR)
    return webinar, registered


def news_of(registration: Registration) -> list[str]:
    """Return the kinds of mails that somebody has had since the webinar ended."""
    return list(
        registration.mails.filter(written_at__gte=NOW + END * HOUR).order_by("pk").values_list("kind", flat=True)
    )


def newest() -> OutgoingMail:
    return OutgoingMail.objects.latest("pk")


def record(webinar: Webinar, *, hours: int) -> None:
    WebinarPage.objects.filter(translation_key=webinar.translation_key).update(recording=ready_video())
    follow_pages(webinar.translation_key, now=NOW + hours * HOUR)


def test_a_day_after_the_end_people_are_asked_how_it_was_and_not_later_than_three_days_after():
    _webinar, [registration] = ended_webinar(UserFactory(name="Learner One"))
    write_mails(now=NOW + (END + 23) * HOUR)
    assert news_of(registration) == []
    write_mails(now=NOW + (END + 24) * HOUR)
    write_mails(now=NOW + (END + 25) * HOUR)
    assert news_of(registration) == ["feedback"]
    asked = newest()
    assert f"{Webinar.objects.get().label_in('en')['path']}feedback" in asked.text
    assert asked.stop_url in asked.text
    assert asked.expires_at == NOW + END * HOUR + 14 * DAY
    _other, [late] = ended_webinar(UserFactory())
    write_mails(now=NOW + (END + 72) * HOUR)
    assert news_of(late) == []


def test_who_came_is_asked_as_soon_as_the_attendance_counts_and_who_did_not_never():
    webinar, [came, stayed_away] = ended_webinar(UserFactory(), UserFactory())
    presence_at(webinar, registration=came)
    settle_attendance(webinar, now=NOW + END * HOUR)
    write_mails(now=NOW + END * HOUR)
    assert news_of(came) == []
    fix_attendances(now=NOW + (END + 2) * HOUR)
    write_mails(now=NOW + (END + 2) * HOUR)
    assert news_of(came) == ["feedback"]
    for hours in (24, 48):
        write_mails(now=NOW + (END + hours) * HOUR)
    assert (news_of(came), news_of(stayed_away)) == (["feedback"], [])


def test_everybody_registered_is_told_once_that_the_recording_is_ready():
    webinar, [registration] = ended_webinar(UserFactory())
    record(webinar, hours=END - 1)
    write_mails(now=NOW + (END - 1) * HOUR)
    assert not registration.mails.filter(kind="recording").exists()
    for hours in (END, END + 1):
        follow_pages(webinar.translation_key, now=NOW + hours * HOUR)
        write_mails(now=NOW + hours * HOUR)
    assert news_of(registration) == ["recording"]
    assert webinar.label_in("en")["path"] in newest().text
    assert newest().stop_url in newest().text


def test_news_is_not_for_who_wants_none_nor_of_a_webinar_called_off():
    person = UserFactory()
    webinar, [registration] = ended_webinar(person)
    follow_wishes(person, wants_reminders=False)
    record(webinar, hours=END)
    write_mails(now=NOW + (END + 24) * HOUR)
    assert news_of(registration) == []
    follow_wishes(person, wants_reminders=True)
    mails.follow_wishes(person.pk, now=NOW + (END + 25) * HOUR)
    write_mails(now=NOW + (END + 25) * HOUR)
    assert news_of(registration) == ["recording", "feedback"]
    off, [other] = ended_webinar(UserFactory())
    off.page.unpublish()
    follow_pages(off.translation_key, now=NOW + 72 * HOUR)
    write_mails(now=NOW + (END + 24) * HOUR)
    assert news_of(other) == []


def test_many_people_are_asked_with_as_many_queries_as_few():
    def queries_for(count: int) -> int:
        webinar, registered = ended_webinar(*UserFactory.create_batch(count, password="!"))
        presence_at(webinar, registration=registered[0])
        settle_attendance(webinar, now=NOW + END * HOUR)
        with CaptureQueriesContext(connection) as captured:
            write_mails(now=NOW + (END + 24) * HOUR)
        return len(captured)

    assert queries_for(2) == queries_for(20)
