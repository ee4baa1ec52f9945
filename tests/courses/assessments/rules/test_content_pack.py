"""Every key of the built-in courses, held against its marker. Kinds of genomics beside HGVS: see their own tests."""

from pathlib import Path

import pytest
import yaml

from courses.assessments.rules import mark
from courses.assessments.rules.hgvs import SAME_VARIANT, canonical_of, observed_of
from courses.assessments.rules.pedigree import modes_of
from tests.services import ROOT

QUESTIONS = [
    question
    for path in sorted(Path(ROOT, "lms/operations/content/courses").rglob("quiz.yaml"))
    for question in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]
]


def of_kind(*kinds):
    chosen = [question for question in QUESTIONS if question["type"] in kinds]
    assert chosen
    return pytest.mark.parametrize("question", chosen, ids=[question["id"] for question in chosen])


def hgvs_item(question):
    reference = question["reference"]
    return {
        "reference": reference["sequence"],
        "coordinate": reference["level"],
        "cds_start": reference["cds_start"],
        "accession": reference["accession"],
        "key": question["answer"],
    }


@of_kind("hgvs")
def test_an_hgvs_key_leads_to_the_sequence_shown_and_is_the_recommended_description(question):
    item = hgvs_item(question)
    assert observed_of(item) == question["observed"]
    assert canonical_of(item) == question["answer"]
    for answer in (
        question["answer"],
        f"{item['accession']}:{question['answer']}",
        question["answer"].replace(">", " → "),
    ):
        assert mark("hgvs", item, answer).score == 1


@of_kind("hgvs")
def test_hgvs_equivalents_earn_most_and_wrong_answers_nothing(question):
    item = hgvs_item(question)
    assert {mark("hgvs", item, answer).score for answer in question["accept_equivalent"]} == {SAME_VARIANT}
    assert {mark("hgvs", item, answer).score for answer in question["reject"]} == {0}


@of_kind("single", "multiple")
def test_the_correct_options_are_full_marks(question):
    options = [
        {"id": option["id"], "is_correct": option.get("correct", False), "feedback": option.get("feedback", "")}
        for option in question["options"]
    ]
    correct = [option["id"] for option in options if option["is_correct"]]
    for rule in ("all-or-nothing", "share"):
        item = {"options": options, "partial_credit": rule}
        assert mark(question["type"], item, correct).score == 1
        assert mark(question["type"], item, [option["id"] for option in options]).score < 1
        assert mark(question["type"], item, []).score == 0


@of_kind("true_false")
def test_a_judgement_is_full_marks_and_its_contrary_nothing(question):
    assert mark("true_false", question, question["answer"]).score == 1
    assert mark("true_false", question, not question["answer"]).score == 0


@of_kind("numeric")
def test_a_number_is_full_marks_with_a_comma_or_its_unit_and_nothing_doubled(question):
    number, unit = str(question["answer"]), question.get("unit", "")
    for answer in (number, number.replace(".", ","), f"{number} {unit}"):
        assert mark("numeric", question, answer).score == 1
    for answer in (str(2 * question["answer"] + 1), f"-{number}", f"{number} lightyears"):
        assert mark("numeric", question, answer).score == 0


@of_kind("short_text")
def test_every_accepted_text_is_full_marks_and_others_earn_their_credit(question):
    for answer in question["accept"]:
        assert mark("short_text", question, f" {answer} ").score == 1
    for partial in question.get("partial", []):
        assert mark("short_text", question, partial["text"]).score == partial["credit"]
    assert mark("short_text", question, f"not {question['accept'][0]}").score == 0


@of_kind("matching")
def test_the_pairs_are_full_marks_and_each_one_wrong_takes_its_share(question):
    pairs = {pair["left"]: pair["right"] for pair in question["pairs"]}
    assert mark("matching", question, pairs).score == 1
    one_wrong = pairs | {next(iter(pairs)): question["distractors"][0]}
    assert mark("matching", question, one_wrong).score == pytest.approx(1 - 1 / len(pairs))
    assert mark("matching", question, {}).score == 0


@of_kind("ordering")
def test_the_order_is_full_marks_and_any_other_nothing(question):
    assert mark("ordering", question, question["items"]).score == 1
    assert mark("ordering", question, question["items"][::-1]).score == 0
    assert mark("ordering", question, question["items"][1:]).score == 0


@of_kind("acmg")
def test_the_class_is_full_marks_in_any_usual_words_and_every_other_nothing(question):
    usual = {
        "Pathogenic": ("P", "class 5", "pathogenic."),
        "Likely pathogenic": ("LP", "class 4", "likely  Pathogenic"),
        "Uncertain significance": ("VUS", "class 3", "variant of uncertain significance"),
        "Likely benign": ("LB", "class 2", "likely-benign"),
        "Benign": ("B", "class 1", "benign"),
    }
    for name, words in usual.items():
        for answer in (name, *words):
            assert mark("acmg", question, answer).score == (name == question["answer"])


@of_kind("diplotype")
def test_the_phenotype_of_a_diplotype_is_full_marks_in_any_usual_words_and_every_other_nothing(question):
    item = {
        "gene": question["gene"],
        "alleles": [allele["name"] for allele in question["alleles"]],
        "edition": "2025-11-05",  # the pack names editions in words
    }
    key = question["answer"]
    level = key.removesuffix(" metabolizer")
    for answer in (
        key,
        key.replace("zer", "ser"),
        key.upper(),
        f"{level[0]}M",
        f"{level.lower()} metaboliser ({level[0]}M)",
    ):
        for alleles in (item["alleles"], item["alleles"][::-1]):
            assert mark("diplotype", item | {"alleles": alleles}, answer).score == 1
    others = {"Poor", "Intermediate", "Normal", "Rapid", "Ultrarapid"} - {level}
    for answer in (
        *(f"{other} metabolizer" for other in others),
        "Extensive metabolizer",
        f"likely {key}",
        f"not {key}",
    ):
        assert mark("diplotype", item, answer).score == 0


@of_kind("vcf")
def test_the_parts_of_a_record_are_full_marks_and_each_one_wrong_takes_its_share(question):
    key = {ask["id"]: ask["answer"] for ask in question["asks"]}
    assert mark("vcf", question, key).score == 1
    assert mark("vcf", question, {}).score == 0
    for ask in question["asks"]:
        others = ask.get("options") or [2 * ask["answer"] + 1, -1, "many"]
        for other in set(others) - {ask["answer"]}:
            assert mark("vcf", question, key | {ask["id"]: other}).score == pytest.approx(1 - 1 / len(key))


@pytest.mark.parametrize(
    ("id", "part", "ask", "accepted", "rejected"),
    [
        ("fgm-m2-q5", "a", {"ask": "type"}, ["SNP", "substitution", "point mutation"], ["MNV", "indel", "deletion"]),
        ("fgm-m2-q5", "b", {"ask": "zygosity"}, ["het", "Heterozygote"], ["homozygous", "hemizygous", "0/1"]),
        ("fgm-m2-q5", "c", {"ask": "allele_balance"}, ["23/50", "0,46", "46 %"], ["23/27", "0.54", "46"]),
    ],
)
def test_keys_that_a_record_tells_agree_with_it(id, part, ask, accepted, rejected):
    [question] = [question for question in QUESTIONS if question["id"] == id]
    [asked] = [asked for asked in question["asks"] if asked["id"] == part]
    item = question | {"asks": [asked | ask]}  # refused if the key contradicted the record
    for answer in (asked["answer"], *accepted):
        assert mark("vcf", item, {part: answer}).score == 1
    for answer in rejected:
        assert mark("vcf", item, {part: answer}).score == 0


def test_the_trio_of_the_pack_shows_a_deletion_that_neither_parent_has():
    [question] = [question for question in QUESTIONS if question["id"] == "fgm-m2-q6"]
    trio = {"record": question["record"], "header": question["header"]}
    assert mark("vcf", trio | {"ask": "type"}, "2 bp deletion").score == 1
    for sample, answer in enumerate(["het", "hom ref", "hom ref"]):
        assert mark("vcf", trio | {"ask": "zygosity", "sample": sample}, answer).score == 1


def pedigree_item(question):
    assumptions = question["assumptions"]
    settled = {"founders_may_carry": True, "heteroplasmy": False, "phenocopies": False}
    assert assumptions.items() >= settled.items()
    return {
        "members": question["members"],
        "penetrance": {"full": "complete"}.get(assumptions["penetrance"], "incomplete"),
        "de_novo": assumptions["de_novo"],
        "modes": question["modes"],
    }


@of_kind("pedigree")
def test_the_modes_are_those_that_fit_and_any_other_choice_earns_less(question):
    item, key = pedigree_item(question), question["answer"]
    assert modes_of(item) == set(key)
    assert mark("pedigree", item, key).score == 1
    assert mark("pedigree", item, ", ".join(key).lower()).score == 1
    for mode in set(question["modes"]) - set(key):
        assert mark("pedigree", item, [*key, mode]).score == pytest.approx(1 - 1 / len(key))
    assert mark("pedigree", item, key[1:]).score == pytest.approx(1 - 1 / len(key))
    assert mark("pedigree", item, question["modes"]).score < 1


@of_kind("pedigree")
def test_only_the_modes_offered_are_in_the_key(question):
    for left_out in question["answer"]:
        offered = [mode for mode in question["modes"] if mode != left_out]
        assert modes_of(pedigree_item(question) | {"modes": offered}) == set(question["answer"]) - {left_out}
