"""POST /my/sync/ as a device meets it."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from courses.lessons.models import LessonPage
from courses.offline.queries import device_name_of
from courses.progress.models import LessonProgress
from tests.courses.offline.samples import batch, event
from tests.factories.accounts import UserFactory
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled

pytestmark = pytest.mark.django_db

SYNC = "/my/sync/"


@pytest.fixture
def enrolment():
    return enrolled(course_with_lessons(1))


def done(enrolment) -> bytes:
    now = timezone.now()
    return batch(enrolment.learner, [event("done", LessonPage.objects.get(), at=now)], sent_at=now)


def test_a_device_learns_whose_work_is_taken_and_sends_it(enrolment):
    client = Client(enforce_csrf_checks=True)
    client.force_login(enrolment.learner)
    told = client.get(SYNC).json()
    assert told["person"] == device_name_of(enrolment.learner)
    sent = done(enrolment)
    assert client.post(SYNC, sent, content_type="application/json").status_code == 403
    answer = client.post(SYNC, sent, content_type="application/json", headers={"X-CSRFToken": told["token"]})
    assert [one["state"] for one in answer.json()["events"]] == ["accepted"]
    assert answer["Cache-Control"].startswith("max-age=0")
    assert LessonProgress.objects.get().done_at


def test_signed_out_is_said_and_nothing_counts(client, enrolment):
    for answer in (client.get(SYNC), client.post(SYNC, done(enrolment), content_type="application/json")):
        assert (answer.status_code, answer.json()["problem"]) == (401, "signed-out")
    assert not LessonProgress.objects.exists()


def test_the_work_of_somebody_else_is_not_taken(client, enrolment):
    client.force_login(UserFactory())
    answer = client.post(SYNC, done(enrolment), content_type="application/json")
    assert (answer.status_code, answer.json()["problem"]) == (409, "somebody-else")
    assert not LessonProgress.objects.exists()


def test_what_is_malformed_is_refused_whole(client, enrolment):
    client.force_login(enrolment.learner)
    sent = json.loads(done(enrolment))
    sent["events"].append({"kind": "done"})
    answer = client.post(SYNC, json.dumps(sent), content_type="application/json")
    assert (answer.status_code, answer.json()["problem"]) == (400, "malformed")
    assert answer.json()["reason"].startswith("events[1].id")
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_a_form_is_no_batch(client, enrolment, content_type):
    client.force_login(enrolment.learner)
    assert client.post(SYNC, b"a=1", content_type=content_type).status_code == 400


def test_the_name_on_the_device_tells_nothing(enrolment):
    name = device_name_of(enrolment.learner)
    assert name != device_name_of(UserFactory())
    assert len(name) == 22
    assert enrolment.learner.email not in name
