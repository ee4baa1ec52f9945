import pytest
from django.contrib import messages
from django.urls import reverse

from courses.offline.queries import device_name_of
from tests.factories.assessments import quiz_with_questions

pytestmark = pytest.mark.django_db


def kept_for(client, address: str) -> str | None:
    return client.get(address).headers.get("Kept-For")


def test_a_device_may_keep_pages_of_whoever_is_signed_in(client, course, lesson, learner):
    owner = device_name_of(learner)
    assert kept_for(client, course.url) == kept_for(client, reverse("my_learning")) == owner
    assert kept_for(client, lesson.url) == f"{owner}; step"
    assert "data-keep" in client.get(course.url).content.decode()


def test_nothing_is_kept_of_a_stranger_and_no_page_that_does_not_say_so(client, course, learner):
    assert kept_for(client, reverse("profile")) is None
    client.logout()
    assert kept_for(client, course.url) is None


def test_a_page_with_a_message_is_shown_once(client, course, learner):
    client.post(reverse("withdraw", args=[course.pk]))
    answer = client.get(course.url)
    assert list(messages.get_messages(answer.wsgi_request))
    assert "Kept-For" not in answer.headers
    assert kept_for(client, course.url)


@pytest.mark.parametrize(("minutes", "is_kept"), [(None, True), (5, False)])
def test_a_quiz_against_the_clock_is_not_kept(client, course, learner, minutes, is_kept):
    quiz = quiz_with_questions(1, module=course.get_children().first(), time_limit_minutes=minutes)
    if minutes:
        client.post(reverse("begin_quiz", args=[quiz.pk]))
        list(messages.get_messages(client.get(quiz.url).wsgi_request))
    assert "data-quiz" in client.get(quiz.url).content.decode()
    assert bool(kept_for(client, quiz.url)) is is_kept


def test_a_page_with_a_form_is_not_sent_again_as_long_as_it_is_the_same(client, lesson, learner):
    client.get(lesson.url)
    first = client.get(lesson.url)
    assert 'name="csrfmiddlewaretoken"' in first.content.decode()
    assert client.get(lesson.url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
