import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.assessments.rules import UnusableItem
from courses.assessments.rules.hgvs import SAME_VARIANT, UnusableKey, canonical_of, mark, observed_of
from courses.assessments.words import sentence_of

ACCESSION = "NM_000001.2"
ITEM = {
    "reference": "ATGAAATTTGGGCCC",
    "coordinate": "c",
    "cds_start": 1,
    "accession": ACCESSION,
    "key": "c.6dup",
}
# Two letters before the start codon, a stop codon at 15 to 17, four letters behind it.
WHOLE_GENE = {
    "reference": "GGATGAAATTTGGGTAACACA",
    "coordinate": "c",
    "cds_start": 3,
    "cds_end": 17,
    "accession": "",
    "key": "c.*2del",
}
PROTEIN = {"reference": "MKLSEWCAAAGGTR*", "coordinate": "p", "accession": "", "key": "p.(Trp6Cys)"}


def codes_of(item, answer):
    reasons = mark(item, answer).reasons
    assert all(sentence_of(reason) for reason in reasons)  # each can be said to the learner
    return {reason.code for reason in reasons}


def score_of(item, answer):
    codes_of(item, answer)
    return mark(item, answer).score


# -- The example of the specification --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "rules"),
    [
        ("c.4dup", {"hgvs-three-prime"}),
        ("c.6_7insA", {"hgvs-dup-before-ins"}),
        ("c.4_5insA", {"hgvs-dup-before-ins", "hgvs-three-prime"}),
        ("c.3_4insA", {"hgvs-dup-before-ins", "hgvs-three-prime"}),
        ("c.6dupA", {"hgvs-stated-letters"}),
        ("c.6dup1", {"hgvs-stated-letters"}),
        ("c.6delinsAA", {"hgvs-simplest-type"}),
        ("c.6delAinsAA", {"hgvs-simplest-type", "hgvs-stated-letters"}),
        ("c.4_6delinsAAAA", {"hgvs-simplest-type"}),
        ("c.6_6dup", {"hgvs-one-position"}),
        ("c.[6dup]", {"hgvs-one-change"}),
        ("c.4A[4]", {"hgvs-repeat"}),
        ("c.4_6A[4]", {"hgvs-repeat"}),
        ("c.4[4]", {"hgvs-repeat"}),
        ("c.6_7ins4_4", {"hgvs-inserted-stretch", "hgvs-dup-before-ins"}),
        ("6dup", {"hgvs-prefix"}),
        ("c6dup", {"hgvs-prefix"}),
        (f"{ACCESSION}(GENE1):c.6dup", {"hgvs-gene-beside-accession"}),
    ],
)
def test_another_description_of_the_variant_earns_most_and_is_told_what_it_missed(answer, rules):
    assert score_of(ITEM, answer) == SAME_VARIANT
    assert codes_of(ITEM, answer) == rules | {"hgvs-canonical"}
    assert mark(ITEM, answer).reasons[-1].facts["canonical"] == "c.6dup"


@pytest.mark.parametrize(
    "answer",
    [
        "c.6dup",
        " c. 6 dup ",
        "C.6DUP",
        "c.6dup.",
        "“c.6dup”",
        "c.\u20606\u200bdup",
        "\u2068c.6dup\u2069",
        "ｃ．６ｄｕｐ",
        "c.6dup\r\n",
        f"{ACCESSION}:c.6dup",
        f"{ACCESSION.lower()} : c.6dup",
        f"{ACCESSION}c.6dup",
    ],
)
def test_what_a_keyboard_adds_is_no_part_of_the_answer(answer):
    assert mark(ITEM, answer).score == 1
    assert mark(ITEM, answer).reasons == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("c.5_6dup", "hgvs-other-variant"),
        ("c.7dup", "hgvs-other-variant"),
        ("c.6del", "hgvs-other-variant"),
        ("c.6_7insT", "hgvs-other-variant"),
        ("c.6A>A", "hgvs-other-variant"),
        ("c.=", "hgvs-other-variant"),
        ("c.4A[5]", "hgvs-other-variant"),
        ("c.6insA", "hgvs-ins-between"),
        ("c.5_7insA", "hgvs-ins-between"),
        ("c.7_6insA", "hgvs-range-backwards"),
        ("c.6_4dup", "hgvs-range-backwards"),
        ("c.6dupG", "hgvs-stated-differ"),
        ("c.6dupAA", "hgvs-stated-length"),
        ("c.6dup2", "hgvs-stated-length"),
        ("c.6_7ins", "hgvs-inserted-letters"),
        ("c.6_7ins1", "hgvs-inserted-letters"),
        ("c.6_7ins(1)", "hgvs-inserted-letters"),
        ("c.6_7insU", "hgvs-letters"),
        ("c.6>AA", "hgvs-sub-letters"),
        ("c.6A>", "hgvs-sub-letters"),
        ("c.0dup", "hgvs-no-zero"),
        ("c.06dup", "hgvs-no-zero"),
        ("c.16dup", "hgvs-outside"),
        ("c.15_16insA", "hgvs-outside"),
        ("c.-1dup", "hgvs-outside"),
        ("c.*1dup", "hgvs-no-stop-known"),
        ("c.6+1dup", "hgvs-intron"),
        ("c.4-6dup", "hgvs-intron"),
        ("c.4–6dup", "hgvs-intron"),
        ("c.(6dup)", "hgvs-uncertain"),
        ("c.(4_6)dup", "hgvs-uncertain"),
        ("c.?dup", "hgvs-uncertain"),
        ("c.dup", "hgvs-no-position"),
        ("c.[6dup;6dup]", "hgvs-overlap"),
        ("c.6C[2]", "hgvs-no-repeat"),
        ("c.4A[99999]", "hgvs-too-many-copies"),
        ("c.[" + ";".join(["6dup"] * 21) + "]", "hgvs-too-many-changes"),
        ("g.6dup", "hgvs-other-coordinate"),
        ("p.(Lys2dup)", "hgvs-other-coordinate"),
        ("r.6dup", "hgvs-other-coordinate"),
        ("NM_000001.3:c.6dup", "hgvs-other-version"),
        ("NM_000001:c.6dup", "hgvs-other-version"),
        ("NM_000002.2:c.6dup", "hgvs-other-accession"),
        ("NM_000001.22:c.6dup", "hgvs-other-version"),
        ("GENE1:c.6dup", "hgvs-other-accession"),
        ("NM_000001.3(GENE1):c.6dup", "hgvs-other-version"),
        ("6", "hgvs-not-readable"),
        ("c.", "hgvs-not-readable"),
        ("c.c.6dup", "hgvs-not-readable"),
        ("c.6dup c.6dup", "hgvs-not-readable"),
        ("six, doubled", "hgvs-not-readable"),
        ("", "no-answer"),
        ("  ", "no-answer"),
        (None, "no-answer"),
        (6, "answer-of-another-kind"),
        (["c.6dup"], "answer-of-another-kind"),
    ],
)
def test_another_variant_or_no_description_earns_nothing_and_is_told_why(answer, code):
    assert score_of(ITEM, answer) == 0
    assert codes_of(ITEM, answer) == {code}


@pytest.mark.parametrize(
    ("answer", "score"),
    [(f"{ACCESSION}:c.6dup", 1), (f"{ACCESSION}:c.4dup", SAME_VARIANT), ("c.6dup", 0), ("NM_000001.3:c.6dup", 0)],
)
def test_an_accession_is_asked_for_where_the_item_says_so(answer, score):
    assert score_of(ITEM | {"require_accession": True}, answer) == score


def test_an_item_without_accession_ignores_one():
    assert mark(ITEM | {"accession": ""}, "NM_000009.9:c.6dup").score == 1


def test_another_gene_than_the_items_is_refused():
    item = ITEM | {"gene": "GENE1"}
    assert score_of(item, f"{ACCESSION}(GENE1):c.6dup") == SAME_VARIANT
    assert codes_of(item, f"{ACCESSION}(GENE2):c.6dup") == {"hgvs-other-gene"}


# -- Other changes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "canonical", "others"),
    [
        ("c.4A>G", "c.4A>G", ["c.4delinsG", "c.4delAinsG", "c.4_5delinsGA"]),
        ("c.4A→G", "c.4A>G", ["c.4delinsG"]),
        ("c.7_8del", "c.8_9del", ["c.7_8del", "c.8_9delTT", "c.7_9delinsT", "c.7_8del2"]),
        ("c.4_6dup", "c.4_6dup", ["c.6_7insAAA", "c.3_4insAAA", "c.4_6delinsAAAAAA"]),
        ("c.6_7insC", "c.6_7insC", ["c.6delinsAC", "c.7delinsCT"]),
        ("c.3_4delinsTT", "c.3_4delinsTT", ["c.3_4GA>TT", "c.3_5delinsTTA", "c.[3G>T;4A>T]"]),
        ("c.3_7inv", "c.3_7inv", ["c.3_7delinsATTTC", "c.3_7invGAAAT"]),
        ("c.[3G>T;7T>C]", "c.[3G>T;7T>C]", ["c.[7T>C;3G>T]", "c.3_7delinsTAAAC"]),
        ("c.1_2insG", "c.1_2insG", ["c.1delinsAG"]),
        ("c.1dup", "c.1dup", ["c.1_2insA", "c.1delinsAA"]),
        ("c.1_3dup", "c.2_4dup", ["c.1_3dup", "c.3_4insATG"]),
        ("c.15C[3]", "c.14_15dup", ["c.13_14dup", "c.15_15C[3]"]),
        ("c.6=", "c.6=", ["c.=", "c.6A="]),
    ],
)
def test_each_type_has_one_recommended_description(key, canonical, others):
    item = ITEM | {"key": key}
    assert canonical_of(item) == canonical
    assert mark(item, canonical).score == 1
    assert {answer: score_of(item, answer) for answer in others} == dict.fromkeys(others, SAME_VARIANT)


@pytest.mark.parametrize("key", ["c.4_5delinsTT", "c.4_6A[4]"])
def test_where_the_recommendations_leave_a_choice_the_authors_own_form_is_full_marks_too(key):
    item = ITEM | {"key": key}
    assert mark(item, key).score == mark(item, canonical_of(item)).score == 1
    assert canonical_of(item) != key


def test_a_key_that_breaks_a_rule_does_not_make_the_rule_void():
    assert score_of(ITEM | {"key": "c.4dup"}, "c.4dup") == SAME_VARIANT
    assert mark(ITEM | {"key": "c.4dup"}, "c.6dup").score == 1


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        ("c.*2del", 1),
        ("c.*2delC", 0),
        ("c.*2delA", SAME_VARIANT),
        ("c.*1del", 0),
        ("c.17del", 0),
        ("c.*5del", 0),
        ("c.*4_*5del", 0),
        ("c.-1del", 0),
    ],
)
def test_positions_are_counted_from_the_start_and_the_stop_codon(answer, score):
    assert score_of(WHOLE_GENE, answer) == score


def test_positions_before_and_behind_the_coding_sequence_have_names_of_their_own():
    assert canonical_of(WHOLE_GENE | {"key": "c.-2dup"}) == "c.-1dup"
    assert canonical_of(WHOLE_GENE | {"key": "c.15_*1insG"}) == "c.15_*1insG"
    assert canonical_of(WHOLE_GENE | {"key": "c.-1_1insT"}) == "c.-1_1insT"
    assert codes_of(WHOLE_GENE, "c.16del") == {"hgvs-behind-stop"}
    assert observed_of(WHOLE_GENE | {"key": "c.1A>C"}) == "GGCTGAAATTTGGGTAACACA"


def test_an_inversion_names_only_what_it_changes():
    item = {"reference": "CCAGGATGG", "coordinate": "g", "key": "g.3_7inv"}
    assert canonical_of(item) == "g.4_6inv"
    assert codes_of(item, "g.3_7inv") == {"hgvs-shortest", "hgvs-canonical"}


@pytest.mark.parametrize("coordinate", ["g", "n"])
def test_other_numberings_are_plain(coordinate):
    item = ITEM | {"coordinate": coordinate, "key": f"{coordinate}.6dup"}
    assert mark(item, f"{coordinate}.6dup").score == 1
    assert codes_of(item, f"{coordinate}.-6dup") == codes_of(item, f"{coordinate}.*6dup") == {"hgvs-plain-numbers"}
    assert codes_of(item, "c.6dup") == {"hgvs-other-coordinate"}


def test_a_reference_in_small_letters_is_the_same_reference():
    assert mark(ITEM | {"reference": ITEM["reference"].lower()}, "c.6dup").score == 1


# -- Laws --------------------------------------------------------------------------------------------------------------

dna = st.text("ACGT", max_size=12)
references = st.text("ACGT", min_size=2, max_size=30)


@st.composite
def edits(draw, reference):
    """A stretch of the reference and what stands there instead, as deletion-insertion; not the whole, not nothing."""
    start = draw(st.integers(0, len(reference) - 1))
    end = draw(st.integers(start + 1, min(len(reference), start + 6)))
    return start, end, draw(dna)


def written(start, end, new):
    place = str(start + 1) if end == start + 1 else f"{start + 1}_{end}"
    return f"g.{place}delins{new}" if new else f"g.{place}del"


def task(reference, key):
    return {"reference": reference, "coordinate": "g", "key": key}


@given(references.flatmap(lambda reference: st.tuples(st.just(reference), edits(reference))))
def test_the_recommended_description_of_any_edit_leads_to_the_same_sequence_and_is_full_marks(drawn):
    reference, (start, end, new) = drawn
    observed = reference[:start] + new + reference[end:]
    item = task(reference, written(start, end, new))
    assert observed_of(item) == observed
    assume(observed != reference)
    best = canonical_of(item)
    assert observed_of(task(reference, best)) == observed
    assert canonical_of(task(reference, best)) == best
    assert mark(item, best).score == 1
    assert score_of(item, written(start, end, new)) >= SAME_VARIANT


@given(references.flatmap(lambda reference: st.tuples(st.just(reference), edits(reference), edits(reference))))
def test_two_descriptions_agree_exactly_when_their_sequences_do(drawn):
    reference, one, other = drawn
    item = task(reference, written(*one))
    same = observed_of(item) == observed_of(task(reference, written(*other)))
    assert (score_of(item, written(*other)) >= SAME_VARIANT) is same


@given(st.text("A", min_size=1, max_size=8), st.text("CGT", min_size=1, max_size=3), st.data())
def test_every_place_in_a_run_is_accepted_and_only_the_last_is_full_marks(run, frame, data):
    reference = frame + run + frame
    last = len(frame) + len(run)
    place = data.draw(st.integers(len(frame) + 1, last))
    for kind in ("del", "dup"):
        score = mark(task(reference, f"g.{last}{kind}"), f"g.{place}{kind}").score
        assert score == (1 if place == last else SAME_VARIANT)


@given(st.text(max_size=60) | st.text("c.0123456789_delinsdupv[]();=>*-+ACGT", max_size=40))
def test_no_answer_whatever_is_a_fault(answer):
    assert score_of(ITEM, answer) in {0, SAME_VARIANT, 1}
    assert score_of(PROTEIN, "p." + answer) in {0, SAME_VARIANT, 1}


# -- Proteins ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "answer", "rules"),
    [
        ("p.(Trp6Cys)", "p.Trp6Cys", {"hgvs-brackets"}),
        ("p.(Trp6Cys)", "p.(W6C)", {"hgvs-three-letter"}),
        ("p.(Trp6Cys)", "p.W6C", {"hgvs-three-letter", "hgvs-brackets"}),
        ("p.(Trp6Cys)", "(Trp6Cys)", {"hgvs-prefix"}),
        ("p.(Trp6Cys)", "p(Trp6Cys)", {"hgvs-prefix"}),
        ("p.(Trp6Cys)", "p.(Trp6delinsCys)", {"hgvs-simplest-type"}),
        ("p.Trp6Cys", "p.(Trp6Cys)", {"hgvs-no-brackets"}),
        ("p.(Cys7Ter)", "p.(Cys7*)", {"hgvs-ter"}),
        ("p.(Cys7Ter)", "p.(C7*)", {"hgvs-ter", "hgvs-three-letter"}),
        ("p.(Cys7Ter)", "p.(Cys7Stop)", {"hgvs-ter"}),
        ("p.(Cys7Ter)", "p.(Cys7_Arg14del)", {"hgvs-nonsense"}),
        ("p.(Cys7Ter)", "p.(Cys7fsTer1)", {"hgvs-nonsense"}),
        ("p.(Ala10dup)", "p.(Ala8dup)", {"hgvs-c-terminal"}),
        ("p.(Ala10dup)", "p.(Ala10dupAla)", {"hgvs-stated-letters"}),
        ("p.(Ala10dup)", "p.(Ala10_Gly11insAla)", {"hgvs-dup-before-ins"}),
        ("p.(Ala10dup)", "p.(Ala8[4])", {"hgvs-repeat"}),
        ("p.(Ala10del)", "p.(Ala9del)", {"hgvs-c-terminal"}),
        ("p.(Lys2_Leu3insGlnSer)", "p.(K2_L3insQS)", {"hgvs-three-letter"}),
        ("p.(Lys2_Leu3insGlnSer)", "p.(Lys2_Leu3insQS)", {"hgvs-three-letter"}),
        ("p.(Leu3_Ser4delinsTrp)", "p.(Leu3_Glu5delinsTrpGlu)", {"hgvs-shortest"}),
        ("p.(Leu3_Ser4delinsTrp)", "p.(Leu3_Ser4delLeuSerinsTrp)", {"hgvs-stated-letters"}),
        ("p.(Ser4ProfsTer23)", "p.(Ser4Profs*23)", {"hgvs-ter"}),
        ("p.(Ser4ProfsTer23)", "p.(S4PfsX23)", {"hgvs-ter", "hgvs-three-letter"}),
        ("p.(Ser4ProfsTer23)", "p.(Ser4fs)", {"hgvs-short-shift"}),
        ("p.(Ser4ProfsTer23)", "p.(Ser4fsTer23)", {"hgvs-short-shift"}),
        ("p.Ter15GlnextTer17", "p.*15Glnext*17", {"hgvs-ter"}),
    ],
)
def test_a_protein_description_is_told_what_it_missed(key, answer, rules):
    item = PROTEIN | {"key": key}
    assert score_of(item, answer) == SAME_VARIANT
    assert codes_of(item, answer) == rules | {"hgvs-canonical"}
    assert canonical_of(item) == key


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("p.(Trp6Cys)", "P.(TRP6CYS)"),
        ("p.(Trp6Cys)", "p. (Trp6Cys)"),
        ("p.(Lys2_Leu3insAlaLeuAla)", "P.(LYS2_LEU3INSALALEUALA)"),
        ("p.(Lys2_Leu3insGlnTer)", "p.(Lys2_Leu3insGlnTer)"),
        ("p.(Trp6=)", "p.(Trp6=)"),
        ("p.(=)", "p.(=)"),
        ("p.0", "p.0"),
        ("p.(Met1?)", "p.(Met1?)"),
        ("p.Met1ext-5", "p.Met1ext-5"),
        ("p.Met1Valext-12", "p.Met1Valext-12"),
        ("p.Ala8[5]", "p.Ala8[5]"),
    ],
)
def test_a_protein_description_as_recommended_is_full_marks(key, answer):
    assert mark(PROTEIN | {"key": key}, answer).score == 1


def test_residues_have_no_other_strand():
    item = PROTEIN | {"reference": "MACK", "key": "p.(Ala2_Cys3delinsGlyThr)"}  # as letters of DNA, GT is AC inverted
    assert canonical_of(item) == item["key"]


@pytest.mark.parametrize(
    ("key", "answer", "code"),
    [
        ("p.(Trp6Cys)", "p.(Trp6Arg)", "hgvs-other-variant"),
        ("p.(Trp6Cys)", "p.(Trp6=)", "hgvs-other-variant"),
        ("p.(Trp6Cys)", "p.(Glu6Cys)", "hgvs-stated-differ"),
        ("p.(Trp6Cys)", "p.(Trp60Cys)", "hgvs-outside"),
        ("p.(Trp6Cys)", "p.(Trp06Cys)", "hgvs-no-zero"),
        ("p.(Trp6Cys)", "p.(B6C)", "hgvs-no-residue"),
        ("p.(Trp6Cys)", "p.(Trp6_Cys7Ala)", "hgvs-protein-range"),
        ("p.(Trp6Cys)", "p.(Cys7_Trp6del)", "hgvs-range-backwards"),
        ("p.(Trp6Cys)", "p.((Trp6Cys))", "hgvs-not-readable"),
        ("p.(Trp6Cys)", "p.?", "hgvs-other-variant"),
        ("p.(Trp6Cys)", "c.18G>T", "hgvs-other-coordinate"),
        ("p.(Cys7Ter)", "p.(Cys7X)", "hgvs-x"),
        ("p.(Cys7Ter)", "p.(Cys7fs)", "hgvs-other-variant"),
        ("p.(Ala10dup)", "p.(Ala10dupGly)", "hgvs-stated-residues-differ"),
        ("p.(Ala10dup)", "p.(Ala10insAla)", "hgvs-ins-between-residues"),
        ("p.(Ala10dup)", "p.(Ala8[9999])", "hgvs-too-many-copies"),
        ("p.(Ser4ProfsTer23)", "p.(Ser4ProfsTer24)", "hgvs-shift-differs"),
        ("p.(Ser4ProfsTer23)", "p.(Ser4LeufsTer23)", "hgvs-shift-differs"),
        ("p.(Ser4ProfsTer23)", "p.(Glu5ProfsTer23)", "hgvs-other-variant"),
        ("p.(Ser4ProfsTer23)", "p.(Ser4ProfsTer1)", "hgvs-shift-begins-with-stop"),
        ("p.(Ser4fs)", "p.(Ser4ProfsTer23)", "hgvs-shift-beyond-key"),
        ("p.Ter15GlnextTer17", "p.Ter15GlnextTer18", "hgvs-other-variant"),
        ("p.Ter15GlnextTer17", "p.Ter15Gln", "hgvs-stop-lost"),
        ("p.Ter15GlnextTer17", "p.Arg14GlnextTer17", "hgvs-extension-at-ends"),
    ],
)
def test_another_protein_variant_earns_nothing_and_is_told_why(key, answer, code):
    item = PROTEIN | {"key": key}
    assert score_of(item, answer) == 0
    assert codes_of(item, answer) == {code}


@given(st.text("ACDEFGHIKLMNPQRSTVWY", min_size=2, max_size=12), st.data())
def test_the_recommended_description_of_any_protein_edit_is_full_marks(reference, data):
    start = data.draw(st.integers(0, len(reference) - 1))
    residues = st.text("ACDEFGHIKLMNPQRSTVWY", min_size=1, max_size=3)
    key = f"p.{reference[start]}{start + 1}delins{data.draw(residues)}"
    item = {"reference": reference, "coordinate": "p", "key": key}
    assume(observed_of(item) != reference)
    assert mark(item, canonical_of(item)).score == 1
    assert observed_of(item | {"key": canonical_of(item)}) == observed_of(item)
    assert score_of(item, key) == SAME_VARIANT


# -- Hostile answers and unusable items ----------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["c", "[", "(", "A", "9", "-", ">", "\u0000", "ﷺ", "c.1_", "c.6_7insA"])
def test_a_long_answer_is_refused_by_its_length_before_it_is_read(letter, monkeypatch):
    def read(answer, task):
        pytest.fail("it was read")

    monkeypatch.setattr("courses.assessments.rules.hgvs._read", read)
    assert codes_of(ITEM, (letter * 10_000)[:10_000]) == {"answer-too-long"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("c.1_999999999del", "hgvs-outside"),
        ("c.1_9999999999999del", "hgvs-not-readable"),
        ("c.6\u0000dup", "hgvs-control-characters"),
        ("c.6\u001bdup", "hgvs-control-characters"),
        ("c.6\ud800dup", "hgvs-control-characters"),
        ("c." + "[" * 400 + "6dup" + "]" * 400, "hgvs-not-readable"),
        ("c." + "(" * 1200 + ")" * 1200, "hgvs-uncertain"),
        ("ﷺ" * 2_000, "answer-too-long"),
        ("c.6_7ins" + "ACGT" * 600, "hgvs-other-variant"),
    ],
)
def test_a_hostile_answer_earns_nothing(answer, code):
    assert score_of(ITEM, answer) == 0
    assert codes_of(ITEM, answer) == {code}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"reference": ""}, "reference is missing"),
        ({"reference": None}, "reference is missing"),
        ({"reference": "ATGXXX"}, "one-letter DNA: X"),
        ({"reference": "A" * 10_001}, "longer than 10000"),
        ({"coordinate": "r"}, "coordinate"),
        ({"coordinate": None}, "coordinate"),
        ({"cds_start": None}, "cds_start"),
        ({"cds_start": 0}, "cds_start"),
        ({"cds_start": True}, "cds_start"),
        ({"cds_start": 16}, "cds_start"),
        ({"cds_end": 16}, "cds_end"),
        ({"cds_start": 4, "cds_end": 3}, "cds_end"),
        ({"accession": 7}, "accession"),
        ({"accession": "", "require_accession": True}, "accession is required"),
        ({"require_accession": "yes"}, "require_accession"),
        ({"key": ""}, "key is missing"),
        ({"key": None}, "key is missing"),
        ({"coordinate": "p"}, "cannot be applied"),
        ({"coordinate": "p", "reference": "MK*L"}, "one-letter residues"),
    ],
)
def test_an_item_that_cannot_be_marked_is_named(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, "c.6dup")


@pytest.mark.parametrize("key", ["c.6insA", "c.99del", "c.6G>A", "NM_000001.3:c.6dup", "g.6dup"])
def test_a_key_that_cannot_be_applied_is_told_why(key):
    with pytest.raises(UnusableKey) as unusable:
        mark(ITEM | {"key": key}, "c.6dup")
    assert sentence_of(unusable.value.reason)
