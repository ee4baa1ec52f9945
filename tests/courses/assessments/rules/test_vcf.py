import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.vcf import mark
from courses.assessments.rules.vcf.genotype import genotype_of, zygosity_of
from courses.assessments.rules.vcf.reads import balance_of, depth_of
from courses.assessments.rules.vcf.record import read_record
from courses.assessments.rules.vcf.variant_type import changes_of
from courses.assessments.words import sentence_of

TRIO_HEADER = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tCHILD\tMOTHER\tFATHER"


def line(ref="C", alt="T", gt="0/1", filters="PASS", info="DP=50", keys="GT:AD:DP:GQ", rest=":27,23:50:99", **more):
    """A data line with one sample; more: alleles of further samples, as b="0/0"."""
    samples = [gt + rest, *(other + rest for other in more.values())]
    return "\t".join(["chrT", "2417", ".", ref, alt, "733", filters, info, keys, *samples])


def item(ask, **changes):
    about = {name: changes.pop(name) for name in ("sample", "alt_asked", "phased", "header") if name in changes}
    if "alt_asked" in about:
        about["alt"] = about.pop("alt_asked")
    return {"record": line(**changes), "ask": ask, **about}


def codes_of(asked, answer):
    reasons = mark(asked, answer).reasons
    assert all(sentence_of(reason) for reason in reasons)
    return [reason.code for reason in reasons]


def type_of(ref, alt, **changes):
    asked = item("type", ref=ref, alt=alt, **changes)
    return [change.kind for change in changes_of(read_record(asked), asked)]


# -- Type --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ref", "alt", "right", "wrong"),
    [
        ("C", "T", ["SNV", "snp", "Single-nucleotide variant", "substitution", "point mutation", "C>T SNV"], ["MNV"]),
        ("TC", "TG", ["SNV", "single nucleotide polymorphism"], ["MNV", "delins"]),
        ("G", "GAC", ["insertion", "ins", "an insertion of 2 bp", "<INS>"], ["deletion", "delins", "duplication"]),
        ("GAC", "G", ["deletion", "del", "2 bp deletion", "Deletion."], ["insertion", "SNV", "3 bp deletion"]),
        ("G", "GG", ["insertion", "duplication", "one-base insertion"], ["indel"]),
        ("CACA", "CACACA", ["insertion", "tandem duplication"], ["deletion"]),
        ("TCACA", "TCACACCA", ["insertion"], ["duplication"]),
        ("AC", "GTT", ["delins", "indel", "deletion-insertion", "insertion/deletion", "complex"], ["MNV", "insertion"]),
        ("ACA", "GTT", ["MNV", "mnp", "multi-nucleotide variant", "delins"], ["SNV", "indel", "inversion"]),
        ("ACG", "TCT", ["MNV"], ["SNV"]),
        ("AAC", "GTT", ["MNV", "inversion"], ["substitution"]),
        ("c", "t", ["SNV"], ["deletion"]),
        ("N", "<DEL>", ["deletion"], ["duplication"]),
        ("N", "<INS:ME:ALU>", ["insertion"], ["deletion"]),
        ("N", "<DUP:TANDEM>", ["duplication", "tandem duplication"], ["insertion"]),
        ("N", "<INV>", ["inversion"], ["deletion"]),
        ("N", "<CNV>", ["CNV", "copy number variant"], ["deletion"]),
        ("N", "<CN0>", ["copy number variation"], ["deletion"]),
        ("G", "G]17:198982]", ["breakend", "BND"], ["SNV"]),
        ("G", ".", ["no variant", "none", "reference"], ["SNV"]),
        ("G", "<NON_REF>", ["no variant"], ["SNV"]),
    ],
)
def test_a_type_is_seen_without_the_letters_that_both_share(ref, alt, right, wrong):
    asked = item("type", ref=ref, alt=alt, gt="0/0")
    assert {answer: mark(asked, answer).score for answer in right + wrong} == dict.fromkeys(right, 1) | dict.fromkeys(
        wrong, 0
    )


@given(*[st.text("ACGT", min_size=1, max_size=6)] * 2, *[st.text("ACGT", max_size=6)] * 2)
def test_letters_added_at_both_ends_never_change_the_type(ref, alt, before, behind):
    if ref != alt:
        assert type_of(before + ref + behind, before + alt + behind) == type_of(ref, alt)


@given(st.text("ACGT", min_size=1, max_size=8), st.text("ACGT", min_size=1, max_size=8))
def test_reading_a_change_backwards_turns_insertions_into_deletions_and_leaves_all_else(ref, alt):
    turned = {"insertion": "deletion", "deletion": "insertion"}
    if ref != alt:
        [there], [back] = type_of(ref, alt), type_of(alt, ref)
        assert back == turned.get(there, there)


@pytest.mark.parametrize(
    ("alt", "gt", "named", "expected"),
    [
        ("T,CA", "0/1", None, ["snv"]),
        ("T,CA", "0/2", None, ["insertion"]),
        ("T,CA", "2|0", None, ["insertion"]),
        ("T,CA", "1/2", None, ["snv", "insertion"]),
        ("T,CA", "0/0", None, ["snv", "insertion"]),
        ("T,CA", "./.", 2, ["insertion"]),
        ("T,G", "1/2", None, ["snv", "snv"]),
        ("T,*", "1/2", None, ["snv"]),
        ("T,<NON_REF>", "0/0", None, ["snv"]),
    ],
)
def test_of_several_alternatives_the_one_named_or_those_carried_are_in_question(alt, gt, named, expected):
    assert type_of("C", alt, gt=gt, alt_asked=named) == expected


def test_of_several_types_each_must_be_named():
    asked = item("type", alt="T,CA", gt="1/2")
    assert mark(asked, "SNV and insertion").score == 1
    assert mark(asked, "insertion, SNV").score == 1
    assert mark(asked, "SNV").score == 0
    assert mark(asked, "SNV, insertion and deletion").score == 0
    assert mark(item("type", alt="T,G", gt="1/2"), "SNV").score == 1


# -- Zygosity ----------------------------------------------------------------------------------------------------------

HET = ["heterozygous", "het", "Heterozygote", "HET.", "heterozygous (0/1)", "heterozygous C/T", "It is heterozygous"]
HOM_ALT = [
    "homozygous alternative",
    "hom alt",
    "homalt",
    "HOM_VAR",
    "homozygous",
    "homozygous for the variant",
    "homozygous T",
]
HOM_REF = ["homozygous reference", "hom ref", "hom-ref", "homozygous wild-type", "wild type", "homozygous C"]
HEMI = ["hemizygous", "hemi", "hemizygous alternative", "haploid"]
NOT_CALLED = ["unknown", "no call", "no genotype call", "missing data", "undetermined"]


@pytest.mark.parametrize(
    ("gt", "right", "wrong"),
    [
        ("0/1", HET, [*HOM_ALT, *HOM_REF, *HEMI, *NOT_CALLED, "compound heterozygous", "heterozygous (1/1)"]),
        ("0|1", HET, ["homozygous"]),
        ("1|0", HET, ["homozygous"]),
        ("1/1", HOM_ALT, [*HET, *HOM_REF, *HEMI, *NOT_CALLED]),
        ("1|1", HOM_ALT, ["homozygous non-reference, hemizygous"]),
        (
            "0/0",
            HOM_REF,
            [*HET, *HEMI, *NOT_CALLED, "homozygous", "homozygous alternative", "homozygous non-reference"],
        ),
        ("1", HEMI, ["homozygous", "heterozygous", "hemizygous reference"]),
        ("0", ["hemizygous", "hemizygous reference"], ["hemizygous alternative", "homozygous reference"]),
        ("./.", NOT_CALLED, [*HET, *HOM_ALT, *HOM_REF]),
        (".", NOT_CALLED, HEMI),
        ("./1", NOT_CALLED, [*HET, *HOM_ALT]),
        ("0/0/1", ["heterozygous"], ["homozygous"]),
        ("1/1/1", HOM_ALT, ["heterozygous"]),
    ],
)
def test_a_zygosity_follows_from_the_genotype_in_any_usual_words(gt, right, wrong):
    asked = item("zygosity", gt=gt)
    answers = right + wrong
    assert {answer: mark(asked, answer).score for answer in answers} == {answer: answer in right for answer in answers}


def test_two_different_alternatives_are_heterozygous():
    asked = item("zygosity", alt="T,G", gt="1/2")
    for answer in ("heterozygous", "het alt", "compound heterozygous", "heterozygous for two different alleles"):
        assert mark(asked, answer).score == 1
    for answer in ("homozygous", "het ref", "hemizygous"):
        assert mark(asked, answer).score == 0
    assert mark(item("zygosity", alt="T,*", gt="1/2"), "hemizygous").score == 1  # the other copy is deleted here


@given(st.lists(st.integers(0, 3), min_size=1, max_size=4), st.randoms(use_true_random=False), st.booleans())
def test_neither_order_nor_bar_changes_a_zygosity(calls, random, is_phased):
    def of(calls, separator):
        asked = item("zygosity", alt="T,G,A", gt=separator.join(map(str, calls)))
        return zygosity_of(genotype_of(read_record(asked)))

    shuffled = random.sample(calls, len(calls))
    assert of(shuffled, "|" if is_phased else "/") == of(calls, "/")


# -- Genotype ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 2), min_size=2, max_size=2), st.sampled_from("/|"), st.sampled_from("/|"))
def test_order_and_bar_never_matter_unless_phase_is_asked(calls, bar, other_bar):
    gt, turned = bar.join(map(str, calls)), other_bar.join(map(str, calls[::-1]))
    assert mark(item("genotype", alt="T,G", gt=gt), turned).score == 1
    has_to_be_phased = bar == "|" and len(set(calls)) > 1
    asked = item("genotype", alt="T,G", gt=gt, phased=True)
    assert mark(asked, turned).score == (not has_to_be_phased)
    assert mark(asked, gt).score == 1


@pytest.mark.parametrize(
    "answer", ["0/1", "1/0", " 0 / 1 ", "0|1", "GT=0/1", "gt: 0/1", "genotype 0/1", "C/T", "t/c", "CT"]
)
def test_a_genotype_is_given_by_numbers_or_letters(answer):
    assert mark(item("genotype"), answer).score == 1


@pytest.mark.parametrize(
    ("gt", "answer", "code"),
    [
        ("0/1", "1/1", "vcf-genotype"),
        ("0/1", "1", "vcf-genotype"),
        ("0/1", "0/0/1", "vcf-genotype"),
        ("0/1", "./.", "vcf-genotype"),
        ("0/1", "T/T", "vcf-genotype"),
        ("0/1", "C/A", "vcf-no-genotype"),
        ("0/1", "heterozygous", "vcf-no-genotype"),
        ("0/1", "0/", "vcf-no-genotype"),
        ("0/1", "0:1", "vcf-no-genotype"),
        ("1", "1/1", "vcf-genotype"),
        ("./1", "1/1", "vcf-genotype"),
    ],
)
def test_another_genotype_scores_nothing(gt, answer, code):
    assert codes_of(item("genotype", gt=gt), answer) == [code]


def test_calls_that_are_missing_or_single_are_genotypes_too():
    for answer in ("./.", ".", "no call", ".|."):
        assert mark(item("genotype", gt="./."), answer).score == 1
    assert mark(item("genotype", gt="./1"), "1/.").score == 1
    for answer in ("1", 1, "T"):
        assert mark(item("genotype", gt="1"), answer).score == 1
    assert mark(item("genotype", ref="GT", alt="G", gt="0/1"), "GT/G").score == 1


@pytest.mark.parametrize(
    ("answer", "codes"),
    [("0|1", []), ("0/1", ["vcf-phase-missing"]), ("1|0", ["vcf-phase-order"]), ("1|1", ["vcf-genotype"]), ("C|T", [])],
)
def test_phase_counts_where_the_item_asks_for_it(answer, codes):
    assert codes_of(item("genotype", gt="0|1", phased=True), answer) == codes


# -- Depth and allele balance ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "depth", "source"),
    [
        ({}, 50, "vcf-depth-of-sample"),
        ({"rest": ":27,23:52:99"}, 52, "vcf-depth-of-sample"),
        ({"rest": ":27,23:.:99"}, 50, "vcf-depth-by-alleles"),
        ({"rest": ":27,23"}, 50, "vcf-depth-by-alleles"),
        ({"rest": ":.,.:.", "info": "AC=1;DP=61"}, 61, "vcf-depth-of-info"),
        ({"rest": "", "info": "DP=61"}, 61, "vcf-depth-of-info"),
    ],
)
def test_depth_is_that_of_the_sample_if_the_record_tells_it(changes, depth, source):
    asked = item("depth", **changes)
    assert depth_of(read_record(asked)) == (depth, source)
    assert codes_of(asked, "12345") == [source]


@pytest.mark.parametrize("answer", [50, 50.0, "50", "50x", "50×", "50 X", "50 reads", "50-fold", "DP=50", "depth: 50"])
def test_a_depth_may_be_written_in_many_ways(answer):
    assert mark(item("depth"), answer).score == 1


@pytest.mark.parametrize("answer", [49, "51", "50.5", "27,23", "-50", "50 %", "50 mg", "fifty"])
def test_another_depth_scores_nothing(answer):
    assert mark(item("depth"), answer).score == 0


@pytest.mark.parametrize(
    "answer",
    [
        0.46,
        0.45,
        0.47,
        "0.46",
        "0,46",
        ".46",
        "46 %",
        "46%",
        "46 percent",
        "23/50",
        "23 of 50",
        "23 out of 50 reads",
        "VAF = 0.46",
    ],
)
def test_an_allele_balance_may_be_written_in_many_ways(answer):
    assert mark(item("allele_balance"), answer).score == 1


@pytest.mark.parametrize("answer", [0.449, 0.471, "46", "23/27", "27/50", "0.54", "46 reads", "half"])
def test_another_allele_balance_scores_nothing(answer):
    assert mark(item("allele_balance"), answer).score == 0


@pytest.mark.parametrize(
    ("changes", "balance"),
    [
        ({}, (23, 50)),
        ({"gt": "0/0", "rest": ":50,0:50"}, (0, 50)),
        ({"rest": ":27,23:60"}, (23, 50)),
        ({"alt": "T,G", "gt": "0/2", "rest": ":20,5,25:50"}, (25, 50)),
        ({"alt": "T,G", "gt": "1/2", "rest": ":2,23,25:50", "alt_asked": 1}, (23, 50)),
        ({"alt": "T,<NON_REF>", "gt": "0/0", "rest": ":49,1,0:50"}, (1, 50)),
        ({"alt": "T,*", "gt": "1/2", "rest": ":0,23,27:50", "alt_asked": 2}, (27, 50)),
    ],
)
def test_an_allele_balance_is_by_all_reads_of_all_alleles(changes, balance):
    asked = item("allele_balance", **changes)
    assert balance_of(read_record(asked), asked) == balance
    assert mark(asked, f"{balance[0]}/{balance[1]}").score == 1


@given(st.integers(0, 500), st.integers(1, 500), st.integers(-30, 30))
def test_a_fraction_is_right_within_a_hundredth(alternative, reference, thousandths):
    total = alternative + reference
    asked = item("allele_balance", rest=f":{reference},{alternative}:{total}")
    given = f"{alternative * 1000 + thousandths * total}/{total * 1000}"
    if thousandths >= 0 or alternative * 1000 + thousandths * total >= 0:
        assert mark(asked, given).score == (abs(thousandths) <= 10)


# -- Filter ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "right", "wrong"),
    [
        ("PASS", ["PASS", "pass", "Passed", "passed all filters", "FILTER=PASS"], [".", "LowQual", "not passed"]),
        (".", [".", "not applied", "No filters applied", "missing"], ["PASS", "passed", "q10"]),
        ("LowQual", ["LowQual", "lowqual", "low qual", "FILTER: LowQual"], ["PASS", "failed", "q10", "LowQual;q10"]),
        ("q10;s50", ["q10;s50", "s50, q10", "s50 q10", "q10 and s50"], ["q10", "PASS", "q10;s50;LowQual"]),
    ],
)
def test_filters_are_named_in_any_order(filters, right, wrong):
    asked = item("filter", filters=filters)
    assert {answer: mark(asked, answer).score for answer in right + wrong} == dict.fromkeys(right, 1) | dict.fromkeys(
        wrong, 0
    )


# -- The record --------------------------------------------------------------------------------------------------------


def test_the_sample_asked_about_is_the_one_that_is_read():
    record = line(gt="0/1", b="0/0", c="1/1")
    for sample, answer in enumerate(["het", "hom ref", "hom alt"]):
        assert mark({"record": record, "header": TRIO_HEADER, "ask": "zygosity", "sample": sample}, answer).score == 1
    assert mark({"record": record, "ask": "zygosity"}, "het").score == 1


def test_columns_may_be_separated_by_spaces():
    spaced = line().replace("\t", "  ")
    assert read_record({"record": spaced}) == read_record({"record": line()})
    assert read_record({"record": f" {line()}\r\n"}) == read_record({"record": line()})


def test_a_record_without_samples_tells_type_filter_and_depth():
    record = "\t".join(line().split("\t")[:8])
    for ask, answer in {"type": "SNV", "filter": "PASS", "depth": 50}.items():
        assert mark({"record": record, "ask": ask}, answer).score == 1


COLUMNS = line().split("\t")


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"ask": "type"}, "record is missing"),
        ({"ask": "type", "record": " "}, "record is missing"),
        ({"ask": "type", "record": 5}, "record is missing"),
        ({"ask": "type", "record": "\t".join(COLUMNS[:7])}, "7 columns"),
        ({"ask": "type", "record": "A" * 20_001}, "longer than"),
        ({"ask": "type", "record": TRIO_HEADER}, "one data line"),
        ({"ask": "type", "record": f"{line()}\n{line()}"}, "one data line"),
        ({"ask": "type", "record": line(ref="")}, "column 4 of the record is empty"),
        ({"ask": "type", "record": line(ref="U")}, "REF"),
        ({"ask": "type", "record": line(alt="T;G")}, "ALT of the record is no allele"),
        ({"ask": "type", "record": line(alt="c")}, "same as REF"),
        ({"ask": "type", "record": line().replace("2417", "here")}, "POS"),
        ({"ask": "type", "record": line().replace("733", "high")}, "QUAL"),
        ({"ask": "type", "record": line().replace("\t.\t", "\t")}, "POS|QUAL|REF"),
        ({"ask": "type", "record": line(info="DP=50 NOTE=spaces").replace("\t", " ")}, "FORMAT"),
        ({"ask": "type", "record": line(), "header": TRIO_HEADER}, "12 columns and record 10"),
        ({"ask": "type", "record": line(), "header": 5}, "header"),
        (item("type", sample=1), "no sample 1"),
        (item("type", sample=-1), "sample is not a number"),
        (item("type", sample=True), "sample is not a number"),
        (item("type", rest=":1:2:3:4"), "more values"),
        (item("type", alt="*"), "no ALT that is a variant"),
        (item("type", alt="*", gt="0/0"), "no ALT that is a variant"),
        (item("type", alt="T,*", alt_asked=2), "no type of its own"),
        (item("type", alt="<STR27>"), "no type that is known"),
        (item("type", alt_asked=2), "alt is not the number"),
        (item("type", alt_asked="T"), "alt is not the number"),
        (item("shoe size"), "ask is none of"),
        ({"record": line()}, "ask is none of"),
        (item("zygosity", keys="AD", gt="", rest="27,23"), "no GT"),
        ({"ask": "zygosity", "record": "\t".join(COLUMNS[:8])}, "no sample"),
        (item("zygosity", gt="0/2"), "allele 2"),
        (item("genotype", gt="0-1"), "GT of the record"),
        (item("genotype", phased="yes"), "phased"),
        (item("depth", rest="", info="."), "neither DP nor AD"),
        (item("depth", rest="", b="0/1"), "neither DP nor AD"),
        (item("depth", rest=":27,23:many"), "DP of the record"),
        (item("depth") | {"tolerance": -1}, "tolerance"),
        (item("allele_balance", rest=""), "no AD"),
        (item("allele_balance", rest=":27"), "counts 1 alleles"),
        (item("allele_balance", rest=":27,."), "AD of the record"),
        (item("allele_balance", rest=":0,0"), "no read"),
        (item("allele_balance", alt="T,G", gt="1/2", rest=":0,25,25"), "2 alternative alleles"),
        (item("allele_balance", alt=".", gt="0/0", rest=":50"), "0 alternative alleles"),
        (item("type") | {"asks": []}, "both"),
        ({"record": line(), "asks": None}, "ask is none of"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused_whatever_is_answered(asked, problem):
    for answer in ("SNV", None):
        with pytest.raises(UnusableItem, match=problem):
            mark(asked, answer)


@pytest.mark.parametrize("ask", ["type", "zygosity", "genotype", "depth", "allele_balance", "filter"])
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, "no-answer"),
        ("", "no-answer"),
        (" \u200b", "no-answer"),
        (True, "answer-of-another-kind"),
        (["SNV"], "answer-of-another-kind"),
        ("SNV\u0000", "answer-of-another-kind"),
        ("het " * 1_000, "answer-too-long"),
        ("ﷺ" * 100, "answer-too-long"),
    ],
)
def test_what_is_no_answer_scores_nothing_and_is_told_why(ask, answer, code):
    assert codes_of(item(ask), answer) == [code]


@pytest.mark.parametrize("ask", ["type", "zygosity", "filter"])
def test_a_number_answers_no_question_for_a_word(ask):
    assert codes_of(item(ask), 1) == ["answer-of-another-kind"]


@given(
    st.sampled_from(["type", "zygosity", "genotype", "depth", "allele_balance", "filter"]),
    st.text(max_size=40) | st.text("01/|.%x hetomalrfSNV", max_size=20) | st.floats() | st.integers(),
)
def test_no_answer_whatever_is_a_fault(ask, answer):
    asked = item(ask)
    assert mark(asked, answer).score in {0, 1}
    assert all(sentence_of(reason) for reason in mark(asked, answer).reasons)


@pytest.mark.parametrize(
    ("asked", "answer", "codes"),
    [
        (item("type"), "insertion", ["vcf-is-snv"]),
        (item("type"), "missense", ["vcf-no-type"]),
        (item("type"), "SNV or MNV", ["vcf-several-types", "vcf-is-snv"]),
        (item("type", ref="GAC", alt="G"), "indel", ["vcf-indel-which", "vcf-is-deletion"]),
        (item("zygosity"), "homozygous", ["vcf-is-heterozygous"]),
        (item("zygosity"), "0/1", ["vcf-zygosity-is-a-word", "vcf-is-heterozygous"]),
        (item("zygosity"), "not heterozygous", ["vcf-no-zygosity"]),
        (item("zygosity"), "het or hom", ["vcf-several-zygosities", "vcf-is-heterozygous"]),
        (item("zygosity", gt="0/0"), "homozygous", ["vcf-homozygous-for-which", "vcf-is-homozygous-reference"]),
        (item("zygosity", gt="./."), "het", ["vcf-is-not-called"]),
        (item("allele_balance"), "half", ["numeric-not-a-number", "vcf-balance"]),
        (item("filter", filters="q10;s50"), "PASS", ["vcf-filter-failed"]),
    ],
)
def test_reasons_teach_which_field_tells_it(asked, answer, codes):
    assert codes_of(asked, answer) == codes


def test_a_reason_quotes_the_record():
    assert mark(item("zygosity"), "hom").reasons == (Reason("vcf-is-heterozygous", {"gt": "0/1"}),)
    assert mark(item("allele_balance"), "0.9").reasons == (Reason("vcf-balance", {"alternative": "23", "all": "50"}),)


# -- Questions in parts ------------------------------------------------------------------------------------------------

KIND = {
    "id": "a",
    "prompt": "Which kind?",
    "type": "single",
    "options": ["SNV", "insertion", "deletion"],
    "answer": "SNV",
}
FRACTION = {"id": "b", "prompt": "Which fraction?", "type": "numeric", "answer": 0.46, "tolerance": 0.005}
LOST = {"id": "c", "prompt": "Is the frame kept?", "type": "single", "options": ["yes", "no"], "answer": "no"}
PARTS = {"record": line(), "asks": [KIND | {"ask": "type"}, FRACTION | {"ask": "allele_balance"}, LOST]}


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"a": "SNV", "b": "46 %", "c": "no"}, 3),
        ({"a": "SNV", "b": 0.46, "c": "yes"}, 2),
        ({"a": "deletion", "b": 0.466, "c": "no"}, 1),
        ({"a": "deletion"}, 0),
        ({"d": "SNV"}, 0),
        ({}, 0),
    ],
)
def test_parts_earn_the_share_that_is_right(answer, right):
    marked = mark(PARTS, answer)
    assert marked.score == right / 3
    assert all(sentence_of(reason) for reason in marked.reasons)
    assert [reason.code for reason in marked.reasons].count("vcf-part") == 3 - right
    assert right == 3 or marked.reasons[-1] == Reason("vcf-share", {"right": str(right), "all": "3"})


def test_parts_without_an_answer_or_of_another_kind():
    assert codes_of(PARTS, None) == ["no-answer"]
    assert codes_of(PARTS, "SNV") == ["answer-of-another-kind"]
    assert codes_of({"record": line(), "asks": [LOST]}, {"c": ["no", "yes"]}) == ["vcf-part", "vcf-share"]


def test_a_part_may_ask_about_a_sample_of_its_own_and_needs_no_key_then():
    mother = {"id": "m", "type": "single", "options": ["het", "hom ref"], "ask": "zygosity", "sample": 1}
    asked = {"record": line(gt="0/1", b="0/0"), "asks": [mother]}
    assert mark(asked, {"m": "hom ref"}).score == 1
    assert codes_of(asked, {"m": "het"}) == ["vcf-part", "vcf-is-homozygous-reference", "vcf-share"]


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([], "not a list"),
        ("abc", "not a list"),
        ([LOST] * 11, "not a list"),
        ([{}], "no id"),
        ([LOST, LOST], "same id"),
        ([LOST | {"type": "essay"}], "neither single nor numeric"),
        ([LOST | {"prompt": 5}], "prompt"),
        ([LOST | {"options": ["no"]}], "options of part c"),
        ([LOST | {"options": ["no", 5]}], "an option"),
        ([LOST | {"options": ["no", "no"]}], "same id"),
        ([LOST | {"answer": "perhaps"}], "not among its options"),
        ([FRACTION | {"answer": None}], "answer is not a number"),
        ([KIND | {"ask": "type", "answer": "deletion"}], "contradicts the record: deletion"),
        ([FRACTION | {"ask": "allele_balance", "answer": 0.54}], "contradicts the record"),
        ([KIND | {"ask": "type", "options": ["SNV", "SNP"]}], "2 options of part a"),
        ([{"id": "a", "type": "single", "ask": "type", "options": ["MNV", "deletion"]}], "0 options of part a"),
        ([FRACTION | {"ask": "zygosity"}], "no number"),
        ([KIND | {"ask": "colour"}], "ask is none of"),
        ([FRACTION | {"ask": ["depth"]}], "ask is none of"),
    ],
)
def test_parts_that_cannot_be_marked_or_contradict_the_record_are_refused(parts, problem):
    for answer in ({}, None):
        with pytest.raises(UnusableItem, match=problem):
            mark({"record": line(), "asks": parts}, answer)
