"""What an author says to an answer may cite the library: the marked quiz numbers its sources and lists them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.assessments.errors import CannotBeAsked
from courses.assessments.models import Question
from courses.lessons.models import Reference
from tests.factories.assessments import QuestionFactory, quiz_with_questions
from tests.factories.lessons import course_with_lessons
from tests.factories.progress import enrolled, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def references():
    return [
        Reference.objects.create(key=key, authors=authors, year=2015, title="On variants", source="J 1:1", doi="")
        for key, authors in (("richards2015", "Richards S"), ("aziz2015", "Aziz <N>"))
    ]


def test_citations_are_numbered_links_to_a_list_at_the_end(client, references):
    quiz = quiz_with_questions(2, module=course_with_lessons(1).get_children().first().specific)
    first, second = Question.objects.order_by("pk")
    enrolment = enrolled(quiz.get_parent().get_parent().specific)
    client.force_login(enrolment.learner)
    attempt = take_quiz(enrolment, quiz, {})
    path = reverse("attempt", args=[attempt.pk])
    client.get(path)  # which caches what every page needs
    with CaptureQueriesContext(connection) as without:
        page = client.get(path).content.decode()
    assert 'class="references"' not in page
    Question.objects.filter(pk=first.pk).update(feedback_wrong="Not so <b> [@aziz2015].")
    Question.objects.filter(pk=second.pk).update(feedback_wrong="See [@richards2015; @aziz2015].")
    with CaptureQueriesContext(connection) as cited:
        page = client.get(path).content.decode()
    assert len(cited) == len(without) + 1
    assert 'Not so &lt;b&gt; <a href="#ref-1">[1]</a>.' in page
    assert '<a href="#ref-2">[2]</a> <a href="#ref-1">[1]</a>' in page
    listed = page[page.index('class="references"') :]
    assert listed.index("Aziz &lt;N&gt;") < listed.index("Richards S")


def test_an_unknown_key_keeps_a_question_from_being_published(references):
    question = QuestionFactory(feedback_right="As [@richards2015] says.", feedback_wrong="See [@ghost2020].")
    assert list(question.problems()) == ["feedback_wrong"]
    with pytest.raises(CannotBeAsked, match="ghost2020"):
        question.save_revision().publish()
    question.feedback_wrong = "See [@aziz2015]."
    question.save_revision().publish()


def test_the_preview_shows_the_sources(references):
    question = QuestionFactory(feedback_right="As [@richards2015] says.")
    page = question.make_preview_request().render().content.decode()
    assert 'As <a href="#ref-1">[1]</a> says.' in page
    assert "Richards S" in page
