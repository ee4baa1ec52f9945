import pytest
from django.template.loader import render_to_string

from courses.assessments.errors import CannotBeAsked
from courses.assessments.models import Question
from courses.assessments.trials import answer_in
from tests.factories.assessments import QuestionFactory, choice_task, task_of

HGVS = {"coordinate": "c", "reference": "ATGAAATTTGGGCCC", "cds_start": 1, "accession": "", "key": "c.6dup"}
OPTIONS = {"options": [{"id": "a", "text": "alpha"}, {"id": "b", "text": "beta"}]}


def trials(*answers):
    listed = [{"type": "trial", "value": {"answer": answer, "score": score}} for answer, score in answers]
    return Question.trials.field.to_python(listed)


def hgvs_question(*answers, **fields) -> Question:
    return Question(kind="hgvs", stem="What?", task=task_of("hgvs", HGVS), trials=trials(*answers), **fields)


@pytest.mark.parametrize(
    ("kind", "item", "written", "answer"),
    [
        ("multiple", OPTIONS, "alpha\n beta \n", ["a", "b"]),
        ("single", OPTIONS, "gamma", ["gamma"]),
        ("pedigree", {}, "Autosomal dominant\nxlr", ["AD", "XLR"]),
        ("ordering", {}, "one\ntwo", ["one", "two"]),
        ("matching", {}, "C = Collective benefit\nE=Ethics", {"C": "Collective benefit", "E": "Ethics"}),
        ("vcf", {"asks": [{"id": "x"}, {"id": "y"}]}, "SNV\n0.46", {"x": "SNV", "y": "0.46"}),
        ("hgvs", {}, " c.6dup ", "c.6dup"),
    ],
)
def test_a_written_answer_is_read_as_its_marker_takes_it(kind, item, written, answer):
    assert answer_in(kind, item, written) == answer


def test_trial_answers_that_earn_what_is_expected_hold_nothing_back():
    assert hgvs_question(("c.6dup", 1), ("c.4dup", 0.8), ("c.7dup", 0), ("c.9del", None)).problems() == {}


def test_each_trial_answer_that_flips_is_named_with_both_scores():
    told = hgvs_question(("c.4dup", 1), ("c.7dup", 0.5), ("c.6dup", 1)).problems()["trials"]
    assert "“c.4dup” should earn 1 and earns 0.80." in told
    assert "“c.7dup” should earn 0.50 and earns 0." in told
    assert "c.6dup" not in told


@pytest.mark.django_db
def test_a_question_whose_trial_answers_flip_is_not_published():
    question = QuestionFactory(live=False, trials=trials(("wrong answer", 1)))
    with pytest.raises(CannotBeAsked, match="“wrong answer” should earn 1"):
        question.save_revision(clean=False).publish()


def test_the_preview_shows_what_each_trial_answer_earns_and_why():
    question = hgvs_question(("c.4dup", 1), key="q")
    page = render_to_string("courses/assessments/question_preview.html", {"object": question})
    assert "earns 0.80, not 1" in page
    assert "most 3&#x27; one" in page


def test_trial_answers_of_an_unfinished_task_wait():
    question = Question(kind="single", stem="?", task=choice_task("single", correct=()), trials=trials(("alpha", 1)))
    assert list(question.problems()) == ["task"]
