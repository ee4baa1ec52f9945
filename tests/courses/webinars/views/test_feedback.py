"""The form in which people say how a webinar was, and the way to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.webinars.models import Feedback
from courses.webinars.services.registrations import cancel, register
from tests.factories.accounts import UserFactory
from tests.factories.webinars import dated_webinar

pytestmark = pytest.mark.django_db
SAID = {"useful": 4, "level": 3, "recommend": 5, "good": "The cases.\nAll of them.", "change": ""}


@pytest.fixture
def webinar():
    """A webinar that ended two days ago."""
    return dated_webinar(now=timezone.now() - timedelta(days=5), days=3)


@pytest.fixture
def learner(webinar, client):
    person = UserFactory()
    register(webinar, person, now=timezone.now() - timedelta(days=4))
    client.force_login(person)
    return person


def test_who_was_registered_is_led_to_the_form_and_says_how_it_was(client, webinar, learner, validate_html):
    address = f"{webinar.page.url}feedback"
    assert f'href="{address}"' in client.get(webinar.page.url).text
    assert validate_html(client.get(address).text) == []
    assert "Your feedback is kept" in client.post(address, SAID, follow=True).text
    assert Feedback.objects.get().registration.person == learner
    again = client.get(address).text
    assert "All of them." in again
    assert "Change my feedback" in again
    client.post(address, SAID | {"useful": 1})
    assert Feedback.objects.get().useful == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"useful": ""}, "This field is required."),
        ({"level": "6"}, "Select a valid choice"),
        ({"good": "a" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_is_missing_or_too_long_is_said_and_nothing_is_kept(client, webinar, learner, wrong, said, validate_html):
    text = client.post(f"{webinar.page.url}feedback", SAID | wrong).text
    assert said in text
    assert validate_html(text) == []
    assert not Feedback.objects.exists()


def test_strangers_find_nothing_and_are_led_nowhere(client, webinar):
    address = f"{webinar.page.url}feedback"
    assert client.get(address)["Location"].startswith("/accounts/login/")
    person = UserFactory()
    client.force_login(person)
    assert client.get(address).status_code == client.post(address, SAID).status_code == 404
    assert "/feedback" not in client.get(webinar.page.url).text


def test_who_had_cancelled_was_not_registered(client):
    webinar, person = dated_webinar(now=timezone.now(), days=2), UserFactory()
    register(webinar, person, now=timezone.now())
    cancel(webinar, person, now=timezone.now())
    client.force_login(person)
    assert client.get(f"{webinar.page.url}feedback").status_code == 404


@pytest.mark.parametrize("days", [1, 20])
def test_before_the_end_and_after_14_days_one_is_told_when_it_can_be_given(client, days):
    webinar, person = (
        dated_webinar(now=timezone.now() - timedelta(days=days + 2), days=2 if days > 1 else 9),
        UserFactory(),
    )
    register(webinar, person, now=webinar.starts_at - timedelta(days=1))
    client.force_login(person)
    assert "/feedback" not in client.get(webinar.page.url).text
    answer = client.post(f"{webinar.page.url}feedback", SAID, follow=True)
    assert "from the end of the webinar, for 14 days" in answer.text
    assert not Feedback.objects.exists()
