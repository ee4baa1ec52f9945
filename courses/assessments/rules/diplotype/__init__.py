"""From diplotype to phenotype by the tables of the Clinical Pharmacogenetics Implementation Consortium (CPIC), in the terms
that it agreed on (Caudle 2017, doi:10.1038/gim.2016.87)."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.diplotype.tables import Allele, Table, newest_edition, table_for
from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, refusal_of, shown

__all__ = ["mark", "newest_edition", "phenotype_of"]

LONGEST = 200

_ABBREVIATIONS = {
    "pm": "Poor Metabolizer",
    "im": "Intermediate Metabolizer",
    "nm": "Normal Metabolizer",
    "rm": "Rapid Metabolizer",
    "um": "Ultrarapid Metabolizer",
    "em": "Extensive Metabolizer",
}
# Terms that laboratories and guidelines used before, each with the one that took its place (Caudle 2017).
_RETIRED: Mapping[str, str] = MappingProxyType(
    {
        "Extensive Metabolizer": "Normal Metabolizer",
        "High Activity": "Normal Metabolizer",
        "Normal Activity": "Normal Metabolizer",
        "Intermediate Activity": "Intermediate Metabolizer",
        "Low Activity": "Poor Metabolizer",
        "Deficient Activity": "Poor Metabolizer",
        "Deficient": "Poor Metabolizer",
        "Expresser": "Normal Metabolizer",
        "Intermediate Expresser": "Intermediate Metabolizer",
        "Nonexpresser": "Poor Metabolizer",
    }
)
_PHENOTYPE = re.compile(
    rf"""(?:(?P<certainty>likely|possible)\s)?
    (?:(?P<abbreviation>{"|".join(_ABBREVIATIONS)})
      |(?P<level>poor|intermediate|normal|ultra\s?rapid|rapid|increased|decreased|extensive|high|low|deficient)
       (?:\s(?P<noun>metabolizer|function|activity|expresser))?
      |(?P<alone>indeterminate(?:\smetabolizer)?|non\s?expresser|expresser))(?:\s|$)""",
    re.VERBOSE,
)
_SPELLED = (
    *("poor", "intermediate", "normal", "rapid", "ultrarapid", "increased", "decreased", "extensive", "deficient"),
    *("indeterminate", "likely", "possible", "metabolizer", "function", "activity", "expresser"),
)
_FILLERS = frozenset({"a", "an", "and", "cpic", "is", "it", "or", "patient", "person", "phenotype", "the", "this"})


def mark(item: Mapping[str, Any], answer: str | None) -> Mark:
    """Mark the phenotype named for a diplotype: right or not; the reasons say what the alleles do and what they amount to.

    item: {"gene": symbol, "alleles": [name, name] in any order, "edition": day}. The edition of the mark is that of the table used:
    where the gene has none of its own in the edition asked for, its newest one before, which the reasons then name.
    """
    table, pair = _diplotype_of(item)
    objections = tuple(_objections(table, pair, answer))
    editions = {"gene": table.gene, "asked": item["edition"], "used": table.edition}
    note = () if table.edition == item["edition"] else (Reason("diplotype-newest-edition", editions),)
    return Mark(0.0 if objections else 1.0, (*objections, *note), table.edition)


def phenotype_of(item: Mapping[str, Any]) -> str:
    """Return the phenotype of an item in CPIC's words, such as "Likely Intermediate Metabolizer" or "Indeterminate".

    Raises UnusableItem for a gene, allele or edition that there is not, and for copies that decide but are not counted.
    """
    table, pair = _diplotype_of(item)
    return table.phenotype(pair)


def _diplotype_of(item: Mapping[str, Any]) -> tuple[Table, Sequence[Allele]]:
    for field in ("gene", "edition"):
        if not isinstance(item.get(field), str):
            raise UnusableItem(f"{field} is not a text")
    alleles = item.get("alleles")
    if not isinstance(alleles, Sequence) or isinstance(alleles, str) or len(alleles) != 2:
        raise UnusableItem("alleles is not a list of two alleles")
    if not all(isinstance(allele, str) and len(allele) <= LONGEST for allele in alleles):
        raise UnusableItem("alleles holds what is not the name of an allele")
    table = table_for(item["gene"], item["edition"])
    return table, [_allele_of(table, allele, number) for number, allele in enumerate(alleles)]


def _allele_of(table: Table, name: str, number: int) -> Allele:
    try:
        return table.allele(name)
    except UnusableItem as unusable:
        raise unusable.within("alleles", number) from None


def _objections(table: Table, pair: Sequence[Allele], answer: Any) -> Iterable[Reason]:
    """Return why an answer is not right; nothing if it is."""
    right = table.phenotype(pair)
    if refusal := refusal_of(answer, LONGEST):
        return [refusal]
    text = as_meant(answer)
    if len(text) > LONGEST:  # one sign may stand for many letters
        return [Reason("answer-too-long")]
    named = _phenotypes_named(text, table)
    if not named:
        return [Reason("diplotype-no-phenotype", {"given": shown(answer), "terms": ", ".join(table.phenotypes)})]
    if len(named) > 1:
        return [Reason("diplotype-several")]
    return [] if named == {right} else _reasons_for(table, pair, named.pop(), right)


def _phenotypes_named(text: str, table: Table) -> set[str]:
    """Return every phenotype that a text names, in full; empty if any of it names none."""
    words = map(_spelled, re.sub(r"[\W_]+", " ", text.lower()).split())
    fillers = _FILLERS | {table.gene.lower()}
    rest = " ".join(word for word in words if word not in fillers)
    named: set[str] = set()
    while rest:
        found = _PHENOTYPE.match(rest)
        if found is None:
            return set()
        named.add(_in_full(found, table))
        rest = rest[found.end() :]
    return named


def _in_full(found: re.Match[str], table: Table) -> str:
    """Return a phenotype as CPIC writes it; a word left out after its level is the one that the gene's phenotypes end in."""
    certainty = [found["certainty"].capitalize()] if found["certainty"] else []
    if found["abbreviation"]:
        return " ".join([*certainty, _ABBREVIATIONS[found["abbreviation"]]])
    if found["alone"]:
        alone = found["alone"].removesuffix(" metabolizer").replace(" ", "")
        return " ".join([*certainty, alone.capitalize()])
    level = found["level"].replace(" ", "").capitalize()
    noun = (found["noun"] or "").capitalize() or ("" if level == "Deficient" else table.noun)
    return " ".join([*certainty, level, *([noun] if noun else [])])


def _spelled(word: str) -> str:
    """Return the word that was meant where one or two letters are wrong; not "likely" for "unlikely"."""
    near = [known for known in _SPELLED if known[0] == word[0] and abs(len(known) - len(word)) <= 1]
    close = difflib.get_close_matches(word, near, 1, 0.8)
    return close[0] if close else word


def _reasons_for(table: Table, pair: Sequence[Allele], given: str, right: str) -> Iterable[Reason]:
    present = _RETIRED.get(given)
    if present is not None and present in table.phenotypes:
        yield Reason("diplotype-retired", {"given": given, "present": present})
        if present == right:
            return
    elif given not in table.phenotypes:
        facts = {"given": given, "gene": table.gene, "terms": ", ".join(table.phenotypes)}
        yield Reason("diplotype-other-term", facts)
    elif _level(given) == _level(right):
        yield Reason("diplotype-certainty", {"given": given, "right": right})
    elif given == table.phenotype([allele.base or allele for allele in pair]):
        yield Reason("diplotype-copies-missed")
    elif given == "Normal Metabolizer" and _was_normal_once(table, pair):
        yield Reason("diplotype-once-normal")
    yield from _about_alleles(pair)
    yield _about_pair(table, pair, right)


def _level(phenotype: str) -> str:
    return re.sub(r"^(Likely|Possible) ", "", phenotype)


def _was_normal_once(table: Table, pair: Sequence[Allele]) -> bool:
    # Source: Caudle 2020 (doi:10.1111/cts.12692): a score of 1 went from normal to intermediate.
    return table.gene == "CYP2D6" and bool(table.steps_of(pair)) and _score_of(pair) == 1


def _about_alleles(pair: Sequence[Allele]) -> Iterable[Reason]:
    for allele in dict.fromkeys(pair):
        facts = {"allele": allele.name, "function": allele.function}
        if allele.value is None:
            yield Reason("diplotype-function", facts)
        elif allele.base is None:
            yield Reason("diplotype-value", facts | {"value": _number(allele.value)})
        else:
            each, together = _number(allele.base.value), _number(allele.value, allele.is_least)
            copies = {"copies": allele.copies, "base": allele.base.name, "each": each, "value": together}
            yield Reason("diplotype-copies", {"allele": allele.name} | copies)


def _about_pair(table: Table, pair: Sequence[Allele], right: str) -> Reason:
    facts = {"gene": table.gene, "phenotype": right}
    if not table.steps:
        return Reason("diplotype-pair", facts)
    steps = table.steps_of(pair)
    if not steps:
        return Reason("diplotype-no-score", facts)
    score = _number(_score_of(pair), any(allele.is_least for allele in pair))
    return Reason("diplotype-score", facts | {"score": score, "range": steps[0].range})


def _score_of(pair: Sequence[Allele]) -> float:
    return sum(allele.value or 0 for allele in pair)


def _number(value: float | None, is_least: bool = False) -> str:
    return f"{'≥ ' if is_least else ''}{value or 0:g}"
