import pytest

from courses.assessments import rules
from courses.assessments.models import Question
from courses.assessments.reviews import review_of
from courses.assessments.rules import key_of
from tests.factories.assessments import TASKS, choice_task, task_of


def item_of(kind: str, **changed) -> dict:
    return Question(task=task_of(kind, {**TASKS[kind], **changed})).item


def test_an_option_is_shown_chosen_and_correct_with_what_is_said_of_it():
    item = Question(task=choice_task("single", "right answer", "wrong answer", correct=(0,))).item
    right, wrong = review_of("single", item, ["wrong"]).options
    assert (right.is_correct, right.is_chosen, wrong.is_correct, wrong.is_chosen) == (True, False, False, True)
    assert wrong.feedback == "Said of wrong answer."


def test_reasons_teach_which_rule_was_missed():
    review = review_of("hgvs", item_of("hgvs"), "c.4dup")
    assert (review.given, review.right) == ("c.4dup", "c.6dup")
    assert any("3' rule" in reason for reason in review.reasons)


def test_parts_are_shown_one_by_one():
    review = review_of("matching", item_of("matching"), {"C": "Ethics"})
    assert [(part.prompt, part.given, part.right, part.is_right) for part in review.parts] == [
        ("C", "Ethics", "Collective", False),
        ("E", "", "Ethics", False),
    ]


def test_a_number_is_shown_as_a_person_writes_it_with_its_unit():
    assert review_of("numeric", item_of("numeric", answer=1.25e-05), "1").right == "0.0000125 mg"
    assert review_of("numeric", item_of("numeric", answer=50.0, unit=""), "1").right == "50"


@pytest.mark.parametrize("kind", TASKS)
def test_an_attempt_can_be_looked_at_when_its_item_can_no_longer_be_marked(kind, monkeypatch):
    def gone(*_given):
        raise rules.UnusableItem("there is no such edition any more")

    item = item_of(kind)
    monkeypatch.setattr(rules, "mark", gone)
    review = review_of(kind, item, key_of(kind, item))
    assert review.reasons == ()
    assert review.options or review.parts or review.right
