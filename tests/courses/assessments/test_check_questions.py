from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.assessments.rules import acmg
from tests.factories.assessments import TASKS, QuestionFactory, task_of

pytestmark = pytest.mark.django_db


def test_what_a_changed_rule_flips_is_listed_and_nothing_else(monkeypatch):
    QuestionFactory()
    QuestionFactory(key="flips", task=task_of("acmg", TASKS["acmg"]))
    QuestionFactory(key="draft", live=False, task=task_of("acmg", {**TASKS["acmg"], "answer": "Benign"}))
    out = StringIO()
    call_command("check_questions", stdout=out)
    assert "Every published question" in out.getvalue()
    monkeypatch.setattr(acmg, "_class_by_table", lambda pathogenic, benign: acmg.PATHOGENIC)
    out = StringIO()
    with pytest.raises(CommandError, match="expect: 1"):
        call_command("check_questions", stdout=out)
    [line] = out.getvalue().splitlines()
    assert "flips (en): What you hold right is not marked as right" in line
