"""REF and ALT: which type of variant a record states, seen once the letters that both share are left out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import shown
from courses.assessments.rules.vcf.genotype import alternatives_asked
from courses.assessments.rules.vcf.record import PLACEHOLDERS, Record

SNV, INSERTION, DELETION, DELINS, MNV = "snv", "insertion", "deletion", "delins", "mnv"
DUPLICATION, INVERSION, COPY_NUMBER, BREAKEND = "duplication", "inversion", "copy-number", "breakend"
NO_VARIANT = "no-variant"
INDEL = "indel"  # what learners write for a delins, and for an insertion or a deletion without saying which
MOST_REASONS = 5

_REASONS = MappingProxyType(
    {
        SNV: "vcf-is-snv",
        MNV: "vcf-is-mnv",
        INSERTION: "vcf-is-insertion",
        DELETION: "vcf-is-deletion",
        DELINS: "vcf-is-delins",
    }
)

# The first word in angle brackets, and the type that it stands for.
_SYMBOLS = MappingProxyType(
    {"DEL": DELETION, "INS": INSERTION, "DUP": DUPLICATION, "INV": INVERSION, "CNV": COPY_NUMBER, "BND": BREAKEND}
)

# What learners write for a type, without the words of _FILLER.
_WORDINGS = {
    SNV: "snv, snp, point, substitution, point substitution, base substitution, nucleotide substitution, single nucleotide, "
    "single nucleotide substitution, single base, single base substitution, single letter, single letter substitution",
    MNV: "mnv, mnp, multi nucleotide, multi nucleotide substitution, multinucleotide, multinucleotide substitution, "
    "multiple nucleotide, multiple nucleotide substitution, multi base, multi base substitution, block substitution",
    INSERTION: "insertion, ins, inserted, single nucleotide insertion, single base insertion, base insertion",
    DELETION: "deletion, del, deleted, single nucleotide deletion, single base deletion, base deletion",
    DELINS: "delins, del ins, deletion insertion, complex, complex indel, complex substitution",
    INDEL: "indel, in del",
    DUPLICATION: "duplication, dup, duplicated, tandem duplication, dup tandem, tandem dup, single nucleotide duplication, "
    "single base duplication",
    INVERSION: "inversion, inv",
    COPY_NUMBER: "copy number, cnv, cn",
    BREAKEND: "breakend, break end, bnd",
    NO_VARIANT: "no, none, no alternative, reference, invariant, monomorphic",
}
_NAMES = {tuple(words.split()): name for name, wordings in _WORDINGS.items() for words in wordings.split(", ")}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_FILLER = re.compile(
    r"a|an|and|allele|change|event|is|it|large|mutation|of|one|or|polymorphism|short|site|small|the|this|"
    r"type|variant|variants|variation"
)
_SIZE = re.compile(r"\b(\d{1,5})[ -]?(?:bp|nt|(?:base|nucleotide|letter)s?(?:[ -]pairs?)?)\b", re.IGNORECASE)
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Change:
    """What an ALT does to REF: its type, why it is so, other types that are as true, and the letters taken out and put in."""

    kind: str
    reason: Reason
    also: frozenset[str] = frozenset()
    removed: str = ""
    added: str = ""


def type_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str], Mark]:
    """Return what marks the type of the ALTs in question, in any usual words; of several types, each must be named."""
    return partial(_mark, record, changes_of(record, item))


def changes_of(record: Record, item: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what each ALT in question does to REF, at least one. Raises UnusableItem for an ALT without a type."""
    if set(record.alts) <= PLACEHOLDERS - {"*"}:
        alt = ", ".join(record.alts) or "."
        return (Change(NO_VARIANT, Reason("vcf-is-no-variant", {"alt": alt})),)
    numbers = alternatives_asked(record, item)
    if not numbers:
        raise UnusableItem("the record has no ALT that is a variant of its own", "ask")
    return tuple(_change(record.ref, record.alts[number - 1]) for number in numbers)


def trimmed(ref: str, alt: str) -> tuple[int, str, str]:
    """Return how many letters both share in front, and what is left of each without those shared at both ends."""
    shortest = min(len(ref), len(alt))
    front = _shared(ref, alt, shortest)
    behind = _shared(ref[::-1], alt[::-1], shortest - front)
    return front, ref[front : len(ref) - behind], alt[front : len(alt) - behind]


def _shared(one: str, other: str, most: int) -> int:
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(one[:most], other, strict=False)))


def _change(ref: str, alt: str) -> Change:
    if alt.startswith("<"):
        symbol = alt[1:-1].split(":")[0].upper()
        kind = _SYMBOLS.get(symbol) or (COPY_NUMBER if re.fullmatch(r"CN\d+", symbol) else None)
        if kind is None:
            raise UnusableItem(f"the symbolic ALT {shown(alt)} has no type that is known here", "ask")
        return Change(kind, Reason("vcf-is-symbolic", {"alt": alt}))
    if alt == "*":
        raise UnusableItem("the ALT * is a place lost to another deletion and has no type of its own", "ask")
    if not alt.isalpha():
        return Change(BREAKEND, Reason("vcf-is-breakend", {"alt": shown(alt)}))
    front, removed, added = trimmed(ref, alt)
    kind, also = _kind(removed, added), frozenset[str]()
    if kind == INSERTION and alt[:front].endswith(added):  # the letters shared in front reach as far as they can
        also = frozenset({DUPLICATION})
    elif kind == MNV:
        is_inverted = removed == added.translate(_COMPLEMENT)[::-1]
        also = frozenset({DELINS, INVERSION} if is_inverted else {DELINS})
    elif kind == DELINS:
        also = frozenset({INDEL})
    facts = {"ref": shown(ref), "alt": shown(alt), "removed": shown(removed), "added": shown(added)}
    return Change(kind, Reason(_REASONS[kind], facts), also, removed, added)


def _kind(removed: str, added: str) -> str:
    if not removed:
        return INSERTION
    if not added:
        return DELETION
    if len(removed) != len(added):
        return DELINS
    return SNV if len(added) == 1 else MNV


def _mark(record: Record, changes: tuple[Change, ...], answer: str) -> Mark:
    named = _types_named(answer, record, changes)
    if not named:
        return Mark(0.0, (Reason("vcf-no-type", {"given": shown(answer)}),))
    kinds = {change.kind for change in changes}
    if named == {INSERTION, DELETION} and DELINS in kinds:  # "insertion/deletion" is what indel is short for
        named = {DELINS}
    true_of_each = [{change.kind, *change.also} for change in changes]
    if named <= set().union(*true_of_each) and all(named & names for names in true_of_each):
        return Mark(1.0)
    why = tuple(change.reason for change in changes[:MOST_REASONS])
    if INDEL in named and kinds <= {INSERTION, DELETION}:
        return Mark(0.0, (Reason("vcf-indel-which"), *why))
    if len(named) > len(kinds):
        return Mark(0.0, (Reason("vcf-several-types"), *why))
    return Mark(0.0, why)


def _types_named(answer: str, record: Record, changes: tuple[Change, ...]) -> set[str]:
    """Return every type that an answer names; empty if any of it names none. Right letters and sizes may stand beside."""
    concerned = {letters for change in changes for letters in (change.removed, change.added)}
    sizes = {str(len(letters)) for letters in concerned}
    text = _SIZE.sub(lambda size: " " if size[1] in sizes else size[0], answer)
    tokens = [token for token in re.sub(r"[\W_]+", " ", text).split() if token not in {*concerned, *record.alleles}]
    words = [word for word in map(str.lower, tokens) if not _FILLER.fullmatch(word)]
    named: set[str] = set()
    while words:
        name = next((name for name in _LONGEST_FIRST if tuple(words[: len(name)]) == name), None)
        if name is None:
            return set()
        named.add(_NAMES[name])
        words = words[len(name) :]
    return named
