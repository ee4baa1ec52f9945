"""What learners are shown of an item before they answer: never its key, nor anything in the order of the key."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.assessments.blocks.choices import JUDGEMENTS
from courses.assessments.blocks.genomics import CLASSES, MODES
from courses.assessments.rules import UnusableItem, hgvs

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Exhibit:
    """What stands between a question and its answer, such as a record to be read. facts: what its template names."""

    template: str
    facts: Mapping[str, Any]


def exhibit_of(kind: str, item: Item) -> Exhibit | None:
    """Return what is shown of an item beside the question; None for kinds that show nothing, and of unusable drafts."""
    match kind:
        case "hgvs":
            try:
                observed = hgvs.observed_of(item)
            except UnusableItem:
                return None
            names = ("reference", "accession", "gene", "coordinate", "cds_start", "cds_end", "require_accession")
            facts = {name: item.get(name) for name in names} | {"observed": observed}
        case "acmg":
            facts = {"criteria": item["criteria"], "scheme": item["scheme"], "conflict": item["conflict"]}
        case "diplotype":
            facts = {"gene": item["gene"], "alleles": item["alleles"], "edition": item["edition"]}
        case "pedigree":
            facts = {"item": {name: item[name] for name in ("members", "penetrance", "de_novo")}}
        case "vcf":
            facts = {"text": "\n".join(line for line in (item["header"], item["record"]) if line)}
        case "hpo":
            facts = {"edition": item["edition"]}
        case _:
            return None
    return Exhibit(f"courses/assessments/exhibits/{kind}.html", facts)


def options_of(kind: str, item: Item) -> list[tuple[str, Any]]:
    """Return what there is to choose from, as (value in the answer, label)."""
    match kind:
        case "true_false":
            return list(JUDGEMENTS)
        case "acmg":
            return list(CLASSES)
        case "pedigree":
            return list(MODES)
        case "hpo":
            labelled = sorted(item["terms"].items(), key=lambda term: term[1]["label"].casefold())
            return [(name, f"{term['label']} ({name})") for name, term in labelled]
    return [(option["id"], option["text"]) for option in item["options"]]


def with_options_shuffled(item: Item, *, seed: str) -> Item:
    """Return an item with its options in the order of a seed; as it is, if it has none."""
    if "options" not in item:
        return item
    by_id = {option["id"]: option for option in item["options"]}
    return {**item, "options": [by_id[name] for name in _by_chance(by_id, seed=seed)]}


def right_sides(item: Item, *, seed: str) -> list[str]:
    """Return the right sides of a matching item, each once, in the order in which they are shown."""
    in_pairs = list(dict.fromkeys(pair["right"] for pair in item["pairs"]))
    return shuffled([*in_pairs, *item["distractors"]], seed=seed)


def things_to_order(item: Item, *, seed: str) -> list[str]:
    """Return the texts of an ordering item in the order in which they are shown."""
    return shuffled(item["items"], seed=seed)


def shuffled(texts: Sequence[str], *, seed: str) -> list[str]:
    """Return the texts in an order that is always the same for a seed, and never the one given if there is another.

    The order follows from the texts alone, so nobody can work out from it how they were listed.
    """
    order = _by_chance(texts, seed=seed)
    return order[::-1] if order == list(texts) else order


def _by_chance(texts: Iterable[str], *, seed: str) -> list[str]:
    return sorted(texts, key=lambda text: hashlib.sha256(f"{seed}/{text}".encode()).digest())
