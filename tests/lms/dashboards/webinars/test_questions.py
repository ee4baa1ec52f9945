"""What a webinar's organisers see and make of the questions to its speakers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.webinars.models import Vote
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.webinars import dated_webinar, question_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar(settings, client):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    organiser = InstructorFactory()
    client.force_login(organiser)
    webinar = dated_webinar()
    webinar.organisers.add(organiser)
    return webinar


def path(webinar, more=""):
    return f"/teach/webinars/{webinar.pk}/questions/{more}"


def page(client, webinar, more=""):
    return client.get(path(webinar, more)).content.decode()


def send(client, question, **data):
    return client.post(path(question.webinar, question.pk), data, follow=True).content.decode()


def test_open_questions_go_by_votes_and_say_nobodys_name(client, webinar):
    question_to(webinar, "First?", person=UserFactory(name="Learner One"))
    wanted = question_to(webinar, "Wanted?")
    Vote.objects.create(question=wanted, registration=question_to(webinar, "Third?").registration)
    text = page(client, webinar)
    assert text.index("Wanted?") < text.index("First?") < text.index("Third?")
    assert "1 vote<" in text
    assert "Learner One" not in text
    assert f'href="{path(webinar)}"' in client.get(f"/teach/webinars/{webinar.pk}/").content.decode()


def test_a_question_is_answered_put_back_and_hidden_with_a_reason(client, webinar):
    question = question_to(webinar)
    send(client, question, to="answered", words="BRCA1.")
    question.refresh_from_db()
    assert (question.answered_at is not None, question.answer) == (True, "BRCA1.")
    send(client, question, to="open")
    question.refresh_from_db()
    assert question.answered_at is None
    assert "Say in at most 200 characters why" in send(client, question, to="hidden", words="")
    assert "Say in at most 200 characters why" in send(client, question, to="hidden", words="x" * 201)
    assert "An answer has at most 600 characters." in send(client, question, to="answered", words="x" * 601)
    assert "Off the subject." in send(client, question, to="hidden", words="Off the subject.")
    question.refresh_from_db()
    assert question.hidden_reason == "Off the subject."


def test_a_question_of_another_webinar_is_not_found(client, webinar):
    elsewhere = question_to(dated_webinar())
    assert client.post(path(webinar, elsewhere.pk), {"to": "answered"}).status_code == 404
    assert client.post(path(elsewhere.webinar, elsewhere.pk), {"to": "answered"}).status_code == 404


def test_it_reloads_itself_only_when_asked_to_and_stays_so(client, webinar):
    question = question_to(webinar)
    refresh, script = '<noscript><meta http-equiv="refresh" content="20"></noscript>', "bundles/asked.js"
    assert refresh not in page(client, webinar)
    assert script not in page(client, webinar)
    text = send(client, question, to="answered", live="1")
    assert refresh in text
    assert script in text


def test_the_list_is_sent_again_only_when_something_has_changed(client, webinar):
    question = question_to(webinar)
    first = client.get(path(webinar, "list"))
    tag = first["ETag"]
    assert "<html" not in first.content.decode()
    assert tag.strip('"') in page(client, webinar, "?live=1")
    assert client.get(path(webinar, "list"), headers={"If-None-Match": tag}).status_code == 304
    for change in (
        lambda: question_to(webinar, "And?"),
        lambda: Vote.objects.create(question=question, registration=question_to(webinar, "Or?").registration),
        lambda: send(client, question, to="answered"),
        lambda: send(client, question, to="answered", words="BRCA1."),
        lambda: send(client, question, to="hidden", words="Off the subject."),
        lambda: send(client, question, to="open"),
    ):
        change()
        answer = client.get(path(webinar, "list"), headers={"If-None-Match": tag})
        assert answer.status_code == 200
        tag = answer["ETag"]


def test_two_questions_cost_as_many_queries_as_twenty(client, webinar):
    def asked():
        with CaptureQueriesContext(connection) as found:
            page(client, webinar)
        return len(found)

    for number in range(20):
        question_to(webinar, f"{number}?")
        if number == 1:
            asked()
            few = asked()
    assert asked() == few
