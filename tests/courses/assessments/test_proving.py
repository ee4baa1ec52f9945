import pytest

from courses.assessments.models import Question
from tests.factories.assessments import RECORD, TASKS, task_of

HGVS = {"coordinate": "c", "reference": "ATGAAATTTGGGCCC", "cds_start": 1, "accession": "", "key": "c.6dup"}
ACMG = {"scheme": "richards2015", "criteria": "PVS1, PM2", "answer": "Likely pathogenic"}
TERMS = [{"id": "HP:0000001", "label": "All"}, {"id": "HP:0001250", "label": "Seizure", "parents": "HP:0000001"}]
RING = [{"id": f"HP:000000{n}", "label": "?", "parents": f"HP:000000{parent}"} for n, parent in ((2, 3), (3, 2))]
DIPLOTYPE, PEDIGREE = TASKS["diplotype"], TASKS["pedigree"]
CIRCLE = [
    {"id": "a", "sex": "M", "father": "b", "mother": "c", "affected": "no"},
    {"id": "b", "sex": "M", "father": "a", "mother": "c", "affected": "no"},
    {"id": "c", "sex": "F", "affected": "no"},
]


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
        ("true_false", {}, "Say whether the statement is true"),
        ("numeric", {"answer": None}, "Give the right number"),
        ("matching", {"pairs": []}, "Give at least one pair"),
        (
            "matching",
            {"pairs": [{"left": "a", "right": "b"}], "distractors": ["b"]},
            "“b” belongs to a pair",
        ),
        ("ordering", {"items": ["a", "a"]}, "no one right order"),
        ("short_text", {"accept": ["a"], "partial": [{"text": "a", "credit": 0.5}]}, "“a” is accepted already"),
        ("hgvs", {**HGVS, "key": "c.5dup"}, "What you hold right is not marked as right"),
        ("hgvs", {**HGVS, "key": "c.99del"}, "cannot be applied to the reference"),
        ("hgvs", {**HGVS, "reference": ""}, "Paste the reference sequence"),
        ("acmg", {**ACMG, "answer": "Pathogenic"}, "enough for likely pathogenic, but not for pathogenic"),
        ("acmg", {**ACMG, "criteria": "PVS1, BP4"}, "Choose under “If they speak for both sides”"),
        ("acmg", {**ACMG, "criteria": "PX1"}, "no criterion “PX1”"),
        ("gene_symbol", {"approved": ""}, "Write the approved symbol"),
        ("hpo", {"terms": TERMS, "key": "HP:0000002"}, "“HP:0000002” is not in the extract"),
        ("hpo", {"terms": [*TERMS, *RING], "key": "HP:0001250"}, "“HP:0000003” is among its own ancestors"),
        ("ordering", {"items": ["a", "b" * 201]}, "too long"),
        ("diplotype", {**DIPLOTYPE, "first_allele": "*999"}, "has no allele “*999”"),
        ("diplotype", {**DIPLOTYPE, "edition": "1999"}, "no table of the edition “1999”"),
        ("diplotype", {**DIPLOTYPE, "answer": "Poor metabolizer"}, "What you hold right is not marked as right"),
        ("pedigree", {**PEDIGREE, "answer": ["AD"]}, "What you hold right is not marked as right"),
        ("pedigree", {**PEDIGREE, "answer": []}, "No mode is ticked"),
        ("pedigree", {**PEDIGREE, "members": CIRCLE}, "among their own ancestors"),
        ("vcf", {"record": "chr1 1", "asks": [{"prompt": "?", "answer": "1"}]}, "one line whose columns"),
        ("vcf", {"record": RECORD, "asks": []}, "Nothing is asked"),
    ],
)
def test_an_author_is_told_what_is_wrong_with_a_key(kind, value, words):
    assert words in problem(kind, value)
