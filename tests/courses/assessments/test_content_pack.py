"""Every question of the built-in courses, from its file through the editor's block and the form to its mark."""

import itertools
import json
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
import yaml
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from courses.assessments.exchange import task_in_files
from courses.assessments.forms import QuizForm
from courses.assessments.models import Question
from courses.assessments.reviews import review_of
from courses.assessments.rules import key_of, mark
from tests.services import ROOT

SOURCES = [
    source
    for path in sorted(Path(ROOT, "lms/operations/content/courses").rglob("quiz.yaml"))
    for source in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
    if source["type"] in Question.ANSWERABLE
]
every_question = pytest.mark.parametrize("source", SOURCES, ids=[source["id"] for source in SOURCES])


def question_of(source: dict) -> Question:
    """Return a question as the loader makes it, not stored."""
    task = task_in_files(source, lambda part: str(uuid5(NAMESPACE_URL, f"{source['id']}/{part}")))
    return Question(
        pk=7,
        translation_key=uuid5(NAMESPACE_URL, source["id"]),
        key=source["id"],
        kind=source["type"],
        stem=source["stem"],
        task=json.dumps(task),
    )


def posted(question: Question, answer) -> MultiValueDict:
    """Return what a browser sends for an answer to the only question of a form."""
    data = MultiValueDict()
    field = QuizForm([question]).fields["q7"]
    match question.kind:
        case "matching":
            values = [answer.get(left, "") for left in field.prompts]
        case "ordering":
            values = [str(answer.index(thing) + 1) for thing in field.prompts]
        case "vcf":
            values = [str(answer.get(name, "")) for name in field.names]
        case "single" | "multiple" | "pedigree" | "hpo":
            data.setlist("q7", list(answer))
            return data
        case _:
            data["q7"] = str(answer).lower() if isinstance(answer, bool) else str(answer)
            return data
    for number, value in enumerate(values):
        data[f"q7_{number}"] = value
    return data


def score_of(question: Question, data: MultiValueDict) -> float:
    form = QuizForm([question], data)
    assert form.is_valid(), form.errors
    answer = form.answers.get(7)
    json.dumps(answer)
    return mark(question.kind, question.item, answer).score if answer else 0.0


def wrong_answers(kind: str, item: dict, key) -> list:
    """Return three answers that are not fully right, the empty one among them where there are no more."""
    match kind:
        case "single":
            return [[option["id"]] for option in item["options"] if not option["is_correct"]][:3]
        case "multiple":
            ids = [option["id"] for option in item["options"]]
            return [key[:-1], ids, ids[:1] if ids[:1] != key else ids[-1:]]
        case "true_false":
            return [not key]
        case "matching":
            rights = [*key.values(), *item["distractors"]]
            shifted = dict(zip(key, rights[1:] + rights[:1], strict=False))
            return [shifted, {}, dict.fromkeys(key, rights[0])]
        case "ordering":
            return list(map(list, itertools.islice(itertools.permutations(key), 1, 4)))
        case "vcf":
            return [{}, dict(itertools.islice(key.items(), 1)), dict(itertools.islice(key.items(), 1, 3))]
        case "pedigree":
            return [["YL"] if key != ["YL"] else ["MT"], ["AD", "AR", "XLD", "XLR", "YL", "MT"], []]
        case "numeric":
            return [key * 2 + 1, -key, "many"]
        case "acmg":
            classes = ("Benign", "Likely benign", "Uncertain significance", "Likely pathogenic", "Pathogenic")
            return [name for name in classes if name != key][:3]
    return ["", "something else", "0" * 2000]


@every_question
def test_the_key_is_proven(source):
    assert question_of(source).problems() == {}


@every_question
def test_the_right_answer_earns_everything_and_three_others_less(source):
    question = question_of(source)
    item = question.item
    key = key_of(question.kind, item)
    assert score_of(question, posted(question, key)) == 1
    for answer in wrong_answers(question.kind, item, key):
        assert score_of(question, posted(question, answer)) < 1


@every_question
def test_nothing_that_is_sent_before_handing_in_gives_the_key_away(source):
    question = question_of(source)
    [asked] = QuizForm([question]).asked()
    html = render_to_string("courses/assessments/question.html", {"asked": asked, "number": 1, "total": 1})
    assert "is_correct" not in html
    assert "checked" not in html
    assert "selected" not in html.replace('value="" selected', "")
    for said in source["feedback"].values():
        assert said not in html
    if question.kind in ("hgvs", "diplotype", "short_text"):
        assert str(key_of(question.kind, question.item)) not in html
    if question.kind == "ordering":
        places = [html.index(f">{thing}<") for thing in source["items"]]
        assert places != sorted(places)


@every_question
def test_what_is_marked_can_be_shown(source):
    question = question_of(source)
    item = question.item
    for answer in (key_of(question.kind, item), [], *wrong_answers(question.kind, item, key_of(question.kind, item))):
        form = QuizForm([question], posted(question, answer)) if answer else None
        given = form.answers.get(7, []) if form and form.is_valid() else []
        review = review_of(question.kind, item, given)
        assert render_to_string(review.template, {"review": review}).strip()
