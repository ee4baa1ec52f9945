import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from courses.assessments.management.commands import mark_answers
from tests.services import ROOT

RIGHT = {"type": "true_false", "item": {"answer": True}, "answer": True}
WRONG = RIGHT | {"answer": False}
DUP = {
    "type": "hgvs",
    "item": {"reference": "ATGAAATTTGGGCCC", "coordinate": "c", "cds_start": 1, "accession": "", "key": "c.6dup"},
    "answer": "c.4dup",
}


@pytest.fixture
def mark_file(tmp_path):
    """A function from lines (objects, text or bytes) to what is answered and the status."""

    def mark_file(*lines, between=b"\n", before=b"", after=b"\n"):
        raw = [
            line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
            for line in lines
        ]
        path = tmp_path / "bank.jsonl"
        path.write_bytes(before + between.join(raw) + after)
        out, err, status = StringIO(), StringIO(), 0
        try:
            call_command("mark_answers", str(path), stdout=out, stderr=err)
        except CommandError as error:
            status = error.returncode
        return [json.loads(line) for line in out.getvalue().splitlines()], status

    return mark_file


def test_answers_come_in_the_order_of_the_lines(mark_file):
    answered, status = mark_file(RIGHT, WRONG, RIGHT)
    assert status == 0
    assert [line["score"] for line in answered] == [1, 0, 1]
    assert all(set(line) == {"score", "reasons", "edition"} for line in answered)


def test_reasons_are_codes_each_followed_by_its_sentence(mark_file):
    [answered], _status = mark_file(DUP)
    assert answered["score"] == 0.8
    assert answered["reasons"][::2] == ["hgvs-three-prime", "hgvs-canonical"]
    assert answered["reasons"][1].startswith("The 3' rule:")
    assert answered["reasons"][3] == "The recommended description of this variant is c.6dup."


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("", "empty"),
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("[" * 100_000, "not JSON"),
        ('{"a": ' * 50_000, "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        ({"item": {}, "answer": 1}, "no type"),
        ({"type": "hgvs"}, "no item and no answer"),
        ({"type": "horoscope", "item": {}, "answer": ""}, "no kind of question called horoscope"),
        ({"type": 5, "item": {}, "answer": ""}, "type is not a text"),
        ({"type": "hgvs", "item": [], "answer": ""}, "item is not an object"),
        ({"type": "true_false", "item": {}, "answer": ""}, "answer is neither true nor false"),
        ('{"type": "numeric", "item": {"answer": NaN}, "answer": "1"}', "NaN"),
        ('{"type": "numeric", "item": {"answer": 1e999}, "answer": "1"}', "finite"),
        (DUP | {"item": DUP["item"] | {"key": "c.6insA"}}, "name both positions"),
        (b'{"type": "' + b"x" * mark_answers.LONGEST_LINE + b'"}', "longer than"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_still_marked(mark_file, line, error):
    answered, status = mark_file(RIGHT, line, WRONG)
    assert status == 1
    assert [answer.get("score") for answer in answered] == [1, None, 0]
    assert set(answered[1]) == {"error"}
    assert error in answered[1]["error"]


def test_a_fault_of_a_marker_costs_its_line_alone(mark_file, monkeypatch):
    def mark(kind, item, answer):
        raise RuntimeError("a fault")

    monkeypatch.setattr(mark_answers.rules, "mark", mark)
    answered, status = mark_file(RIGHT, RIGHT)
    assert status == 1
    assert [list(line) for line in answered] == [["error"], ["error"]]


@pytest.mark.parametrize(
    "form",
    [
        {"between": b"\r\n", "after": b"\r\n"},
        {"before": b"\xef\xbb\xbf"},
        {"after": b""},
        {"after": b"\n\n \n"},
    ],
)
def test_line_ends_and_byte_order_mark_are_those_of_any_system(mark_file, form):
    answered, status = mark_file(RIGHT, WRONG, **form)
    assert status == 0
    assert [line["score"] for line in answered] == [1, 0]


def test_an_empty_file_is_answered_by_nothing(mark_file):
    assert mark_file(after=b"") == ([], 0)


def test_what_is_typed_by_a_learner_cannot_break_a_line(mark_file):
    [answered], status = mark_file('{"type": "short_text", "item": {"accept": ["x"]}, "answer": "\\ud800\\n\\u2028"}')
    assert status == 0
    assert answered["score"] == 0


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("mark_answers", str(tmp_path / "gone.jsonl"))


def test_standard_output_is_for_answers_alone(mark_file, capsys):
    mark_file(RIGHT)
    assert capsys.readouterr().out == ""


def test_every_example_of_the_documentation_is_marked_as_it_says(mark_file):
    text = (ROOT / "docs/questions.md").read_text()
    pairs = re.findall(r"```json\n(\{.*\})\n(\{.*\})\n```", text)
    answered, status = mark_file(*(asked for asked, _told in pairs))
    assert status == 0
    assert answered == [json.loads(told) for _asked, told in pairs]
    assert {json.loads(asked)["type"] for asked, _told in pairs} == set(mark_answers.rules.MARKERS)
