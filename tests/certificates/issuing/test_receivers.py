from unittest.mock import patch

import pytest
from kombu.exceptions import OperationalError

from certificates.issuing import tasks
from certificates.issuing.models import Certificate
from courses.progress.services import mark_lesson_done
from tests.factories.issuing import NOW
from tests.factories.lessons import LessonPageFactory, course_with_lessons
from tests.factories.progress import enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def almost_done(client):
    """A course of one lesson, and somebody enrolled in it and signed in."""
    course = course_with_lessons(1)
    enrolment = enrolled(course)
    client.force_login(enrolment.learner)
    return enrolment, course.get_children().first().get_children().first().specific


def test_completing_a_course_opens_its_certificate_and_rings_for_the_worker(
    almost_done, django_capture_on_commit_callbacks
):
    enrolment, lesson = almost_done
    with patch.object(tasks.render_certificate, "delay") as rung, django_capture_on_commit_callbacks(execute=True):
        mark_lesson_done(enrolment, lesson, now=NOW)
        assert not Certificate.objects.exists()
    rung.assert_called_once_with(Certificate.objects.get(completion__enrolment=enrolment).pk)


def test_a_broker_that_is_down_does_not_fail_the_learners_request(
    almost_done, client, django_capture_on_commit_callbacks
):
    enrolment, lesson = almost_done
    broken = patch.object(tasks.render_certificate, "delay", side_effect=OperationalError("no broker"))
    with broken, django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/my/lessons/{lesson.pk}/done")
    assert response.status_code == 302
    assert Certificate.objects.get(completion__enrolment=enrolment).state == Certificate.State.WAITING


def test_a_lesson_that_completes_nothing_opens_nothing(almost_done, django_capture_on_commit_callbacks):
    _enrolment, lesson = almost_done
    LessonPageFactory(parent=lesson.get_parent())
    other = enrolled(lesson.get_parent().get_parent().specific)
    with patch.object(tasks.render_certificate, "delay") as rung, django_capture_on_commit_callbacks(execute=True):
        mark_lesson_done(other, lesson, now=NOW)
    rung.assert_not_called()
