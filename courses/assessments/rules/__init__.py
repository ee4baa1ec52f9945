"""How answers are marked: pure functions, one file or folder per kind of question.
Imports nothing of ours."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from courses.assessments.rules import (
    acmg,
    choice,
    diplotype,
    gene_symbol,
    hgvs,
    hpo,
    matching,
    numeric,
    ordering,
    pedigree,
    short_text,
    true_false,
    vcf,
)
from courses.assessments.rules.choice import problems_of
from courses.assessments.rules.clock import GRACE, due_at, is_over
from courses.assessments.rules.draws import draw, is_drawn_from
from courses.assessments.rules.keys import key_of
from courses.assessments.rules.marks import Mark, Reason, UnusableItem, has_passed, percent_of
from courses.assessments.rules.results import Result, after_ruling, is_covered, result_of

__all__ = [
    "GRACE",
    "MARKERS",
    "Mark",
    "Reason",
    "Result",
    "UnusableItem",
    "after_ruling",
    "draw",
    "due_at",
    "has_passed",
    "is_covered",
    "is_drawn_from",
    "is_over",
    "key_of",
    "mark",
    "percent_of",
    "problems_of",
    "result_of",
]

MARKERS: Mapping[str, Callable[[Mapping[str, Any], Any], Mark]] = MappingProxyType(
    {
        "single": choice.mark,
        "multiple": choice.mark,
        "true_false": true_false.mark,
        "numeric": numeric.mark,
        "matching": matching.mark,
        "ordering": ordering.mark,
        "short_text": short_text.mark,
        "hgvs": hgvs.mark,
        "acmg": acmg.mark,
        "diplotype": diplotype.mark,
        "pedigree": pedigree.mark,
        "gene_symbol": gene_symbol.mark,
        "hpo": hpo.mark,
        "vcf": vcf.mark,
    }
)


def mark(kind: str, item: Mapping[str, Any], answer: Any) -> Mark:
    """Mark an answer to an item of this kind; what item and answer hold is told by the marker of the kind.

    An answer that cannot be read scores 0. Raises UnusableItem if there is no such kind or the item itself is wrong.
    """
    if kind not in MARKERS:
        raise UnusableItem(f"there is no kind of question called {kind}")
    if not isinstance(item, Mapping):
        raise UnusableItem("the item is not an object with named fields")
    return MARKERS[kind](item, answer)
