"""What people say of a webinar once it is over."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.webinars.models import Feedback, Webinar
from courses.webinars.services.feedback import FeedbackClosed, give_feedback
from courses.webinars.services.registrations import register
from tests.factories.accounts import UserFactory
from tests.factories.webinars import NOW, dated_webinar

pytestmark = pytest.mark.django_db
SAID = {"useful": 4, "level": 3, "recommend": 5, "good": "The cases.", "change": ""}


@pytest.fixture
def registration():
    return register(dated_webinar(), UserFactory(), now=NOW)


def test_it_is_given_from_the_end_for_14_days_and_may_be_changed(registration):
    end = registration.webinar.ends_at
    give_feedback(registration, SAID, now=end)
    give_feedback(registration, SAID | {"useful": 1}, now=end + timedelta(days=13))
    assert Feedback.objects.get().useful == 1
    for moment in (end - timedelta(seconds=1), end + timedelta(days=14)):
        with pytest.raises(FeedbackClosed):
            give_feedback(registration, SAID | {"useful": 2}, now=moment)
    assert Feedback.objects.get().useful == 1


def test_of_a_webinar_that_was_called_off_there_is_none(registration):
    Webinar.objects.update(called_off_at=NOW)
    with pytest.raises(FeedbackClosed, match="called off"):
        give_feedback(registration, SAID, now=registration.webinar.ends_at)


@pytest.mark.parametrize("scale", ["useful", "level", "recommend"])
@pytest.mark.parametrize("value", [0, 6])
def test_the_database_keeps_to_the_scales(registration, scale, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(registration=registration, given_at=NOW, **SAID | {scale: value})
