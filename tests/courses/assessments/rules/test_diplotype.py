import csv
from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.diplotype import mark, newest_edition, phenotype_of
from courses.assessments.rules.diplotype.tables import DATA

EDITION, CYP2D6_EDITION = "2025-11-05", "2024-08-27"
POOR, INTERMEDIATE, NORMAL = "Poor Metabolizer", "Intermediate Metabolizer", "Normal Metabolizer"
RAPID, ULTRARAPID, INDETERMINATE = "Rapid Metabolizer", "Ultrarapid Metabolizer", "Indeterminate"
METABOLIZERS = {POOR, INTERMEDIATE, NORMAL, RAPID, ULTRARAPID}


def rows(name):
    with (DATA / f"pharmacogene_{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ALLELES = {}
for row in rows("alleles"):
    ALLELES.setdefault(row["gene"], {})[row["allele"]] = row


def item(gene, *alleles, edition=EDITION):
    return {"gene": gene, "alleles": list(alleles), "edition": edition}


def codes(marked):
    return [reason.code for reason in marked.reasons]


RAPID_ITEM = item("CYP2C19", "*1", "*17")
DUPLICATED = item("CYP2D6", "*1", "*2x2", edition=CYP2D6_EDITION)


# -- The tables --------------------------------------------------------------------------------------------------------


def test_the_tables_hold_every_allele_of_their_edition_once():
    assert {gene: len(alleles) for gene, alleles in ALLELES.items()} == {
        "CYP2C19": 36,
        "CYP2C9": 75,
        "CYP2D6": 172,
        "CYP3A5": 6,
        "DPYD": 84,
        "NUDT15": 9,
        "SLCO1B1": 38,
        "TPMT": 43,
        "UGT1A1": 9,
    }
    assert len(rows("alleles")) == 472
    editions = {(row["gene"], row["edition"]) for row in rows("alleles")}
    assert editions == {(gene, CYP2D6_EDITION if gene == "CYP2D6" else EDITION) for gene in ALLELES}
    pairs = Counter(row["gene"] for row in rows("function_pairs"))
    assert pairs == {"CYP2C19": 15, "NUDT15": 6, "SLCO1B1": 15, "TPMT": 10, "UGT1A1": 10, "CYP3A5": 6}
    assert (
        len({(row["gene"], frozenset((row["function_1"], row["function_2"]))) for row in rows("function_pairs")}) == 62
    )


@pytest.mark.parametrize("gene", sorted(ALLELES))
def test_every_pair_of_alleles_has_exactly_one_phenotype_in_either_order(gene):
    of_gene = {
        row["phenotype"] for name in ("function_pairs", "activity_scores") for row in rows(name) if row["gene"] == gene
    }
    met = set()
    for first, second in combinations_with_replacement(ALLELES[gene], 2):
        phenotype = phenotype_of(item(gene, first, second))
        assert phenotype == phenotype_of(item(gene, second, first))
        met.add(phenotype)
    assert met == of_gene


def test_cyp2c19_follows_from_the_functions_of_both_alleles():
    both = {
        ("No", "No"): POOR,
        ("No", "Normal"): INTERMEDIATE,
        ("Increased", "No"): INTERMEDIATE,
        ("Normal", "Normal"): NORMAL,
        ("Increased", "Normal"): RAPID,
        ("Increased", "Increased"): ULTRARAPID,
        ("Decreased", "No"): "Likely Poor Metabolizer",
        ("Decreased", "Normal"): "Likely Intermediate Metabolizer",
        ("Decreased", "Increased"): "Likely Intermediate Metabolizer",
        ("Decreased", "Decreased"): "Likely Intermediate Metabolizer",
    }
    for first, second in combinations_with_replacement(ALLELES["CYP2C19"], 2):
        functions = sorted(ALLELES["CYP2C19"][name]["function"].removesuffix(" function") for name in (first, second))
        expected = INDETERMINATE if "Uncertain" in functions else both[tuple(functions)]
        assert phenotype_of(item("CYP2C19", first, second)) == expected


def test_cyp2d6_follows_from_the_activity_score():
    for first, second in combinations_with_replacement(ALLELES["CYP2D6"], 2):
        values = [ALLELES["CYP2D6"][name]["activity_value"].removeprefix("≥") for name in (first, second)]
        score = None if "n/a" in values else sum(map(Fraction, values))
        if score is None:
            expected = INDETERMINATE
        elif score == 0:
            expected = POOR
        elif Fraction(1, 4) <= score <= 1:
            expected = INTERMEDIATE
        elif Fraction(5, 4) <= score <= Fraction(9, 4):
            expected = NORMAL
        else:
            assert score > Fraction(9, 4)
            expected = ULTRARAPID
        assert phenotype_of(item("CYP2D6", first, second)) == expected


@pytest.mark.parametrize("gene", ["CYP2C9", "DPYD"])
def test_of_two_genes_every_half_point_has_its_phenotype(gene):
    by_score = {0: POOR, 0.5: POOR, 1: INTERMEDIATE, 1.5: INTERMEDIATE, 2: NORMAL}
    for first, second in combinations_with_replacement(ALLELES[gene], 2):
        values = [ALLELES[gene][name]["activity_value"] for name in (first, second)]
        expected = INDETERMINATE if "n/a" in values else by_score[sum(map(float, values))]
        assert phenotype_of(item(gene, first, second)) == expected


@pytest.mark.parametrize(
    ("gene", "alleles", "phenotype"),
    [
        ("CYP2C19", ("*2", "*17"), INTERMEDIATE),
        ("CYP2C19", ("*13", "*15"), NORMAL),
        ("CYP2C19", ("*17", "*17"), ULTRARAPID),
        ("CYP2C19", ("*1", "*9"), "Likely Intermediate Metabolizer"),
        ("CYP2D6", ("*1", "*4"), INTERMEDIATE),
        ("CYP2D6", ("*4", "*5"), POOR),
        ("CYP2D6", ("*1", "*10"), NORMAL),
        ("CYP2D6", ("*10", "*10"), INTERMEDIATE),
        ("CYP2D6", ("*1", "*1x2"), ULTRARAPID),
        ("CYP2D6", ("*1", "*22"), INDETERMINATE),
        ("DPYD", ("c.1905+1G>A (*2A)", "Reference"), INTERMEDIATE),
        ("DPYD", ("c.1905+1G>A (*2A)", "c.1679T>G (*13)"), POOR),
        ("TPMT", ("*1", "*3A"), INTERMEDIATE),
        ("TPMT", ("*3A", "*3C"), POOR),
        ("TPMT", ("*2", "*8"), "Possible Intermediate Metabolizer"),
        ("NUDT15", ("*1", "*3"), INTERMEDIATE),
        ("NUDT15", ("*3", "*3"), POOR),
        ("NUDT15", ("*1", "*4"), INDETERMINATE),
        ("CYP2C9", ("*2", "*3"), POOR),
        ("SLCO1B1", ("*1", "*5"), "Decreased Function"),
        ("UGT1A1", ("*28", "*80+*28"), POOR),
        ("CYP3A5", ("*3", "*3"), POOR),
    ],
)
def test_what_laboratories_report_most(gene, alleles, phenotype):
    assert phenotype_of(item(gene, *alleles)) == phenotype
    assert mark(item(gene, *alleles), phenotype).score == 1


# -- Names of alleles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gene", "name", "same"),
    [
        ("CYP2C19", "*17", ["* 17", "∗17", "CYP2C19*17", "cyp2c19 *17"]),
        ("TPMT", "*3A", ["*3a"]),
        ("CYP2D6", "*2x2", ["*2X2", "*2×2", "CYP2D6*2 x 2"]),
        ("CYP2D6", "*1x≥3", ["*1x>=3"]),
        ("CYP2D6", "*2", ["*2x1"]),
        ("DPYD", "Reference", ["reference", "*1", "c.="]),
        (
            "DPYD",
            "c.2846A>T",
            ["c.2846 A→T", "C.2846a>t", "NM_000110.4:c.2846A>T", "NM_000110.3(DPYD):c.2846A>T", "DPYD:c.2846A>T"],
        ),
        ("DPYD", "c.1905+1G>A (*2A)", ["c.1905+1G>A", "*2A", "DPYD*2A"]),
        ("DPYD", "c.1898delC (*3)", ["c.1898delC", "c.1898del", "*3"]),
        ("DPYD", "c.1129-5923C>G, c.1236G>A (HapB3)", ["HapB3", "c.1129–5923C>G, c.1236G>A"]),
    ],
)
def test_an_allele_may_be_written_in_several_ways(gene, name, same):
    for other in ALLELES[gene]:
        try:
            expected = phenotype_of(item(gene, name, other))
        except UnusableItem:
            continue
        assert {phenotype_of(item(gene, written, other)) for written in same} == {expected}


@pytest.mark.parametrize("gene", sorted(ALLELES))
def test_no_name_stands_for_two_alleles(gene):
    for name in ALLELES[gene]:
        for written in {name, *name.removesuffix(")").split(" (")}:
            diplotype = item(gene, written, written)
            wrong = "RM" if gene == "CYP2C19" else "Normal" if phenotype_of(diplotype).startswith("Poor") else "Poor"
            [told] = [reason.facts["allele"] for reason in mark(diplotype, wrong).reasons if "allele" in reason.facts]
            assert told == name


def test_each_copy_counts_as_much_as_one():
    for name, about in ALLELES["CYP2D6"].items():
        base, times, copies = name.partition("x")
        if times:
            one, all_copies = (ALLELES["CYP2D6"][each]["activity_value"].strip("≥") for each in (base, name))
            assert all_copies == (one if one == "n/a" else str(float(one) * int(copies.strip("≥")))), about


@pytest.mark.parametrize(
    ("alleles", "phenotype"),
    [
        (("*1", "*2xN"), ULTRARAPID),
        (("*4", "*4xN"), POOR),
        (("*4", "*2x≥3"), ULTRARAPID),
        (("*4", "*2x3"), ULTRARAPID),
        (("*4", "*2x2"), NORMAL),
        (("*4", "*10x3"), INTERMEDIATE),
        (("*4", "*10x6"), NORMAL),
        (("*4", "*10x13"), ULTRARAPID),
        (("*1", "*43xN"), INDETERMINATE),
        (("*2xN", "*2xN"), ULTRARAPID),
    ],
)
def test_copies_without_a_row_of_their_own_are_reckoned(alleles, phenotype):
    assert phenotype_of(item("CYP2D6", *alleles)) == phenotype


# -- Answers -------------------------------------------------------------------------------------------------------------


@given(
    st.sampled_from(sorted(ALLELES)).flatmap(
        lambda gene: st.tuples(st.just(gene), *[st.sampled_from(sorted(ALLELES[gene]))] * 2)
    ),
    st.sampled_from(sorted(METABOLIZERS | {INDETERMINATE, "Likely Intermediate Metabolizer", "Normal Function"})),
)
def test_order_never_matters_and_exactly_one_phenotype_is_right(diplotype, answer):
    gene, first, second = diplotype
    one, other = item(gene, first, second), item(gene, second, first)
    assert mark(one, answer).score == mark(other, answer).score == (answer == phenotype_of(one))
    assert Counter(codes(mark(one, answer))) == Counter(codes(mark(other, answer)))
    assert mark(one, answer).edition == (CYP2D6_EDITION if gene == "CYP2D6" else EDITION)


@pytest.mark.parametrize(
    "answer",
    [
        "Rapid Metabolizer",
        "rapid metaboliser",
        "RAPID  METABOLISER.",
        "rapid-metabolizer",
        "RM",
        "rm",
        "Rapid",
        "rapid metabolisor",
        "Rapid metabolizer (RM)",
        "CYP2C19 rapid metabolizer",
        "The person is a rapid metabolizer",
        "rapid\u00a0metabolizer",
        "rapid metabolizer phenotype",
    ],
)
def test_usual_spellings_are_understood(answer):
    assert mark(RAPID_ITEM, answer) == mark(RAPID_ITEM, RAPID)
    assert mark(RAPID_ITEM, answer).reasons == ()


@pytest.mark.parametrize(
    ("given_item", "answer"),
    [
        (item("CYP2C19", "*17", "*17"), "ultra-rapid metaboliser"),
        (item("CYP2C19", "*17", "*17"), "Ultra rapid"),
        (item("CYP2C19", "*17", "*17"), "UM"),
        (item("CYP2C19", "*1", "*9"), "likely IM"),
        (item("CYP2C19", "*1", "*9"), "Likely intermediate"),
        (item("TPMT", "*2", "*8"), "possible intermediate metaboliser"),
        (item("TPMT", "*2", "*2"), "PM"),
        (item("NUDT15", "*1", "*3"), "intermidiate metabolizer"),
        (item("CYP2C19", "*1", "*12"), "indeterminate"),
        (item("CYP2C19", "*1", "*12"), "Indeterminate metabolizer"),
        (item("SLCO1B1", "*1", "*5"), "decreased function"),
        (item("SLCO1B1", "*1", "*5"), "Decreased"),
        (item("DPYD", "*2A", "Reference"), "IM"),
    ],
)
def test_so_are_other_terms(given_item, answer):
    assert mark(given_item, answer).score == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("NM", "diplotype-function"),
        ("ultrarapid", "diplotype-function"),
        ("not a rapid metabolizer", "diplotype-no-phenotype"),
        ("unlikely rapid", "diplotype-no-phenotype"),
        ("rapid acetylator", "diplotype-no-phenotype"),
        ("likely", "diplotype-no-phenotype"),
        ("metabolizer", "diplotype-no-phenotype"),
        ("1.5", "diplotype-no-phenotype"),
        ("?", "diplotype-no-phenotype"),
        ("the", "diplotype-no-phenotype"),
        ("CYP2D6 rapid metabolizer", "diplotype-no-phenotype"),
        ("RM/UM", "diplotype-several"),
        ("normal or rapid metabolizer", "diplotype-several"),
        ("Likely rapid metabolizer", "diplotype-other-term"),
        ("normal function", "diplotype-other-term"),
        ("", "no-answer"),
        ("\u200b", "no-answer"),
        (None, "no-answer"),
        (2, "answer-of-another-kind"),
        (["RM"], "answer-of-another-kind"),
        ("rapid\u0000", "answer-of-another-kind"),
        ("rapid " * 2_000, "answer-too-long"),
        ("[" * 10_000, "answer-too-long"),
        ("ﷺ" * 200, "answer-too-long"),
    ],
)
def test_anything_else_scores_nothing_and_is_told_why(answer, code):
    marked = mark(RAPID_ITEM, answer)
    assert marked.score == 0
    assert codes(marked)[0] == code


@pytest.mark.parametrize(
    ("answer", "gene", "alleles", "present"),
    [
        ("EM", "CYP2D6", ("*1", "*1"), NORMAL),
        ("Extensive metaboliser", "CYP2C19", ("*1", "*1"), NORMAL),
        ("extensive", "CYP2C9", ("*1", "*1"), NORMAL),
        ("intermediate activity", "TPMT", ("*1", "*3A"), INTERMEDIATE),
        ("deficient", "DPYD", ("*2A", "*13"), POOR),
        ("non-expresser", "CYP3A5", ("*3", "*3"), POOR),
    ],
)
def test_a_retired_term_scores_nothing_and_is_told_the_present_one(answer, gene, alleles, present):
    marked = mark(item(gene, *alleles), answer)
    assert marked.score == 0
    assert marked.reasons[0].code == "diplotype-retired"
    assert marked.reasons[0].facts["present"] == present
    assert "diplotype-score" not in codes(marked)


def test_a_retired_term_for_another_phenotype_is_told_what_the_alleles_do_too():
    assert codes(mark(DUPLICATED, "EM")) == [
        "diplotype-retired",
        "diplotype-value",
        "diplotype-copies",
        "diplotype-score",
    ]
    assert codes(mark(item("SLCO1B1", "*1", "*1"), "EM"))[0] == "diplotype-other-term"


def test_likely_and_possible_are_part_of_a_term():
    for gene, alleles, answer in (
        ("CYP2C19", ("*1", "*9"), "IM"),
        ("CYP2C19", ("*1", "*2"), "likely IM"),
        ("TPMT", ("*2", "*8"), "intermediate metabolizer"),
    ):
        marked = mark(item(gene, *alleles), answer)
        assert marked.score == 0
        assert codes(marked) == ["diplotype-certainty", "diplotype-function", "diplotype-function", "diplotype-pair"]


# -- Reasons -------------------------------------------------------------------------------------------------------------


def test_reasons_say_what_both_alleles_do_and_what_they_amount_to():
    assert mark(RAPID_ITEM, "UM").reasons == (
        Reason("diplotype-function", {"allele": "*1", "function": "Normal function"}),
        Reason("diplotype-function", {"allele": "*17", "function": "Increased function"}),
        Reason("diplotype-pair", {"gene": "CYP2C19", "phenotype": RAPID}),
    )
    assert mark(item("DPYD", "*2A", "c.2846A>T"), "IM").reasons == (
        Reason("diplotype-value", {"allele": "c.1905+1G>A (*2A)", "function": "No function", "value": "0"}),
        Reason("diplotype-value", {"allele": "c.2846A>T", "function": "Decreased function", "value": "0.5"}),
        Reason("diplotype-score", {"gene": "DPYD", "phenotype": POOR, "score": "0.5", "range": "0 – 0.5"}),
    )


def test_missed_copies_are_told():
    copies = {"allele": "*2x2", "copies": "2", "base": "*2", "each": "1", "value": "2"}
    assert mark(DUPLICATED, "NM").reasons == (
        Reason("diplotype-copies-missed"),
        Reason("diplotype-value", {"allele": "*1", "function": "Normal function", "value": "1"}),
        Reason("diplotype-copies", copies),
        Reason("diplotype-score", {"gene": "CYP2D6", "phenotype": ULTRARAPID, "score": "3", "range": "> 2.25"}),
    )
    assert "diplotype-copies-missed" not in codes(mark(DUPLICATED, "IM"))
    [score] = mark(item("CYP2D6", "*1", "*2xN", edition=CYP2D6_EDITION), "IM").reasons[-1:]
    assert score.facts["score"] == "≥ 3"


def test_what_was_right_before_2019_is_told():
    assert codes(mark(item("CYP2D6", "*1", "*4"), "NM"))[0] == "diplotype-once-normal"
    assert "diplotype-once-normal" not in codes(mark(item("CYP2D6", "*4", "*10"), "NM"))
    assert "diplotype-once-normal" not in codes(mark(item("CYP2D6", "*1", "*22"), "NM"))


def test_an_unknown_value_gives_no_score():
    marked = mark(item("CYP2D6", "*1", "*22", edition=CYP2D6_EDITION), "NM")
    assert codes(marked) == ["diplotype-value", "diplotype-function", "diplotype-no-score"]


def test_the_same_allele_twice_is_told_once():
    assert codes(mark(item("NUDT15", "*3", "*3"), "IM")) == ["diplotype-function", "diplotype-pair"]


@pytest.mark.parametrize("answer", ["UM", "PM", "?", None])
def test_the_newest_table_of_cyp2d6_stands_in_and_is_named(answer):
    marked = mark(DUPLICATED | {"edition": EDITION}, answer)
    assert marked.edition == CYP2D6_EDITION
    facts = {"gene": "CYP2D6", "asked": EDITION, "used": CYP2D6_EDITION}
    assert marked.reasons[-1] == Reason("diplotype-newest-edition", facts)
    assert marked.score == mark(DUPLICATED, answer).score
    assert marked.reasons[:-1] == mark(DUPLICATED, answer).reasons


# -- Items ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"gene": None}, "gene is not a text"),
        ({"gene": "BRCA1"}, "no table for the gene BRCA1"),
        ({"gene": ""}, "no table for the gene"),
        ({"edition": None}, "edition is not a text"),
        ({"edition": 2025}, "edition is not a text"),
        ({"edition": "2016-01-01"}, "no edition 2016-01-01, only 2024-08-27, 2025-11-05"),
        ({"edition": "CPIC terms 2017"}, "no edition CPIC terms 2017"),
        ({"edition": CYP2D6_EDITION}, "no table for the gene CYP2C19 in the edition 2024-08-27"),
        ({"alleles": None}, "not a list of two"),
        ({"alleles": "*1/*17"}, "not a list of two"),
        ({"alleles": ["*1"]}, "not a list of two"),
        ({"alleles": ["*1", "*2", "*17"]}, "not a list of two"),
        ({"alleles": [1, 17]}, "not the name"),
        ({"alleles": ["*1", "*" * 10_000]}, "not the name"),
        ({"alleles": ["*1", {"name": "*17"}]}, "not the name"),
        ({"alleles": ["*1", "*999"]}, r"CYP2C19 has no allele \*999 in the edition 2025-11-05"),
        ({"alleles": ["*1", ""]}, "has no allele"),
        ({"alleles": ["*1", "17"]}, "has no allele 17"),
        ({"alleles": ["*1", "*1x2"]}, r"has no allele \*1x2"),
        ({"alleles": ["*1", "TPMT*2"]}, r"has no allele TPMT\*2"),
        ({"gene": "CYP2D6", "alleles": ["*1", "*999x2"]}, "has no allele"),
        ({"gene": "CYP2D6", "alleles": ["*1", "*36+*10"]}, "has no allele"),
        ({"gene": "CYP2D6", "alleles": ["*1", "*1x0"]}, "no copy of the gene"),
        ({"gene": "CYP2D6", "alleles": ["*1", "*1x100"]}, "has no allele"),
        # 2.25 for two copies, 3.25 for three:
        ({"gene": "CYP2D6", "alleles": ["*10", "*1xN"]}, r"depends on how many copies \*1xN"),
        ({"gene": "DPYD", "alleles": ["Reference", "c.1236G>A"]}, "has no allele c.1236G>A"),
        ({"gene": "DPYD", "alleles": ["Reference", "NM_000106.6:c.2846A>T"]}, "has no allele"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(RAPID_ITEM | change, "RM")


@pytest.mark.parametrize("gene", sorted(ALLELES))
def test_the_newest_edition_of_a_gene_is_that_of_its_newest_table(gene):
    assert newest_edition(gene) == (CYP2D6_EDITION if gene == "CYP2D6" else EDITION)


def test_a_gene_without_a_table_has_no_newest_edition():
    assert newest_edition("BRCA1") == ""
