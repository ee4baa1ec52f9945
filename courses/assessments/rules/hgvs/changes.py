"""What both kinds of sequence share: a change, applied to a sequence and found again between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from courses.assessments.rules.marks import Reason

_PARTNERS = str.maketrans("ACGTN", "TGCAN")


class Refused(Exception):
    """A description that cannot be read or applied, with the reason as a learner is told it."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.reason = Reason(code, facts)


@dataclass(frozen=True)
class Change:
    """reference[start:end] becomes new. kind: how it is written: =, sub, del, inv, dup, ins, delins or repeat (of unit)."""

    kind: str
    start: int
    end: int
    new: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Reading:
    """A description as understood. spelling: the same changes as the rules spell them, without prefix.

    result: the sequence it leads to, or what a protein's sequence cannot tell; two readings of one variant are equal here.
    slips: the spelling rules that were missed, as reason codes.
    """

    changes: tuple[Change, ...]
    spelling: str
    result: object
    slips: tuple[str, ...] = field(default=())
    is_predicted: bool = False


def reverse_complement(letters: str) -> str:
    return letters.translate(_PARTNERS)[::-1]


def apply(reference: str, changes: Sequence[Change]) -> str:
    """Return the reference with all changes made. Raises Refused if two of them touch the same letters."""
    pieces, at = [], 0
    ordered = sorted(changes, key=lambda change: (change.start, change.end))
    for change in ordered:
        if change.start < at:
            raise Refused("hgvs-overlap")
        pieces += [reference[at : change.start], change.new]
        at = change.end
    pieces.append(reference[at:])
    return "".join(pieces)


def simplest(reference: str, observed: str, *, can_invert: bool) -> Change:
    """Return the change between two sequences as the recommendations want it: as far 3' (or C-terminal) as it can
    be, and of the first type that fits: substitution, deletion, inversion, duplication, insertion, deletion-insertion.

    Source: HGVS Nomenclature, general recommendations, "prioritisation" and "3' rule" (den Dunnen 2016).
    """
    start = _shared_start(reference, observed)  # what is equal in front is taken first: that is the 3' rule
    behind = _shared_start(reference[start:][::-1], observed[start:][::-1])
    end = len(reference) - behind
    old, new = reference[start:end], observed[start : len(observed) - behind]
    if not old and not new:
        return Change("=", 0, len(reference))
    if len(old) == len(new) == 1:
        return Change("sub", start, end, new)
    if not new:
        return Change("del", start, end)
    if can_invert and new == reverse_complement(old):
        return Change("inv", start, end, new)
    if old:
        return Change("delins", start, end, new)
    if start >= len(new) and reference[start - len(new) : start] == new:
        return Change("dup", start - len(new), start, new + new)
    if start == 0:  # an insertion needs a neighbour on both sides, so at an end the last letter is rewritten
        return Change("delins", 0, 1, new + reference[0])
    if start == len(reference):
        return Change("delins", start - 1, start, reference[-1] + new)
    return Change("ins", start, start, new)


def missed_rules(written: Change, wanted: Change, *, three_prime: str = "hgvs-three-prime") -> list[str]:
    """Return which rules a change misses that leads to the same sequence as the wanted one, as reason codes."""
    if (written.kind, written.start, written.end, written.new) == (wanted.kind, wanted.start, wanted.end, wanted.new):
        return []
    if written.kind == "repeat":
        return ["hgvs-repeat"]
    if written.kind == wanted.kind:
        same_place = written.kind in {"delins", "inv", "="}
        return ["hgvs-other" if written.kind == "=" else "hgvs-shortest" if same_place else three_prime]
    if written.kind == "ins" and wanted.kind == "dup":
        return ["hgvs-dup-before-ins", *([three_prime] if written.start != wanted.end else [])]
    if written.kind == "delins" and wanted.kind == "inv":
        return ["hgvs-inv-before-delins"]
    if written.kind == "sub" and written.end - written.start > 1:
        return ["hgvs-one-letter-sub"]
    return ["hgvs-simplest-type"]


def _shared_start(one: str, other: str) -> int:
    """Return how many letters two sequences have in common from the first on."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[:middle] == other[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
