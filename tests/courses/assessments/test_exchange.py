import json
from importlib import import_module

import pytest
from django.apps import apps

from courses.assessments.exchange import former_options, former_task
from courses.assessments.models import Question
from tests.factories.assessments import QuestionFactory

OPTIONS = [
    {"type": "option", "id": "one", "value": {"text": "alpha", "is_correct": True, "feedback": "Yes."}},
    {"type": "option", "id": "two", "value": {"text": "beta", "is_correct": False, "feedback": ""}},
]
FORMER = {"kind": "single", "key": "q", "options": json.dumps(OPTIONS), "source": {}}


def test_options_keep_their_ids_on_the_way_there_and_back():
    task = former_task(FORMER)
    assert [option["id"] for option in task[0]["value"]["options"]] == ["one", "two"]
    assert former_options(task) == OPTIONS


def test_a_kind_that_was_kept_as_loaded_becomes_a_task():
    content = {
        "kind": "numeric",
        "key": "q",
        "options": "[]",
        "source": {"type": "numeric", "answer": 2, "tolerance": 0},
    }
    [block] = former_task(content)
    assert (block["type"], block["value"]) == ("numeric", {"answer": 2, "tolerance": 0})


def test_a_draft_without_options_has_no_task_yet():
    assert former_task({**FORMER, "options": "[]"}) == []


@pytest.mark.django_db
def test_a_revision_from_before_is_read_as_a_task():
    question = QuestionFactory()
    revision = question.save_revision()
    content = {name: value for name, value in revision.content.items() if name != "task"}
    content["options"] = json.dumps(OPTIONS)
    revision.content = content
    revision.save()
    was = question.get_latest_revision_as_object()
    assert [option["id"] for option in was.item["options"]] == ["one", "two"]
    assert was.problems() == {}


@pytest.mark.django_db
def test_rows_are_carried_over_twice_with_the_same_result_and_back():
    migration = import_module("courses.assessments.migrations.0005_carry_options_into_tasks")
    question = QuestionFactory(task=[], options=json.dumps(OPTIONS))
    for _run in range(2):
        migration.carry_into_tasks(apps, None)
        question = Question.objects.get()
        assert [option["id"] for option in question.item["options"]] == ["one", "two"]
    Question.objects.update(options="[]")
    migration.carry_back_into_options(apps, None)
    assert [str(option.id) for option in Question.objects.get().options] == ["one", "two"]
