from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.acmg import CLASSES, class_of, mark

BENIGN, LIKELY_BENIGN, UNCERTAIN, LIKELY_PATHOGENIC, PATHOGENIC = CLASSES
ITEM = {"criteria": ["PVS1", "PM2"], "scheme": "richards2015"}
BOTH_SIDES = ["PVS1", "PM2", "BP4"]
PATHOGENIC_CRITERIA = (
    "PVS1",
    *(f"{kind}{n}" for kind, most in (("PS", 4), ("PM", 6), ("PP", 5)) for n in range(1, most + 1)),
)
BENIGN_CRITERIA = ("BA1", *(f"{kind}{n}" for kind, most in (("BS", 4), ("BP", 7)) for n in range(1, most + 1)))


def criteria(kind, number):
    return [f"{kind}{n}" for n in range(1, number + 1)]


def table_5(vs, s, m, p):
    """The rows of Table 5, written out as they stand there, each with "or more" where its number is the most it names."""
    pathogenic = [
        vs >= 1 and s >= 1,
        vs >= 1 and m >= 2,
        vs >= 1 and m >= 1 and p >= 1,
        vs >= 1 and p >= 2,
        s >= 2,
        s >= 1 and m >= 3,
        s >= 1 and m >= 2 and p >= 2,
        s >= 1 and m >= 1 and p >= 4,
    ]
    likely = [
        vs >= 1 and m >= 1,
        s >= 1 and m >= 1,
        s >= 1 and p >= 2,
        m >= 3,
        m >= 2 and p >= 2,
        m >= 1 and p >= 4,
    ]
    return PATHOGENIC if any(pathogenic) else LIKELY_PATHOGENIC if any(likely) else UNCERTAIN


@pytest.mark.parametrize("vs", range(2))
@pytest.mark.parametrize("s", range(5))
def test_every_number_of_pathogenic_criteria_is_classed_by_table_5(vs, s):
    for m, p in product(range(7), range(6)):
        chosen = criteria("PVS", vs) + criteria("PS", s) + criteria("PM", m) + criteria("PP", p)
        assert class_of({"criteria": chosen, "scheme": "richards2015"}) == table_5(vs, s, m, p), chosen


@pytest.mark.parametrize(("ba", "bs", "bp"), list(product(range(2), range(5), range(8))))
def test_every_number_of_benign_criteria_is_classed_by_table_5(ba, bs, bp):
    chosen = criteria("BA", ba) + criteria("BS", bs) + criteria("BP", bp)
    likely = (bs >= 1 and bp >= 1) or bp >= 2
    expected = BENIGN if ba or bs >= 2 else LIKELY_BENIGN if likely else UNCERTAIN
    assert class_of({"criteria": chosen, "scheme": "richards2015"}) == expected


@pytest.mark.parametrize(
    ("chosen", "by_table", "by_points"),
    [
        (["PVS1", "PM2"], LIKELY_PATHOGENIC, PATHOGENIC),
        (["PVS1", "PP3"], UNCERTAIN, LIKELY_PATHOGENIC),
        (["PVS1"], UNCERTAIN, LIKELY_PATHOGENIC),
        (["PM1", "PM2", "PP3"], UNCERTAIN, UNCERTAIN),
        (["PM1", "PM2", "PM5"], LIKELY_PATHOGENIC, LIKELY_PATHOGENIC),
        (["BP4"], UNCERTAIN, LIKELY_BENIGN),
        (["BS1"], UNCERTAIN, LIKELY_BENIGN),
        (["BS1", "BP4", "BP7"], LIKELY_BENIGN, LIKELY_BENIGN),
        (["BS1", "BS2"], BENIGN, BENIGN),
        (["BA1"], BENIGN, BENIGN),
        ([], UNCERTAIN, UNCERTAIN),
    ],
)
def test_the_two_schemes_are_told_apart(chosen, by_table, by_points):
    assert class_of({"criteria": chosen, "scheme": "richards2015"}) == by_table
    assert class_of({"criteria": chosen, "scheme": "tavtigian2020"}) == by_points


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["PVS1", "PM2_Supporting"], UNCERTAIN),
        (["PVS1_Strong", "PM2"], LIKELY_PATHOGENIC),
        (["PVS1_strong", "PS3"], PATHOGENIC),
        (["PM2_VeryStrong", "PM1"], LIKELY_PATHOGENIC),
        (["PM3_Very Strong", "PVS1"], PATHOGENIC),
        (["PP1_Moderate", "PP4_MODERATE", "pm2"], LIKELY_PATHOGENIC),
        (["BP4_Strong", "BP7"], LIKELY_BENIGN),
        (["BS1_StandAlone"], BENIGN),
    ],
)
def test_a_criterion_counts_at_the_strength_applied_to_it(chosen, expected):
    assert class_of({"criteria": chosen, "scheme": "richards2015"}) == expected


def test_benign_evidence_of_any_strength_has_points():
    assert class_of({"criteria": ["BP4_Moderate"], "scheme": "tavtigian2020"}) == LIKELY_BENIGN
    assert class_of({"criteria": ["BS1_VeryStrong"], "scheme": "tavtigian2020"}) == BENIGN


@pytest.mark.parametrize(
    ("chosen", "any_opposing", "both_reach"),
    [
        (["PVS1", "PM2", "BP4"], UNCERTAIN, LIKELY_PATHOGENIC),
        (["PM1", "PM2", "PM5", "BP4", "BP7"], UNCERTAIN, UNCERTAIN),
        (["PVS1", "PS1", "BA1"], UNCERTAIN, UNCERTAIN),
        (["PP3", "BS1", "BS2"], UNCERTAIN, BENIGN),
        (["PP3", "BP4"], UNCERTAIN, UNCERTAIN),
    ],
)
def test_mixed_evidence_is_read_as_the_item_names(chosen, any_opposing, both_reach):
    mixed = {"criteria": chosen, "scheme": "richards2015"}
    assert class_of(mixed | {"conflict": "any_opposing"}) == any_opposing
    assert class_of(mixed | {"conflict": "both_reach"}) == both_reach
    for scheme in ("richards2015", "tavtigian2020"):
        with pytest.raises(UnusableItem, match="both sides"):
            class_of(mixed | {"scheme": scheme})


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["PVS1", "PM2", "BP4"], LIKELY_PATHOGENIC),
        (["PM2", "BP4"], UNCERTAIN),
        (["PP3", "BS1", "BS2"], BENIGN),
        (["PP3", "BS1"], LIKELY_BENIGN),
        (["PVS1", "PS1", "BA1"], BENIGN),
    ],
)
def test_points_of_both_sides_are_added_where_the_item_says_so(chosen, expected):
    assert class_of({"criteria": chosen, "scheme": "tavtigian2020", "conflict": "points"}) == expected


@given(st.lists(st.sampled_from(PATHOGENIC_CRITERIA)), st.sampled_from(PATHOGENIC_CRITERIA), st.booleans())
def test_one_more_pathogenic_criterion_never_lowers_the_class_and_twice_counts_once(chosen, more, by_points):
    scheme = "tavtigian2020" if by_points else "richards2015"
    before = class_of({"criteria": chosen, "scheme": scheme})
    after = class_of({"criteria": [*chosen, more], "scheme": scheme})
    assert CLASSES.index(after) >= CLASSES.index(before)
    assert class_of({"criteria": [*chosen, more, more], "scheme": scheme}) == after


@given(
    st.sets(st.sampled_from(PATHOGENIC_CRITERIA + BENIGN_CRITERIA)),
    st.sampled_from(CLASSES),
    st.sampled_from(["any_opposing", "both_reach"]),
)
def test_exactly_one_class_is_right(chosen, answer, conflict):
    item = {"criteria": sorted(chosen), "scheme": "richards2015", "conflict": conflict}
    assert mark(item, answer).score == (answer == class_of(item))
    assert mark(item, answer).edition == "richards2015"


@pytest.mark.parametrize(
    "answer",
    [
        "Likely pathogenic",
        "likely-pathogenic",
        " LIKELY  PATHOGENIC. ",
        "likley pathogenic",
        "likely pathogneic",
        "Likely pathogenic (class 4)",
        "LP",
        "class 4",
        "Class4",
        "class IV",
        "4",
        "It is a likely pathogenic variant",
        "likely\u00a0pathogenic",
    ],
)
def test_usual_spellings_are_understood(answer):
    assert mark(ITEM, answer).score == 1


@pytest.mark.parametrize(
    "answer",
    ["VUS", "Variant of uncertain significance", "variant of unknown significance", "uncertain", "class 3", "VOUS"],
)
def test_the_uncertain_class_has_many_names(answer):
    assert mark({"criteria": ["PM2"], "scheme": "richards2015"}, answer).score == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("Pathogenic", "acmg-is-likely-pathogenic"),
        ("VUS", "acmg-is-likely-pathogenic"),
        ("benign", "acmg-is-likely-pathogenic"),
        ("unlikely pathogenic", "acmg-no-class"),
        ("likely nonpathogenic", "acmg-no-class"),
        ("not likely pathogenic", "acmg-no-class"),
        ("class 6", "acmg-no-class"),
        ("likely", "acmg-no-class"),
        ("?", "acmg-no-class"),
        ("variant", "acmg-no-class"),
        ("P/LP", "acmg-several-classes"),
        ("pathogenic or likely pathogenic", "acmg-several-classes"),
        ("", "no-answer"),
        (None, "no-answer"),
        (4, "answer-of-another-kind"),
        (["LP"], "answer-of-another-kind"),
        ("likely\u0000pathogenic", "answer-of-another-kind"),
        ("likely " * 2_000, "answer-too-long"),
        ("[" * 10_000, "answer-too-long"),
    ],
)
def test_anything_else_scores_nothing_and_is_told_why(answer, code):
    assert mark(ITEM, answer).score == 0
    assert [reason.code for reason in mark(ITEM, answer).reasons] == [code]


def test_reasons_count_the_evidence_and_the_points():
    assert mark(ITEM, "VUS").reasons == (Reason("acmg-is-likely-pathogenic", {"counts": "1 PVS + 1 PM"}),)
    assert mark(ITEM | {"scheme": "tavtigian2020"}, "LP").reasons == (
        Reason("acmg-is-pathogenic", {"counts": "1 PVS + 1 PM"}),
        Reason("acmg-points", {"points": "10"}),
    )
    mixed = {"criteria": BOTH_SIDES, "scheme": "richards2015", "conflict": "any_opposing"}
    assert mark(mixed, "LP").reasons == (Reason("acmg-conflict", {"counts": "1 PVS + 1 PM + 1 BP"}),)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"criteria": None}, "not a list"),
        ({"criteria": "PVS1"}, "not a list"),
        ({"criteria": ["PM2"] * 101}, "not a list"),
        ({"criteria": ["PVS2"]}, "no criterion PVS2"),
        ({"criteria": ["PM7"]}, "no criterion PM7"),
        ({"criteria": ["PP0"]}, "no criterion"),
        ({"criteria": ["PM2_Huge"]}, "no strength"),
        ({"criteria": ["PM2_StandAlone"]}, "only benign"),
        ({"criteria": ["BP4_Moderate"]}, "Table 5"),
        ({"criteria": ["PM2", "PM2_Supporting"]}, "two strengths"),
        ({"criteria": [5]}, "not the name"),
        ({"criteria": ["P" * 1_000]}, "not the name"),
        ({"scheme": "acmg2015"}, "scheme"),
        ({"scheme": None}, "scheme"),
        ({"conflict": "whatever"}, "conflict"),
        ({"conflict": "points"}, "points only"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, "LP")
