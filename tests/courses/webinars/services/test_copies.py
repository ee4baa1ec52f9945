"""A webinar is held again on another day: its pages are copied as drafts, and nothing of the people."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.webinars.models import Registration, Webinar, WebinarPage
from courses.webinars.services.copies import NotCopied, copy_webinar
from courses.webinars.services.following import follow_pages
from courses.webinars.services.registrations import register
from courses.webinars.walls import NoSuchHour
from tests.courses.progress.test_watched import captioned_video
from tests.factories.accounts import EditorFactory, InstructorFactory, UserFactory
from tests.factories.webinars import NOW, dated_webinar, in_french, scarce_webinar

pytestmark = pytest.mark.django_db
CLOCK = datetime.fromisoformat("2027-09-14T16:30")


@pytest.fixture
def webinar():
    return dated_webinar(title="Genes", slug="genes", time_zone="Europe/Athens", speakers="Speaker One")


@pytest.fixture
def person():
    return EditorFactory()


def test_pages_in_all_languages_become_drafts_of_one_new_webinar(webinar, person):
    in_french(webinar.page, title="Les gènes", slug="les-genes")
    pages = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    assert [(page.title, page.slug, page.live) for page in pages] == [
        ("Genes", "genes-2027-09-14", False),
        ("Les gènes", "les-genes-2027-09-14", False),
    ]
    assert len({page.translation_key for page in pages} - {webinar.translation_key}) == 1
    assert {page.starts_at for page in pages} == {datetime(2027, 9, 14, 13, 30, tzinfo=UTC)}
    assert {page.starts_clock for page in pages} == {CLOCK}
    assert Webinar.objects.count() == 1


def test_the_recording_stays_with_the_day_it_was_made_on(person):
    webinar = dated_webinar(recording=captioned_video(), chapters="0:00 Welcome")
    (page,) = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    page.refresh_from_db()
    assert (page.recording, page.chapters) == (None, "")


def test_a_draft_opens_in_the_editor_as_it_was_copied(webinar, person):
    webinar.page.organisers.set([helper := InstructorFactory()])
    webinar.page.save()
    (page,) = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    draft = WebinarPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (draft.starts_clock, draft.speakers, draft.owner) == (CLOCK, "Speaker One", person)
    assert list(draft.organisers.all()) == [helper]


def test_once_published_nobody_is_registered_for_the_copy(webinar, person):
    register(webinar, UserFactory(), now=NOW)
    (page,) = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    page.get_latest_revision().publish()
    follow_pages(page.translation_key, now=NOW)
    assert Webinar.objects.count() == 2
    assert Registration.objects.get().webinar == webinar


def test_seats_are_as_they_were_and_their_days_as_far_from_the_start(person):
    opens_at = NOW + timedelta(days=12)
    page = scarce_webinar(capacity=7, reserved_percent=30, seats_open_at=opens_at)
    webinar = Webinar.objects.get()
    (copy,) = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    assert (copy.capacity, copy.reserved_percent) == (7, 30)
    assert copy.starts_at - copy.seats_open_at == page.starts_at - opens_at
    (sooner,) = copy_webinar(webinar, datetime.fromisoformat("2027-03-05T09:00"), by=person, now=NOW)
    assert sooner.seats_open_at is None


def test_the_day_of_a_copy_takes_the_place_of_that_of_the_first(webinar, person):
    (page,) = copy_webinar(webinar, CLOCK, by=person, now=NOW)
    page.get_latest_revision().publish()
    follow_pages(page.translation_key, now=NOW)
    copied = Webinar.objects.get(translation_key=page.translation_key)
    assert copy_webinar(copied, CLOCK + timedelta(days=7), by=person, now=NOW)[0].slug == "genes-2027-09-21"


def test_a_second_click_makes_no_second_copy(webinar, person):
    copy_webinar(webinar, CLOCK, by=person, now=NOW)
    with pytest.raises(NotCopied, match="already"):
        copy_webinar(webinar, CLOCK, by=person, now=NOW)
    assert WebinarPage.objects.count() == 2


def test_an_hour_that_the_clocks_leave_out_or_that_is_over_is_refused(webinar, person):
    with pytest.raises(NoSuchHour):
        copy_webinar(webinar, datetime.fromisoformat("2027-03-28T03:30"), by=person, now=NOW)
    with pytest.raises(NotCopied, match="past"):
        copy_webinar(webinar, datetime.fromisoformat("2027-02-01T09:00"), by=person, now=NOW)


def test_of_a_webinar_without_a_published_page_nothing_can_be_copied(webinar, person):
    webinar.page.unpublish()
    with pytest.raises(NotCopied, match="not published"):
        copy_webinar(webinar, CLOCK, by=person, now=NOW)
