"""Terms of the Human Phenotype Ontology (HPO), compared by what they and all their ancestors say (doi:10.1093/nar/gkad1005)."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, has_control_characters, shown

LONGEST = 200  # characters of one term in an answer
LONGEST_IN_ALL = 4_000
MOST_GIVEN = 50
MOST_TERMS = 5_000  # in the extract that an item holds

_ID = re.compile(r"(?:HP)?[:_ -]?([0-9]{1,7})", re.IGNORECASE)

Terms = Mapping[str, Mapping[str, Any]]  # an extract of the ontology: id -> what it says of the term


def mark(item: Mapping[str, Any], answer: Sequence[str] | str | None) -> Mark:
    """Mark the terms chosen: F1 (harmonic mean of precision and recall) of the answer's ancestor closure against the key's.

    So a term near the right one earns part, and a vague ancestor little. The closure of a term is itself and all above it.
    Of the extract, only what key and answer lead to is checked; check_extract checks it all, once, before learners are asked.

    item: {"terms": {id: {"label", "synonyms"?, "parents"?, "alt_ids"?}}, "key": [id, ...], "edition"?: text}: an extract of the
    ontology. answer: list of ids; a label or synonym stands for its id, and an obsolete id that a term lists in alt_ids for that term.
    """
    terms = _terms_of(item)
    key = _key_of(item, terms)
    right = _lineage(key, terms)
    edition = item.get("edition", "")
    if not isinstance(edition, str):
        raise UnusableItem("edition is not a text", "edition")
    if isinstance(answer, str):
        answer = (
            [part for part in re.split(r"[,;\n]", answer) if part.strip()]
            if len(answer) <= LONGEST_IN_ALL
            else [answer]
        )
    if answer is None or (isinstance(answer, Sequence) and not answer):
        return Mark(0.0, (Reason("no-answer"),), edition)
    if not isinstance(answer, Sequence) or not all(
        isinstance(given, str) and not has_control_characters(given[:LONGEST]) for given in answer[: MOST_GIVEN + 1]
    ):
        return Mark(0.0, (Reason("answer-of-another-kind"),), edition)
    lengths = [len(given) for given in answer[: MOST_GIVEN + 1]]
    if len(lengths) > MOST_GIVEN or max(lengths) > LONGEST or sum(lengths) > LONGEST_IN_ALL:
        return Mark(0.0, (Reason("answer-too-long"),), edition)
    found = _found(answer, terms)
    chosen = [term for term in found if term in terms]
    unknown = {given for term, given in found.items() if term not in terms}
    said = _lineage(chosen, terms)
    # A term that the extract does not hold says something that the key does not: it counts as one term too many.
    score = 2 * len(right.keys() & said) / (len(right) + len(said) + len(unknown))
    if score == 1:
        return Mark(1.0, (), edition)
    return Mark(score, tuple(_reasons_for(key, right, chosen, said, terms, sorted(unknown))), edition)


def check_extract(terms: Terms) -> None:
    """Raise UnusableItem if any term of the extract is not as it should be, or is among its own ancestors."""
    _lineage(terms, terms)
    for term, about in terms.items():
        for field in ("synonyms", "alt_ids"):
            _listed(term, about, field)


def _reasons_for(
    key: Sequence[str],
    right: Collection[str],
    chosen: Iterable[str],
    said: Mapping[str, Sequence[str]],
    terms: Terms,
    unknown: Iterable[str],
) -> Iterable[Reason]:
    for given in unknown:
        yield Reason("hpo-unknown", {"given": shown(given)})
    below_key = set(key)
    for term, parents in said.items():
        if not below_key.isdisjoint(parents):
            below_key.add(term)
    for term in sorted(chosen):
        facts = {"given": _shown(term, terms)}
        if term in key:
            continue
        if term in right:
            yield Reason("hpo-too-general", facts)
        elif term in below_key:
            yield Reason("hpo-too-specific", facts)
        else:
            yield Reason("hpo-beside", facts)
    for term in sorted(set(key) - said.keys()):
        yield Reason("hpo-missed", {"term": _shown(term, terms)})


def _shown(term: str, terms: Terms) -> str:
    return f"{term} {terms[term]['label']}"


def _found(answer: Sequence[str], terms: Terms) -> dict[str, str]:
    """Return id -> what was given for it; what names no term of the extract stands under itself."""
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    for given in answer:
        text = as_meant(given)
        if numbered := _ID.fullmatch(text):
            ids[f"HP:{int(numbered[1]):07d}"] = given
        else:
            names[text] = given
    try:
        listing = _terms_listing({term for term in ids if term not in terms}, terms)
        called = _terms_called({name.casefold() for name in names}, terms)
    except (AttributeError, KeyError, TypeError):  # the extract has not been checked and is wrong: say where
        check_extract(terms)
        raise
    return {listing.get(term, term): given for term, given in ids.items()} | {
        called.get(name.casefold(), name): given for name, given in names.items()
    }


def _terms_listing(alt_ids: set[str], terms: Terms) -> dict[str, str]:
    """Return obsolete id -> the first term that lists it, for those of the ids that any lists."""
    found: dict[str, str] = {}
    for term, about in terms.items() if alt_ids else ():
        if not alt_ids.isdisjoint(listed := about.get("alt_ids") or ()):
            for alt_id in alt_ids.intersection(listed):
                found.setdefault(alt_id, term)
    return found


def _terms_called(names: set[str], terms: Terms) -> dict[str, str]:
    """Return name -> the first term with this label or synonym, for those of the names (case folded) that any has."""
    found: dict[str, str] = {}
    for term, about in terms.items() if names else ():
        if (label := about["label"].casefold()) in names:
            found.setdefault(label, term)
        for synonym in about.get("synonyms") or ():
            if (name := synonym.casefold()) in names:
                found.setdefault(name, term)
    return found


def _lineage(ids: Iterable[str], terms: Terms) -> dict[str, Sequence[str]]:
    """Return the terms and all their ancestors, each with its parents and after them.

    Raises UnusableItem if one of them is not as it should be, or is among its own ancestors.
    """
    lineage: dict[str, Sequence[str]] = {}
    entered: dict[str, Sequence[str]] = {}  # those not in the lineage yet are the way from a term up to the present one
    waiting = list(ids)
    while waiting:
        term = waiting[-1]
        if term in entered:
            lineage.setdefault(waiting.pop(), entered[term])
            continue
        entered[term] = parents = _parents_of(term, terms)
        for parent in parents:
            if parent not in entered:
                waiting.append(parent)
            elif parent not in lineage:
                raise UnusableItem(f"the term {shown(parent)} is among its own ancestors", "terms", parent, "parents")
    return lineage


def _parents_of(term: str, terms: Terms) -> Sequence[str]:
    """Return the parents; of a term that the extract does not hold, none."""
    if term not in terms:
        return ()
    about = terms[term]
    if not isinstance(about, dict) or not isinstance(about.get("label"), str):
        raise UnusableItem(f"the term {shown(term)} has no label", "terms", term, "label")
    return _listed(term, about, "parents")


def _listed(term: str, about: Mapping[str, Any], field: str) -> Sequence[str]:
    listed = about.get(field) or ()
    if isinstance(listed, list | tuple):
        for one in listed:
            if not isinstance(one, str):
                break
        else:
            return listed
    raise UnusableItem(f"{field} of the term {shown(term)} is not a list of texts", "terms", term, field)


def _key_of(item: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    key = item.get("key")
    if not isinstance(key, Sequence) or isinstance(key, str) or not key or len(key) > MOST_GIVEN:
        raise UnusableItem("key lists no term", "key")
    for term in key:
        if not isinstance(term, str) or term not in terms:
            raise UnusableItem(f"the key {shown(str(term))} is not among the terms", "key")
    return key


def _terms_of(item: Mapping[str, Any]) -> Terms:
    terms = item.get("terms")
    if not isinstance(terms, Mapping) or not terms or len(terms) > MOST_TERMS:
        raise UnusableItem(f"terms is not an extract of 1 to {MOST_TERMS} terms", "terms")
    return terms
