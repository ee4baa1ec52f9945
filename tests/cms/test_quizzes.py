"""What the editor of a quiz refuses, as an author is told it."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.assessments.models import QuizPage
from tests.factories.assessments import QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(own):
    own.quiz.quiz_questions.all().delete()
    return own.quiz


def publish(client, own, asked: list[tuple[int, str]], pools: list[tuple[str, int]]) -> str:
    """Publish the quiz from its editor and return the page that answers. asked: (points, pool); pools: (name, draws)."""
    questions = [
        {"question": QuestionFactory(course=own.course, points=points).pk, "pool": pool, "ORDER": n}
        for n, (points, pool) in enumerate(asked)
    ]
    data = nested_form_data(
        {
            "title": own.quiz.title,
            "intro": "",
            "minutes": 5,
            "is_graded": "on",
            "feedback": "at-once",
            "quiz_questions": inline_formset(questions),
            "pools": inline_formset([{"name": name, "draws": draws} for name, draws in pools]),
            "comments": inline_formset([]),
            "action-publish": "action-publish",
        }
    )
    return client.post(reverse("wagtailadmin_pages:edit", args=[own.quiz.pk]), data, follow=True).content.decode()


def test_a_quiz_that_draws_from_a_pool_is_published(editor, own, quiz):
    publish(editor, own, [(1, ""), (2, "cases"), (2, "cases")], [("cases", 1)])
    quiz = QuizPage.objects.get(pk=quiz.pk)
    assert [(pool.name, pool.draws) for pool in quiz.pools.all()] == [("cases", 1)]
    assert [use.pool for use in quiz.quiz_questions.all()] == ["", "cases", "cases"]


@pytest.mark.parametrize(
    ("asked", "pools", "words"),
    [
        ([(1, "typo")], [("cases", 1)], "There is no pool of this name."),
        ([(1, "cases")], [("cases", 2)], "The pool holds 1 question. Draw at most as many."),
        ([(1, ""), (1, "")], [("cases", 1)], "The pool holds 0 questions. Draw at most as many."),
        ([(1, "cases"), (2, "cases")], [("cases", 1)], "Its questions are worth different points"),
    ],
)
def test_a_pool_that_cannot_be_drawn_from_fairly_is_refused_whole(editor, own, quiz, asked, pools, words):
    assert words in publish(editor, own, asked, pools)
    assert not QuizPage.objects.get(pk=quiz.pk).quiz_questions.exists()
