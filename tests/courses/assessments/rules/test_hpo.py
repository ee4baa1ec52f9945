import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assessments.rules import Reason, UnusableItem
from courses.assessments.rules.hpo import check_extract, mark

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
        (["H" * 150] * 50, ["answer-too-long"]),
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
        ({"key": []}, "no term"),
        ({"key": "HP:0001250"}, "no term"),
        ({"key": ["HP:9999999"]}, "not among the terms"),
        ({"edition": 2025}, "edition"),
    ],
)
def test_an_item_that_cannot_be_marked_is_refused(change, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | change, ["HP:0001250"])


BAD_TERMS = [
    ({"x": 5}, "no label"),
    ({"x": {}}, "no label"),
    ({"x": {"label": ["Seizure"]}}, "no label"),
    ({"x": {"label": "Seizure", "parents": "HP:1"}}, "parents of the term"),
    ({"x": {"label": "Seizure", "parents": [["HP:1"]]}}, "parents of the term"),
    ({"x": {"label": "Seizure", "parents": ["x"]}}, "its own ancestors"),
    ({a: {"label": a, "parents": [b]} for a, b in ("xy", "yz", "zx")}, "its own ancestors"),
]
BAD_LISTS = [
    ({"x": {"label": "Seizure", "synonyms": [5]}}, "synonyms of the term"),
    ({"x": {"label": "Seizure", "synonyms": 5}}, "synonyms of the term"),
    ({"x": {"label": "Seizure", "alt_ids": [["HP:1"]]}}, "alt_ids of the term"),
]


@pytest.mark.parametrize(("bad", "problem"), BAD_TERMS + BAD_LISTS)
def test_the_check_of_an_extract_finds_a_bad_term_anywhere(bad, problem):
    check_extract(TERMS)
    with pytest.raises(UnusableItem, match=problem):
        check_extract(TERMS | bad)


@pytest.mark.parametrize(("bad", "problem"), BAD_TERMS)
def test_a_bad_term_that_key_or_answer_lead_to_is_refused_at_the_mark(bad, problem):
    terms = TERMS | {"child": {"label": "Child", "parents": ["x"]}} | bad
    assert mark(ITEM | {"terms": terms}, ["HP:0001250"]).score == 1
    for key, answer in (("child", "HP:0001250"), ("HP:0001250", "child")):
        with pytest.raises(UnusableItem, match=problem):
            mark({"terms": terms, "key": [key]}, [answer])


@pytest.mark.parametrize(("bad", "problem"), BAD_TERMS[:3] + BAD_LISTS)
def test_a_bad_term_is_refused_where_a_name_or_a_former_id_is_looked_for(bad, problem):
    with pytest.raises(UnusableItem, match=problem):
        mark(ITEM | {"terms": TERMS | bad}, ["sneezing", "HP:0000009"])


ids = st.sampled_from("abcdefgh")


@given(st.dictionaries(ids, st.lists(ids, max_size=3), min_size=1), st.sets(ids, min_size=1), st.data())
def test_any_web_of_parents_is_marked_or_refused(parents, answer, data):
    terms = {term: {"label": term, "parents": above} for term, above in parents.items()}
    key = data.draw(st.lists(st.sampled_from(sorted(terms)), min_size=1))
    try:
        marked = mark({"terms": terms, "key": key}, sorted(answer))
    except UnusableItem:
        with pytest.raises(UnusableItem, match="its own ancestors"):
            check_extract(terms)
    else:
        assert 0 <= marked.score <= 1
