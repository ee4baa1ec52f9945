"""What a learner says to a mark: filed from the marked page, decided by the course's team, told by mail."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from courses.assessments.errors import AlreadyDecided, CannotBeAppealed
from courses.assessments.models import Appeal, QuizPage, Response
from courses.assessments.services import decline_appeal, file_appeal
from courses.assessments.services.appeals import MOST_OPEN
from lms.mail.models import OutgoingMail
from tests.factories.accounts import InstructorFactory, UserFactory
from tests.factories.progress import NOW, enrolled, right_answers, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(module):
    return enrolled(module.get_parent().specific, UserFactory(name="Amara Diallo"))


@pytest.fixture
def attempt(client, enrolment, quiz):
    """An attempt with its first question right and its second wrong; its learner is signed in."""
    client.force_login(enrolment.learner)
    first, second = right_answers(quiz)
    return take_quiz(enrolment, quiz, {first: ["right"], second: ["wrong"]})


def wrong_one(attempt) -> Response:
    return attempt.responses.get(score_fraction=0)


def text_of(answer) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def page_of(client, attempt) -> str:
    return client.get(reverse("attempt", args=[attempt.pk])).content.decode()


def send(client, response, text="Both are accepted since 2015."):
    return client.post(reverse("appeal", args=[response.pk]), {"text": text}, follow=True)


def test_an_answer_that_lacks_points_can_be_appealed_and_only_such_a_one(client, attempt):
    assert page_of(client, attempt).count('data-action="appeal"') == 1
    answer = send(client, wrong_one(attempt))
    assert answer.redirect_chain[-1][0].endswith("#question-2")
    assert "The course’s team has not decided yet." in text_of(answer)
    assert "Both are accepted since 2015." in text_of(answer)
    assert 'data-action="appeal"' not in answer.content.decode()
    assert Appeal.objects.get().response == wrong_one(attempt)
    right = attempt.responses.get(score_fraction=1)
    assert "nothing to gain" in text_of(send(client, right))
    assert Appeal.objects.count() == 1


def test_what_was_left_open_is_not_right(client, enrolment, quiz, attempt):
    left_open = take_quiz(enrolment, quiz, {})
    assert 'data-action="appeal"' not in page_of(client, left_open)
    assert "nothing to gain" in text_of(send(client, left_open.responses.first()))


def test_the_form_carries_its_token(attempt):
    client = Client(enforce_csrf_checks=True)
    client.force_login(attempt.enrolment.learner)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page_of(client, attempt))[1]
    data = {"text": "", "csrfmiddlewaretoken": token}
    assert client.post(reverse("appeal", args=[wrong_one(attempt).pk]), data).status_code == 302
    assert Appeal.objects.exists()


def test_an_appeal_is_filed_once_and_needs_no_words(client, attempt):
    send(client, wrong_one(attempt), "")
    assert "already" in text_of(send(client, wrong_one(attempt), "Once more."))
    assert Appeal.objects.get().text == ""


def test_a_text_that_is_too_long_is_refused_and_kept(client, attempt):
    answer = send(client, wrong_one(attempt), "x" * 1001)
    assert "at most 1000 characters" in text_of(answer)
    assert "x" * 1001 in answer.content.decode()
    assert not Appeal.objects.exists()


def test_where_reasons_are_not_shown_yet_nothing_can_be_appealed(client, attempt, quiz):
    QuizPage.objects.filter(pk=quiz.pk).update(feedback=QuizPage.Feedback.WHEN_OVER)
    assert 'data-action="appeal"' not in page_of(client, attempt)
    send(client, wrong_one(attempt))
    assert not Appeal.objects.exists()


def test_a_learner_has_a_few_open_appeals_at_most(enrolment, quiz):
    wrong = {question: ["wrong"] for question in right_answers(quiz)}
    for _n in range(MOST_OPEN):
        response = take_quiz(enrolment, quiz, wrong).responses.first()
        file_appeal(response, by=enrolment.learner, text="", now=NOW)
    response = take_quiz(enrolment, quiz, wrong).responses.first()
    with pytest.raises(CannotBeAppealed, match="20 of your appeals are still open"):
        file_appeal(response, by=enrolment.learner, text="", now=NOW)


def test_the_learner_is_told_by_mail_and_on_the_marked_page(client, attempt, enrolment):
    enrolment.learner.language = "fr"
    enrolment.learner.save()
    send(client, wrong_one(attempt))
    decline_appeal(Appeal.objects.get(), answer="The <guideline> says so.", by=InstructorFactory(), now=NOW)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.language) == (enrolment.learner.email, "fr")
    assert "The <guideline> says so." in mail.text
    assert f"/fr/my/attempts/{attempt.pk}/#question-2" in mail.text
    page = page_of(client, attempt)
    assert "the mark stays" in page
    assert "The &lt;guideline&gt; says so." in page


def test_an_appeal_is_decided_once(client, attempt):
    send(client, wrong_one(attempt))
    appeal = Appeal.objects.get()
    decline_appeal(appeal, answer="No.", by=InstructorFactory(), now=NOW)
    with pytest.raises(AlreadyDecided):
        decline_appeal(appeal, answer="Yes.", by=InstructorFactory(), now=NOW)
    assert Appeal.objects.get().answer == "No."
    assert OutgoingMail.objects.count() == 1


def test_nobody_appeals_against_an_answer_of_somebody_else(client, attempt):
    client.force_login(UserFactory())
    assert client.post(reverse("appeal", args=[wrong_one(attempt).pk])).status_code == 404
