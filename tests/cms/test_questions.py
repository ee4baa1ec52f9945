"""The question bank in the editor: who may work on which question, and what is kept from learners."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.blocks.base import get_error_json_data
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from courses.assessments.models import Question
from tests.factories.assessments import QuestionFactory

pytestmark = pytest.mark.django_db

QUESTIONS = "wagtailsnippets_assessments_question"


def listed(values: list) -> dict:
    """Return what the editor sends for a list of blocks."""
    items = {str(n): {"value": value, "order": str(n), "deleted": ""} for n, value in enumerate(values)}
    return {**items, "count": str(len(values))}


def question_data(course, *, kind: str = "single", correct: tuple[int, ...] = (0,), **more) -> dict:
    options = [
        {"text": text, "feedback": "", **({"is_correct": "on"} if number in correct else {})}
        for number, text in enumerate(("alpha", "beta", "gamma"))
    ]
    credit = {"partial_credit": "all-or-nothing"} if kind == "multiple" else {}
    task = [(kind, {"options": listed(options), **credit})]
    return nested_form_data(
        {
            "key": "own-q1",
            "course": course.pk,
            "points": 1,
            "stem": "Which one?",
            "task": streamfield(task),
            "trials": streamfield([]),
            "feedback_right": "",
            "feedback_wrong": "",
            "objective_key": "",
            **more,
        }
    )


def add(client, course, **more):
    return client.post(reverse(f"{QUESTIONS}:add"), question_data(course, **more))


def edit(client, question, course, **more):
    return client.post(reverse(f"{QUESTIONS}:edit", args=[question.pk]), question_data(course, **more))


def assert_refused(response) -> None:
    assert response.status_code == 302
    assert response["Location"] == "/cms/"


def test_an_instructor_writes_a_question_an_editor_approves_it_and_it_is_asked(instructor, editor, own):
    add(instructor, own.course, **{"action-submit": "1"})
    question = Question.objects.get(key="own-q1")
    assert not question.live
    task = question.current_workflow_state.current_task_state
    assert "1 page or question waits for your review" in editor.get("/cms/").content.decode()
    editor.post(reverse(f"{QUESTIONS}:workflow_action", args=[question.pk, "approve", task.pk]))
    question.refresh_from_db()
    assert question.live


def test_an_instructor_cannot_publish_a_question(instructor, own, draft_question):
    edit(instructor, draft_question, own.course, **{"action-publish": "1"})
    instructor.post(reverse(f"{QUESTIONS}:unpublish", args=[own.question.pk]))
    draft_question.refresh_from_db()
    own.question.refresh_from_db()
    assert (draft_question.live, own.question.live) == (False, True)


def errors_told(answer) -> dict:
    """Return field -> what the editor shows at it: for a task, as the editor's script gets it."""
    errors = answer.context["form"].errors
    return {field: [get_error_json_data(error) for error in errors[field].as_data()] for field in errors}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"correct": (0, 1)}, "Exactly one option can be correct, but these are marked: “alpha”, “beta”"),
        ({"correct": ()}, "No option is marked as correct"),
        ({"kind": "multiple", "correct": (0, 1, 2)}, "Every option is marked as correct"),
        ({"stem": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_an_unfinished_question_is_not_submitted_and_says_why(instructor, own, more, words):
    answer = add(instructor, own.course, **more, **{"action-submit": "1"})
    assert words in json.dumps(errors_told(answer), ensure_ascii=False)
    assert not Question.objects.filter(key="own-q1").exists()


TERM = {"id": "HP:0000001", "label": "All", "parents": ""}


@pytest.mark.parametrize(
    ("task", "steps"),
    [
        (
            ("single", {"options": listed([{"text": "alpha"}, {"text": "alpha", "is_correct": "on"}])}),
            ["options", 1, "text"],
        ),
        (
            (
                "diplotype",
                {
                    "gene": "CYP2C19",
                    "first_allele": "*1",
                    "second_allele": "*999",
                    "edition": "2025-11-05",
                    "answer": "Normal metabolizer",
                },
            ),
            ["second_allele"],
        ),
        (
            (
                "hpo",
                {
                    "terms": listed([TERM, {**TERM, "id": "HP:0000002", "parents": "HP:0000002"}]),
                    "key": "HP:0000001",
                    "edition": "2025-01-16",
                },
            ),
            ["terms", 1, "parents"],
        ),
    ],
)
def test_what_is_wrong_stands_at_the_field_that_is_wrong(instructor, own, task, steps):
    answer = add(instructor, own.course, task=streamfield([task]), **{"action-submit": "1"})
    [error] = errors_told(answer)["task"]
    for step in [0, *steps]:
        error = error["blockErrors"][step]
    assert len(error["messages"]) == 1


def test_a_draft_may_be_unfinished(instructor, own):
    assert add(instructor, own.course, correct=()).status_code == 302
    assert not Question.objects.get(key="own-q1").live


def test_a_draft_that_became_unfit_in_review_is_not_approved(instructor, editor, own):
    add(instructor, own.course, **{"action-submit": "1"})
    question = Question.objects.get(key="own-q1")
    task = question.current_workflow_state.current_task_state
    edit(editor, question, own.course, correct=())  # a draft saved during review
    answer = editor.post(reverse(f"{QUESTIONS}:workflow_action", args=[question.pk, "approve", task.pk]), follow=True)
    assert "No option is marked as correct" in answer.content.decode()
    question.refresh_from_db()
    assert not question.live


def test_another_courses_questions_are_refused_on_every_way_in(instructor, own, other):
    pk = other.question.pk
    for name in ("edit", "history", "usage", "delete", "unpublish", "workflow_history", "preview_on_edit"):
        assert_refused(instructor.get(reverse(f"{QUESTIONS}:{name}", args=[pk])))
    revision = other.question.latest_revision_id
    for name in ("revisions_view", "revisions_revert"):
        assert_refused(instructor.get(reverse(f"{QUESTIONS}:{name}", args=[pk, revision])))
    assert_refused(instructor.get(reverse(f"{QUESTIONS}:revisions_compare", args=[pk, "earliest", "latest"])))
    assert_refused(edit(instructor, other.question, own.course))
    other.question.refresh_from_db()
    assert other.question.course == other.course


def test_a_question_cannot_be_given_to_another_course(instructor, own, other):
    answer = edit(instructor, own.question, other.course)
    assert answer.status_code == 200
    own.question.refresh_from_db()
    assert own.question.get_latest_revision_as_object().course == own.course


def test_list_and_chooser_hold_the_own_courses_questions(instructor, editor, own, other):
    for address in (reverse(f"{QUESTIONS}:list"), reverse("wagtailsnippetchoosers_assessments_question:choose")):
        listed = instructor.get(address).content.decode()
        assert own.question.key in listed
        assert other.question.key not in listed
        assert other.question.key in editor.get(address).content.decode()


def test_the_list_takes_the_same_number_of_queries_for_2_questions_and_20(instructor, own):
    address = reverse(f"{QUESTIONS}:list")
    QuestionFactory(course=own.course)
    instructor.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        instructor.get(address)
    QuestionFactory.create_batch(18, course=own.course)
    with CaptureQueriesContext(connection) as many:
        instructor.get(address)
    assert len(many) <= len(few)


def quiz_data(*questions) -> dict:
    return nested_form_data(
        {
            "title": "Quiz",
            "intro": "",
            "minutes": 5,
            "feedback": "at-once",
            "pools": inline_formset([]),
            "quiz_questions": inline_formset([{"question": question.pk} for question in questions]),
            "comments": inline_formset([]),
        }
    )


def test_a_quiz_asks_only_questions_of_its_course_each_once(instructor, own, other):
    address = reverse("wagtailadmin_pages:edit", args=[own.quiz.pk])
    answer = instructor.post(address, quiz_data(other.question))
    assert "belongs to another course" in answer.content.decode()
    answer = instructor.post(address, quiz_data(own.question, own.question))
    assert "already in the quiz" in answer.content.decode()
    assert instructor.post(address, quiz_data(own.question)).status_code == 302


def test_a_question_is_previewed_as_learners_meet_it(instructor, own):
    address = reverse(f"{QUESTIONS}:preview_on_edit", args=[own.question.pk])
    instructor.post(address, question_data(own.course, stem="Not saved yet?"))
    preview = instructor.get(f"{address}?in_preview_panel=true").content.decode()
    assert "Not saved yet?" in preview
    assert "alpha" in preview
    assert "bundles/quiz.css" in preview


def test_a_new_question_is_previewed_with_what_it_still_needs(instructor, own):
    address = reverse(f"{QUESTIONS}:preview_on_add")
    instructor.post(address, question_data(own.course, correct=()))
    assert "No option is marked as correct" in instructor.get(address).content.decode()
