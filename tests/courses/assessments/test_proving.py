import pytest

from courses.assessments.models import Question
from courses.assessments.proving import Problem
from tests.factories.assessments import FAMILY, RECORD, TASKS, task_of

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


def problem(kind: str, value: dict) -> Problem:
    return Question(kind=kind, stem="What?", task=task_of(kind, value)).problems().get("task", Problem(""))


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
        (
            "vcf",
            {
                "record": RECORD.replace("0/1", "0|1"),
                "asks": [
                    {"prompt": "?", "ask": "depth", "answer": "50", "sample": 0},
                    {"prompt": "?", "ask": "genotype", "options": ["0|1", "1|0"], "answer": "0|1", "phased": True},
                ],
            },
        ),
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


def options(*texts: str, correct: tuple[int, ...] = (0,)) -> dict:
    return {"options": [{"text": text, "is_correct": number in correct} for number, text in enumerate(texts)]}


def member(number: int, **changed) -> dict:
    """Return the family of a question with one member changed."""
    return {**PEDIGREE, "members": [{**one, **(changed if n == number else {})} for n, one in enumerate(FAMILY)]}


def record(text: str) -> dict:
    return {**TASKS["vcf"], "record": text}


def part(**changed) -> dict:
    """Return a question about a record whose second part is changed."""
    first, second = TASKS["vcf"]["asks"]
    return {**TASKS["vcf"], "asks": [first, {**second, **changed}]}


@pytest.mark.parametrize(
    ("kind", "value", "place"),
    [
        ("single", options("alpha", ""), ("options", 1, "text")),
        ("single", options("alpha", "beta", "alpha"), ("options", 2, "text")),
        ("single", options("alpha"), ("options",)),
        ("single", options("alpha", "beta", correct=()), ("options", 0, "is_correct")),
        ("single", options("alpha", "beta", "gamma", correct=(0, 2)), ("options", 2, "is_correct")),
        ("multiple", options("alpha", "beta", correct=(0, 1)), ("options", 1, "is_correct")),
        ("matching", {"pairs": [{"left": "a", "right": "b"}] * 2}, ("pairs", 1, "left")),
        ("matching", {"pairs": [{"left": "a", "right": "b"}], "distractors": ["c", "b"]}, ("distractors", 1)),
        ("ordering", {"items": ["a", "b", "a"]}, ("items", 2)),
        ("short_text", {"accept": ["a"], "partial": [{"text": "a", "credit": 0.5}]}, ("partial", 0, "text")),
        ("hgvs", {**HGVS, "key": "c.99del"}, ("key",)),
        ("hgvs", {**HGVS, "key": "c.5dup"}, ("key",)),
        ("hgvs", {**HGVS, "reference": "ATX"}, ("reference",)),
        ("hgvs", {**HGVS, "cds_start": 99}, ("cds_start",)),
        ("acmg", {**ACMG, "criteria": "PVS1, BP4"}, ("conflict",)),
        ("acmg", {**ACMG, "criteria": "PX1"}, ("criteria",)),
        ("acmg", {**ACMG, "answer": "Benign"}, ("answer",)),
        ("diplotype", {**DIPLOTYPE, "second_allele": "*999"}, ("alleles", 1)),
        ("diplotype", {**DIPLOTYPE, "edition": "1999"}, ("edition",)),
        ("diplotype", {**DIPLOTYPE, "answer": "Poor metabolizer"}, ("answer",)),
        ("pedigree", member(2, id="I-1", father=""), ("members", 2, "id")),
        ("pedigree", member(2, father="I-9"), ("members", 2, "father")),
        ("pedigree", member(1, sex="M"), ("members", 2, "mother")),
        ("pedigree", {**PEDIGREE, "members": CIRCLE}, ("members", 0)),
        ("pedigree", {**PEDIGREE, "answer": ["AD"]}, ("answer",)),
        ("vcf", record("chr1 1"), ("record",)),
        ("vcf", record(RECORD.replace("2417", "here")), ("record",)),
        ("vcf", {**TASKS["vcf"], "header": "#CHROM POS"}, ("header",)),
        ("vcf", part(answer="half"), ("asks", 1, "answer")),
        ("vcf", part(options=["SNV"]), ("asks", 1, "options")),
        ("vcf", part(options=["SNV", "deletion"]), ("asks", 1, "answer")),
        ("vcf", part(ask="depth"), ("asks", 1, "answer")),
        ("vcf", part(ask="filter"), ("asks", 1, "ask")),
        ("vcf", part(ask="allele_balance", alt=2), ("asks", 1, "alt")),
        ("vcf", part(ask="allele_balance", sample=1), ("asks", 1, "sample")),
        ("vcf", part(ask="zygosity", options=["SNV", "heterozygous"], answer="SNV"), ("asks", 1, "answer")),
        ("vcf", part(ask="zygosity", options=["het", "heterozygous"], answer="het"), ("asks", 1, "options")),
        ("gene_symbol", {"approved": ""}, ("approved",)),
        ("hpo", {"terms": TERMS, "key": "HP:0000002"}, ("key",)),
        ("hpo", {"terms": [*TERMS, *RING], "key": "HP:0001250"}, ("terms", "HP:0000003", "parents")),
    ],
)
def test_a_problem_says_where_in_the_item_it_is(kind, value, place):
    assert problem(kind, value).place == place
