"""Variant descriptions in HGVS nomenclature, marked by apply-and-compare: a description is right when, applied to the
item's reference, it leads to the same sequence as the key.

Source: HGVS Nomenclature (den Dunnen 2016 and hgvs-nomenclature.org): general recommendations, DNA and protein."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.assessments.rules.hgvs import nucleotides, proteins
from courses.assessments.rules.hgvs.changes import Reading, Refused, missed_rules
from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, has_control_characters, shown

__all__ = ["LONGEST_REFERENCE", "SAME_VARIANT", "UnusableKey", "canonical_of", "mark", "observed_of"]

LONGEST_REFERENCE = 10_000
LONGEST_ANSWER = 2_500
SAME_VARIANT = 0.8  # the score of another description of the right variant

# Where the recommendations leave a choice, or the choice hangs on more than the sequence, the author's key is full
# marks beside the form found here.
_CHOICES = frozenset({"hgvs-inv-before-delins", "hgvs-repeat", "hgvs-inserted-stretch", "hgvs-other"})
_PREFIX = re.compile(r"([A-Z])\.", re.IGNORECASE)
_PREFIX_WITHOUT_DOT = {
    "p": re.compile(r"p(?=\(|[A-Z][a-z]{2}\d)"),
    **{coordinate: re.compile(rf"{coordinate}(?=[\d*=\[-])", re.IGNORECASE) for coordinate in "cgn"},
}
_GENE = re.compile(r"(?P<accession>[^()]+)\((?P<gene>[^()]+)\)")
_WORDS_AROUND = "\"'`.,; "


class UnusableKey(UnusableItem):
    """The key itself cannot be read or applied; reason: why, as a learner would be told it of an answer."""

    def __init__(self, key: str, reason: Reason) -> None:
        facts = ", ".join(f"{name} {fact}" for name, fact in reason.facts.items())
        why = reason.code.removeprefix("hgvs-").replace("-", " ")
        super().__init__(
            f"the key {shown(key)} cannot be applied to the reference: {why}{f' ({facts})' if facts else ''}", "key"
        )
        self.reason = reason


@dataclass(frozen=True)
class _Task:
    """An item, checked: its key as read, and the recommended description of the variant that it names."""

    coordinate: str
    reference: str
    numbering: nucleotides.Numbering
    accession: str
    requires_accession: bool
    gene: str
    key: Reading
    canonical: Reading

    @property
    def canonical_text(self) -> str:
        spelling = self.canonical.spelling
        return f"{self.coordinate}.{f'({spelling})' if self.canonical.is_predicted else spelling}"


def mark(item: Mapping[str, Any], answer: str | None) -> Mark:
    """Mark a description: 1 for the recommended one, 0.8 for another of the same variant with the rules it misses, else 0.

    item: {"reference", "coordinate": "c", "g", "n" or "p", "cds_start" and "cds_end"? (1-based places in the reference, for
    c), "accession"? with version, "require_accession"?, "gene"?, "key"}. Spaces, case, typographic signs and the item's own
    accession in front are no part of the answer; a missing prefix or missing brackets cost as much as a missed rule.
    """
    task = _task_of(item)
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return Mark(0.0, (Reason("no-answer"),))
    if not isinstance(answer, str):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    if len(answer) > LONGEST_ANSWER:
        return Mark(0.0, (Reason("answer-too-long"),))
    try:
        given, slips = _read(answer, task)
        missed = [*slips, *_missed(given, task)]
    except Refused as refused:
        return Mark(0.0, (refused.reason,))
    if not missed or (given.spelling == task.key.spelling and set(missed) <= _CHOICES):
        return Mark(1.0)
    codes = dict.fromkeys(missed)
    facts = {"prefix": f"{task.coordinate}."}
    return Mark(
        SAME_VARIANT,
        (*(Reason(code, facts) for code in codes), Reason("hgvs-canonical", {"canonical": task.canonical_text})),
    )


def canonical_of(item: Mapping[str, Any]) -> str:
    """Return the recommended description of the key's variant, with prefix. Raises UnusableItem."""
    return _task_of(item).canonical_text


def observed_of(item: Mapping[str, Any]) -> str | None:
    """Return the sequence that the key leads to; None where a protein's reference cannot tell. Raises UnusableItem."""
    result = _task_of(item).key.result
    return result if isinstance(result, str) else None


def _missed(given: Reading, task: _Task) -> list[str]:
    """Return the rules that a description of the right variant misses. Raises Refused for another variant."""
    key, wanted, is_protein = task.key, task.canonical, task.coordinate == "p"
    missed = list(given.slips)
    if is_protein and given.is_predicted != key.is_predicted:
        missed.append("hgvs-brackets" if key.is_predicted else "hgvs-no-brackets")
    if isinstance(given.result, proteins.Told) and isinstance(key.result, proteins.Told):
        if given.result == key.result:
            return missed
        if given.result.what == "fs" and given.result.is_part_of(key.result):
            return [*missed, "hgvs-short-shift"]
        raise Refused(_difference(given.result, key.result))
    if given.result != key.result:
        raise Refused("hgvs-other-variant")
    if given.spelling == wanted.spelling:
        return missed
    if len(given.changes) > 1 or len(wanted.changes) > 1:
        return [*missed, "hgvs-one-change" if len(given.changes) > len(wanted.changes) else "hgvs-other"]
    if is_protein and wanted.changes[0].new == "*" and wanted.changes[0].kind == "sub":
        return [*missed, "hgvs-nonsense"]
    three_prime = "hgvs-c-terminal" if is_protein else "hgvs-three-prime"
    return missed + missed_rules(given.changes[0], wanted.changes[0], three_prime=three_prime)


def _difference(given: proteins.Told, key: proteins.Told) -> str:
    if given.what == key.what == "fs" and given.place == key.place:
        return "hgvs-shift-beyond-key" if key.is_part_of(given) else "hgvs-shift-differs"
    return "hgvs-other-variant"


def _read(answer: str, task: _Task) -> tuple[Reading, list[str]]:
    """Return the description as read and the slips in what stands before it. Raises Refused."""
    if has_control_characters(answer):
        raise Refused("hgvs-control-characters")
    text = "".join(as_meant(answer).split()).strip(_WORDS_AROUND)
    if len(text) > LONGEST_ANSWER:
        raise Refused("answer-too-long")
    text, slips = _without_accession(text, task)
    text, prefix_slips = _without_prefix(text, task.coordinate)
    return _read_bare(text, task.coordinate, task.reference, task.numbering), slips + prefix_slips


def _read_bare(text: str, coordinate: str, reference: str, numbering: nucleotides.Numbering) -> Reading:
    if coordinate == "p":
        return proteins.read(text, reference)
    return nucleotides.read(text, reference, numbering)


def _canonical(key: Reading, coordinate: str, reference: str, numbering: nucleotides.Numbering) -> Reading:
    if coordinate == "p":
        return proteins.canonical(key, reference)
    return nucleotides.canonical(key, reference, numbering)


def _without_accession(text: str, task: _Task) -> tuple[str, list[str]]:
    """Take away the accession in front, after comparing it with the item's, version included."""
    wanted, (given, colon, rest) = task.accession, text.partition(":")
    if not colon:
        glued = text[len(wanted) :]
        if wanted and text.casefold().startswith(wanted.casefold()) and _PREFIX.match(glued):
            return glued, []
        if task.requires_accession:
            raise Refused("hgvs-accession-missing", accession=wanted)
        return text, []
    if not wanted or given.casefold() == wanted.casefold():
        return rest, []
    if with_gene := _GENE.fullmatch(given):
        gene = with_gene["gene"]
        if with_gene["accession"].casefold() == wanted.casefold():
            if task.gene and gene.casefold() != task.gene.casefold():
                raise Refused("hgvs-other-gene", given=shown(gene), gene=task.gene)
            return rest, ["hgvs-gene-beside-accession"]
        given = with_gene["accession"]
    facts = {"given": shown(given), "accession": wanted}
    if given.partition(".")[0].casefold() == wanted.partition(".")[0].casefold():
        raise Refused("hgvs-other-version", **facts)
    raise Refused("hgvs-other-accession", **facts)


def _without_prefix(text: str, coordinate: str) -> tuple[str, list[str]]:
    if prefix := _PREFIX.match(text):
        if prefix[1].lower() != coordinate:
            raise Refused("hgvs-other-coordinate", given=prefix[0].lower(), prefix=f"{coordinate}.")
        return text[2:], []
    if _PREFIX_WITHOUT_DOT[coordinate].match(text):
        text = text[1:]
    return text, ["hgvs-prefix"]


def _task_of(item: Mapping[str, Any]) -> _Task:
    """Return the item, checked. Raises UnusableItem, which names what is wrong with it."""
    coordinate = item.get("coordinate")
    if coordinate not in ("c", "g", "n", "p"):
        raise UnusableItem("coordinate is none of c, g, n and p")
    reference = _reference_of(item, coordinate)
    numbering = _numbering_of(item, coordinate, len(reference))
    accession, gene, requires = (
        item.get("accession") or "",
        item.get("gene") or "",
        item.get("require_accession", False),
    )
    if not isinstance(accession, str) or not isinstance(gene, str):
        raise UnusableItem("accession or gene is not a text")
    if not isinstance(requires, bool):
        raise UnusableItem("require_accession is neither true nor false")
    accession = "".join(as_meant(accession).split())
    if requires and not accession:
        raise UnusableItem("an accession is required, but the item has none", "accession")
    key = item.get("key")
    if not isinstance(key, str) or not key.strip() or len(key) > LONGEST_ANSWER:
        raise UnusableItem("key is missing or longer than a description can be", "key")
    text = "".join(as_meant(key).split())
    nothing = Reading((), "", "")
    task = _Task(coordinate, reference, numbering, accession, False, gene, nothing, nothing)
    try:
        text, _slips = _without_accession(text, task)
        text, _slips = _without_prefix(text, coordinate)
        reading = _read_bare(text, coordinate, reference, numbering)
    except Refused as refused:
        raise UnusableKey(key, refused.reason) from refused
    canonical = _canonical(reading, coordinate, reference, numbering)
    return _Task(coordinate, reference, numbering, accession, requires, gene, reading, canonical)


def _reference_of(item: Mapping[str, Any], coordinate: str) -> str:
    reference = item.get("reference")
    if not isinstance(reference, str) or not reference:
        raise UnusableItem("reference is missing", "reference")
    if len(reference) > LONGEST_REFERENCE:
        raise UnusableItem(f"reference is longer than {LONGEST_REFERENCE} letters", "reference")
    reference = reference.upper()
    if coordinate == "p":
        reference = reference.removesuffix("*")
    letters = proteins.LETTERS - {"*"} if coordinate == "p" else nucleotides.LETTERS
    if odd := sorted(set(reference) - letters):
        kind = "residues" if coordinate == "p" else "DNA"
        raise UnusableItem(f"reference holds what is not one-letter {kind}: {shown(', '.join(odd))}", "reference")
    if not reference:
        raise UnusableItem("reference is missing", "reference")
    return reference


def _numbering_of(item: Mapping[str, Any], coordinate: str, length: int) -> nucleotides.Numbering:
    if coordinate != "c":
        return nucleotides.Numbering(coordinate, length)
    start, end = item.get("cds_start"), item.get("cds_end")
    if not isinstance(start, int) or isinstance(start, bool) or not 1 <= start <= length:
        raise UnusableItem("cds_start is not a place in the reference", "cds_start")
    if end is not None and (not isinstance(end, int) or isinstance(end, bool) or not start <= end <= length):
        raise UnusableItem("cds_end is not a place in the reference behind cds_start", "cds_end")
    return nucleotides.Numbering(coordinate, length, start, end)
