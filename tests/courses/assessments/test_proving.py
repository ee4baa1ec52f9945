import pytest

from courses.assessments.models import Question
from tests.factories.assessments import task_of

HGVS = {"coordinate": "c", "reference": "ATGAAATTTGGGCCC", "cds_start": 1, "accession": "", "key": "c.6dup"}
ACMG = {"scheme": "richards2015", "criteria": "PVS1, PM2", "answer": "Likely pathogenic"}
TERMS = [{"id": "HP:0000001", "label": "All"}, {"id": "HP:0001250", "label": "Seizure", "parents": "HP:0000001"}]


def problem(kind: str, value: dict) -> str:
    return Question(kind=kind, stem="What?", task=task_of(kind, value)).problems().get("task", "")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("true_false", {"answer": "false"}),
        ("numeric", {"answer": 1.25e-05, "tolerance": 5e-07, "unit": ""}),
        ("matching", {"pairs": [{"left": "a", "right": "b"}], "distractors": ["c"]}),
        ("ordering", {"items": ["a", "b"]}),
        ("short_text", {"accept": ["a"], "partial": [{"text": "b", "credit": 0.5, "feedback": ""}]}),
        ("hgvs", HGVS),
        ("acmg", ACMG),
        (
            "acmg",
            {
                **ACMG,
                "criteria": "PM2_Supporting; PP3 BP4",
                "conflict": "any_opposing",
                "answer": "Uncertain significance",
            },
        ),
        ("gene_symbol", {"approved": "SEPTIN2", "aliases": "hNedd5", "previous": "SEPT2, NEDD5"}),
        ("hpo", {"terms": TERMS, "key": "HP:0001250", "edition": "2025-01-16"}),
    ],
)
def test_a_good_key_is_proven(kind, value):
    assert problem(kind, value) == ""


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("true_false", {}, "neither true nor false"),
        ("numeric", {"answer": None}, "answer is not a number"),
        ("matching", {"pairs": []}, "pairs are missing"),
        (
            "matching",
            {"pairs": [{"left": "a", "right": "b"}], "distractors": ["b"]},
            "a distractor is also a right side: b",
        ),
        ("ordering", {"items": ["a", "a"]}, "no one right order"),
        ("short_text", {"accept": ["a"], "partial": [{"text": "a", "credit": 0.5}]}, "“a” is accepted already"),
        ("hgvs", {**HGVS, "key": "c.5dup"}, "What you hold right is not marked as right"),
        ("hgvs", {**HGVS, "key": "c.99del"}, "cannot be applied to the reference"),
        ("hgvs", {**HGVS, "reference": ""}, "Nobody could be marked on this"),
        ("acmg", {**ACMG, "answer": "Pathogenic"}, "enough for likely pathogenic, but not for pathogenic"),
        ("acmg", {**ACMG, "criteria": "PVS1, BP4"}, "does not say how that is read"),
        ("acmg", {**ACMG, "criteria": "PX1"}, "no criterion PX1"),
        ("gene_symbol", {"approved": ""}, "approved is not a symbol"),
        ("hpo", {"terms": TERMS, "key": "HP:0000002"}, "not among the terms"),
        ("ordering", {"items": ["a", "b" * 201]}, "too long"),
    ],
)
def test_an_author_is_told_what_is_wrong_with_a_key(kind, value, words):
    assert words in problem(kind, value)
