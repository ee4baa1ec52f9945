import ast
import re
from pathlib import Path

import pytest

from courses.assessments import rules
from courses.assessments.rules import Reason
from courses.assessments.words import SENTENCES, sentence_of

SOURCES = {path: ast.parse(path.read_text()) for path in Path(rules.__file__).parent.rglob("*.py")}


def codes_given():
    """Every code written out where a marker makes a reason, or refuses."""
    for path, source in SOURCES.items():
        for node in ast.walk(source):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Reason", "Refused"}:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant):
                        yield path.name, part.value


def words_written():
    return {
        node.value
        for source in SOURCES.values()
        for node in ast.walk(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize(("path", "code"), sorted(set(codes_given())))
def test_every_reason_a_marker_gives_has_a_sentence(path, code):
    assert code == "feedback" or code in SENTENCES


def test_every_code_that_is_only_named_has_a_sentence_too():
    families = {code.partition("-")[0] for code in SENTENCES} - {"no", "answer"}
    named = {word for word in words_written() if re.fullmatch(rf"({'|'.join(families)})-[a-z-]+", word)}
    assert named <= set(SENTENCES)


def test_no_sentence_is_left_over():
    assert set(SENTENCES) <= words_written()


def test_an_authors_feedback_is_said_as_it_stands():
    assert sentence_of(Reason("feedback", {"text": "100 % right"})) == "100 % right"


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_whole_and_takes_its_facts_by_name(code):
    class AnyFact(dict):
        def __missing__(self, name):
            return "fact"

    sentence = str(SENTENCES[code]) % AnyFact()
    assert sentence[0].isupper() or sentence.startswith(("“", "fact"))
    assert sentence.endswith((".", "?"))
