"""Terms of the Human Phenotype Ontology (HPO), compared by what they and all their ancestors say (doi:10.1093/nar/gkad1005)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, has_control_characters, shown

LONGEST = 200  # of one term in an answer
MOST_GIVEN = 50
MOST_TERMS = 5_000  # in the extract that an item holds

_ID = re.compile(r"(?:HP)?[:_ -]?([0-9]{1,7})", re.IGNORECASE)


def mark(item: Mapping[str, Any], answer: Sequence[str] | str | None) -> Mark:
    """Mark the terms chosen: F1 (harmonic mean of precision and recall) of the answer's ancestor closure against the key's.

    So a term near the right one earns part, and a vague ancestor little. The closure of a term is itself and all above it.

    item: {"terms": {id: {"label", "synonyms"?, "parents"?, "alt_ids"?}}, "key": [id, ...], "edition"?: text}: an extract of the
    ontology. answer: list of ids; a label or synonym stands for its id, and an obsolete id that a term lists in alt_ids for that term.
    """
    terms = _terms_of(item)
    key = _key_of(item, terms)
    right = _closure(key, terms)
    edition = item.get("edition", "")
    if not isinstance(edition, str):
        raise UnusableItem("edition is not a text")
    if isinstance(answer, str):
        answer = (
            [part for part in re.split(r"[,;\n]", answer) if part.strip()]
            if len(answer) <= LONGEST * MOST_GIVEN
            else [answer]
        )
    if answer is None or (isinstance(answer, Sequence) and not answer):
        return Mark(0.0, (Reason("no-answer"),), edition)
    if not isinstance(answer, Sequence) or not all(
        isinstance(given, str) and not has_control_characters(given[:LONGEST]) for given in answer[: MOST_GIVEN + 1]
    ):
        return Mark(0.0, (Reason("answer-of-another-kind"),), edition)
    if len(answer) > MOST_GIVEN or any(len(given) > LONGEST for given in answer):
        return Mark(0.0, (Reason("answer-too-long"),), edition)
    found = _found(answer, terms)
    chosen = {term: given for term, given in found.items() if term in terms}
    unknown = {given for term, given in found.items() if term not in terms}
    closure = _closure(chosen, terms)
    # A term that the extract does not hold says something that the key does not: it counts as one term too many.
    score = 2 * len(right & closure) / (len(right) + len(closure) + len(unknown))
    if score == 1:
        return Mark(1.0, (), edition)
    return Mark(score, tuple(_reasons_for(key, right, chosen, closure, terms, sorted(unknown))), edition)


def _reasons_for(
    key: Sequence[str],
    right: frozenset[str],
    chosen: Mapping[str, str],
    closure: frozenset[str],
    terms: Mapping[str, Mapping[str, Any]],
    unknown: Iterable[str],
) -> Iterable[Reason]:
    for given in unknown:
        yield Reason("hpo-unknown", {"given": shown(given)})
    for term in sorted(chosen):
        facts = {"given": _shown(term, terms)}
        if term in key:
            continue
        if term in right:
            yield Reason("hpo-too-general", facts)
        elif _closure([term], terms) & set(key):
            yield Reason("hpo-too-specific", facts)
        else:
            yield Reason("hpo-beside", facts)
    for term in sorted(set(key) - closure):
        yield Reason("hpo-missed", {"term": _shown(term, terms)})


def _shown(term: str, terms: Mapping[str, Mapping[str, Any]]) -> str:
    return f"{term} {terms[term]['label']}"


def _found(answer: Sequence[str], terms: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return id -> what was given for it; what names no term of the extract stands under itself."""

    @cache  # many answers are ids as they stand, and an extract is long
    def by_alt_id() -> dict[str, str]:
        return _first_of((alt_id, term) for term, about in terms.items() for alt_id in about.get("alt_ids") or ())

    @cache
    def by_name() -> dict[str, str]:
        return _first_of(
            (name.casefold(), term)
            for term, about in terms.items()
            for name in (about["label"], *(about.get("synonyms") or ()))
        )

    def id_of(given: str) -> str:
        text = as_meant(given)
        if numbered := _ID.fullmatch(text):
            term = f"HP:{int(numbered[1]):07d}"
            return term if term in terms else by_alt_id().get(term, term)
        return by_name().get(text.casefold(), text)

    return {id_of(given): given for given in answer}


def _first_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return a mapping in which the first of equal keys stays."""
    found: dict[str, str] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _closure(ids: Iterable[str], terms: Mapping[str, Mapping[str, Any]]) -> frozenset[str]:
    reached: set[str] = set()
    waiting = list(ids)
    while waiting:
        term = waiting.pop()
        if term not in reached:
            reached.add(term)
            waiting.extend(terms[term].get("parents") or () if term in terms else ())
    return frozenset(reached)


def _key_of(item: Mapping[str, Any], terms: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    key = item.get("key")
    if not isinstance(key, Sequence) or isinstance(key, str) or not key or len(key) > MOST_GIVEN:
        raise UnusableItem("key lists no term")
    for term in key:
        if not isinstance(term, str) or term not in terms:
            raise UnusableItem(f"the key {shown(str(term))} is not among the terms")
    return key


def _terms_of(item: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    terms = item.get("terms")
    if not isinstance(terms, Mapping) or not terms or len(terms) > MOST_TERMS:
        raise UnusableItem(f"terms is not an extract of 1 to {MOST_TERMS} terms")
    for term, about in terms.items():
        if not isinstance(about, Mapping) or not isinstance(about.get("label"), str):
            raise UnusableItem(f"the term {shown(term)} has no label")
        for field in ("synonyms", "parents", "alt_ids"):
            listed = about.get(field)
            if not listed:
                continue
            if (
                not isinstance(listed, Sequence)
                or isinstance(listed, str)
                or not all(isinstance(one, str) for one in listed)
            ):
                raise UnusableItem(f"{field} of the term {shown(term)} is not a list of texts")
    try:
        TopologicalSorter({term: about.get("parents") or () for term, about in terms.items()}).prepare()
    except CycleError as error:
        raise UnusableItem(f"the term {shown(error.args[1][0])} is among its own ancestors") from error
    return terms
