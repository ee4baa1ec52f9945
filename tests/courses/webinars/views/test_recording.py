"""The recording of a webinar that is over: sizes said first, chapters, and who sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from courses.webinars.models import WebinarPage
from courses.webinars.services.registrations import register
from tests.courses.progress.test_watched import captioned_video
from tests.factories.accounts import UserFactory
from tests.factories.media import ready_video
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """A webinar that ended two days ago, with its recording."""
    return recorded()


def recorded(*, days: int = -2, **fields) -> WebinarPage:
    said = {"recording": captioned_video(), "chapters": "0:00 Welcome\n0:30 The case"} | fields
    return dated_webinar(now=timezone.now(), days=days, **said).page


def seen(page: WebinarPage, person=None) -> str:
    client = Client()
    if person:
        client.force_login(person)
    return client.get(page.url).text


def test_it_is_offered_in_several_sizes_with_chapters_and_transcript(page, validate_html):
    text = seen(page)
    assert all(said in text for said in ("Watch, 240p", "Transcript", "#t=30", "The case"))
    assert validate_html(text) == []


def test_before_the_end_there_is_none():
    assert "Watch, 240p" not in seen(recorded(days=2))


def test_the_organiser_can_keep_it_for_those_who_were_registered():
    person = UserFactory()
    webinar = dated_webinar(
        now=timezone.now() - timedelta(days=5), days=2, recording=captioned_video(), recording_is_open=False
    )
    register(webinar, person, now=timezone.now() - timedelta(days=4))
    assert "Watch, 240p" in seen(webinar.page, person)
    for stranger in (None, UserFactory()):
        text = seen(webinar.page, stranger)
        assert "Watch, 240p" not in text
        assert "There is a recording for those who were registered" in text


def test_without_captions_it_cannot_be_chosen_and_bad_chapters_are_named(page):
    page.recording, page.chapters = ready_video(), "0:00 Welcome\nThe case"
    with pytest.raises(ValidationError) as refused:
        page.full_clean()
    assert set(refused.value.message_dict) == {"recording", "chapters"}
    assert "Line 2" in refused.value.message_dict["chapters"][0]
