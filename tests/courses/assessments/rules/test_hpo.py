import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.hpo import mark

# Ids and labels as in the Human Phenotype Ontology; the tree is cut short.
TERMS = {
    "HP:0000118": {"label": "Phenotypic abnormality"},
    "HP:0000707": {"label": "Abnormality of the nervous system", "parents": ["HP:0000118"]},
    "HP:0012638": {"label": "Abnormal nervous system physiology", "parents": ["HP:0000707"]},
    "HP:0001250": {"label": "Seizure", "synonyms": ["Epileptic seizure"], "parents": ["HP:0012638"]},
    "HP:0007359": {"label": "Focal-onset seizure", "parents": ["HP:0001250"], "alt_ids": ["HP:0006997"]},
    "HP:0001249": {"label": "Intellectual disability", "parents": ["HP:0012638"]},
    "HP:0001626": {"label": "Abnormality of the cardiovascular system", "parents": ["HP:0000118"]},
}
ITEM = {"terms": TERMS, "key": ["HP:0001250"], "edition": "2025-01-16"}


def closure(ids):
    """Its own plain recursion, to hold the marker against."""
    return {one for term in ids for one in ({term} | closure(TERMS[term].get("parents", ())))}


@given(st.sets(st.sampled_from(sorted(TERMS)), min_size=1), st.sets(st.sampled_from(sorted(TERMS)), min_size=1))
def test_the_score_is_f1_of_the_ancestor_closures(key, answer):
    right, given_terms = closure(key), closure(answer)
    precision, recall = len(right & given_terms) / len(given_terms), len(right & given_terms) / len(right)
    marked = mark(ITEM | {"key": sorted(key)}, sorted(answer))
    assert marked.score == pytest.approx(2 * precision * recall / (precision + recall))
    assert (marked.score == 1) == (marked.reasons == ())
    assert marked.edition == "2025-01-16"


@given(st.permutations(["HP:0001250", "HP:0001249", "HP:0001250"]))
def test_order_and_repeats_do_not_matter(answer):
    assert mark(ITEM | {"key": ["HP:0001249", "HP:0001250"]}, answer).score == 1


@pytest.mark.parametrize(
    "answer",
    [["hp:0001250"], ["HP_0001250"], ["1250"], [" HP:0001250 "], ["seizure"], ["Epileptic  Seizure"], "HP:0001250"],
)
def test_a_term_may_be_written_in_several_ways(answer):
    assert mark(ITEM, answer).score == 1


def test_an_obsolete_id_stands_for_the_term_that_took_its_place():
    assert mark(ITEM | {"key": ["HP:0007359"]}, ["HP:0006997"]).score == 1


def test_terms_in_text_are_parted_by_commas():
    assert mark(ITEM | {"key": ["HP:0001249", "HP:0001250"]}, "Seizure, intellectual disability").score == 1


def test_near_terms_earn_more_than_vague_ones():
    child, parent, vague, beside = (
        mark(ITEM, [term]).score for term in ("HP:0007359", "HP:0012638", "HP:0000118", "HP:0001626")
    )
    assert 1 > child > parent > vague
    assert vague == pytest.approx(0.4)
    assert beside == pytest.approx(2 / 6)


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (["HP:0012638"], ["hpo-too-general", "hpo-missed"]),
        (["HP:0007359"], ["hpo-too-specific"]),
        (["HP:0001250", "HP:0001626"], ["hpo-beside"]),
        (["HP:0001250", "HP:9999999"], ["hpo-unknown"]),
        (["sneezing"], ["hpo-unknown", "hpo-missed"]),
        ([], ["no-answer"]),
        ("", ["no-answer"]),
        (None, ["no-answer"]),
        (5, ["answer-of-another-kind"]),
        ([5], ["answer-of-another-kind"]),
        ([["HP:0001250"]], ["answer-of-another-kind"]),
        (["HP:0001250\u0000"], ["answer-of-another-kind"]),
        (["HP:0001250"] * 51, ["answer-too-long"]),
        (["H" * 10_000], ["answer-too-long"]),
        ("H" * 100_000, ["answer-too-long"]),
    ],
)
def test_what_is_not_fully_right_is_told_why(answer, codes):
    marked = mark(ITEM, answer)
    assert [reason.code for reason in marked.reasons] == codes
    assert marked.score < 1


def test_a_term_unknown_to_the_extract_counts_as_one_too_many():
    assert mark(ITEM, ["HP:0001250", "HP:9999999"]).score == pytest.approx(8 / 9)
    assert mark(ITEM, ["HP:9999999"]).score == 0


def test_reasons_name_id_and_label():
    assert mark(ITEM, ["HP:0007359"]).reasons == (
        Reason("hpo-too-specific", {"given": "HP:0007359 Focal-onset seizure"}),
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"terms": {}}, "not an extract"),
        ({"terms": [1]}, "not an extract"),
        ({"terms": {"HP:0001250": {}}}, "no label"),
        ({"terms": {"HP:0001250": {"label": "Seizure", "parents": "HP:1"}}}, "parents of the term"),
        ({"terms": {"HP:0001250": {"label": "Seizure", "synonyms": [5]}}}, "synonyms of the term"),
        ({"terms": {"HP:0001250": {"label": "Seizure", "parents": ["HP:0001250"]}}}, "its own ancestors"),
        ({"terms": {a: {"label": a, "parents": [b]} for a, b in ("ab", "bc", "ca")}}, "its own ancestors"),
        ({"key": []}, "no term"),
        ({"key": "HP:0001250"}, "no term"),
        ({"key": ["HP:9999999"]}, "not among the terms"),
        ({"edition": 2025}, "edition"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, ["HP:0001250"])
