"""GT: the genotype of a sample, and the zygosity that follows from it."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import shown
from courses.assessments.rules.vcf.record import MISSING, PLACEHOLDERS, Record

_CALL = r"(?:\d{1,3}|\.)"
_GENOTYPE = re.compile(rf"{_CALL}(?:[/|]{_CALL})*", re.ASCII)
_GENOTYPE_AMONG_WORDS = re.compile(rf"(?<![\w/|.]){_CALL}(?:[/|]{_CALL})+(?![\w/|])", re.ASCII)
_LABEL = re.compile(r"\A(?:gt|genotype)(?: is | ?[:=] ?| (?=[\d.]))", re.IGNORECASE)  # GT may be letters, too

HETEROZYGOUS, HOMOZYGOUS, HEMIZYGOUS, UNKNOWN = "heterozygous", "homozygous", "hemizygous", "unknown"
REFERENCE, ALTERNATIVE = "reference", "alternative"

_REASONS = MappingProxyType(
    {
        (HETEROZYGOUS, frozenset({REFERENCE, ALTERNATIVE})): "vcf-is-heterozygous",
        (HETEROZYGOUS, frozenset({ALTERNATIVE})): "vcf-is-heterozygous-alternatives",
        (HOMOZYGOUS, frozenset({ALTERNATIVE})): "vcf-is-homozygous-alternative",
        (HOMOZYGOUS, frozenset({REFERENCE})): "vcf-is-homozygous-reference",
        (HEMIZYGOUS, frozenset({ALTERNATIVE})): "vcf-is-hemizygous-alternative",
        (HEMIZYGOUS, frozenset({REFERENCE})): "vcf-is-hemizygous-reference",
        (UNKNOWN, frozenset()): "vcf-is-not-called",
    }
)

# How learners write a zygosity, and of which allele it is.
_ZYGOUS = r"(?:z[iy]g(?:o(?:us|te?|tic|sity)|us))?"
_ZYGOSITIES = (
    (re.compile(rf"het(?:ero)?{_ZYGOUS}"), HETEROZYGOUS),
    (re.compile(rf"homo?{_ZYGOUS}"), HOMOZYGOUS),
    (re.compile(rf"hemi{_ZYGOUS}|haploid"), HEMIZYGOUS),
)
_NOT_CALLED = re.compile(
    r"\b(?:unknown|missing|uncalled|undetermined|indeterminate|no ?(?:genotype )?call|no genotype|"
    r"(?:not|cannot be) (?:known|called|determined))\b",
    re.IGNORECASE,
)
_OF = {
    **dict.fromkeys(["ref", "reference", "wild", "wildtype", "wt"], REFERENCE),
    **dict.fromkeys(["alt", "alternate", "alternative", "var", "variant", "mutant", "mutation", "nonref"], ALTERNATIVE),
}
_WILD_TYPE = frozenset({"wild", "wildtype", "wt"})  # by itself says homozygous too
_FILLER = re.compile(
    r"a|an|and|allele|alleles|both|by|call|called|carrier|copies|copy|data|different|for|genotype|gt|in|is|it|"
    r"of|or|sample|state|the|this|two|type|with|zygosity"
)
_GLUED = re.compile(r"\b(het|homo?|hemi)(ref|alt|var)\b", re.IGNORECASE)
_NOT_REFERENCE = re.compile(r"\bnon ref(?:erence)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Genotype:
    """A genotype as it was called: numbers of alleles (0 is REF, 1 the first ALT, None not called), in their order."""

    text: str
    calls: tuple[int | None, ...]

    @property
    def is_phased(self) -> bool:
        return "|" in self.text and "/" not in self.text

    @property
    def is_called(self) -> bool:
        return None not in self.calls

    def has_same_alleles(self, other: "Genotype") -> bool:
        """Say whether both name the same alleles in any order; a single dot stands for any number of missing ones."""
        if set(self.calls) == set(other.calls) == {None}:
            return True
        return Counter(self.calls) == Counter(other.calls)


def genotype_of(record: Record) -> Genotype:
    """Return the genotype of the sample that is asked about. Raises UnusableItem if the record gives none."""
    genotype = _read(record.field("GT"))
    if genotype is None:
        raise UnusableItem(f"GT of the record cannot be read: {shown(record.field('GT'))}", "record")
    if too_high := [call for call in genotype.calls if call is not None and call > len(record.alts)]:
        raise UnusableItem(f"GT names the allele {too_high[0]}, and the record has {len(record.alts)} in ALT", "record")
    return genotype


def alternatives_asked(record: Record, item: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the numbers of the ALTs in question: the one that the item names as "alt" (1 is the first), else those that
    the sample carries, else all of them. What is no variant of its own (such as *) counts only if it is named.
    """
    named = item.get("alt")
    if named is not None:
        if not isinstance(named, int) or isinstance(named, bool) or not 1 <= named <= len(record.alts):
            raise UnusableItem(f"alt is not the number of an ALT, from 1 to {len(record.alts)}", "alt")
        return (named,)
    variants = {number for number, alt in enumerate(record.alts, 1) if alt not in PLACEHOLDERS}
    carried = {call for call in genotype_of(record).calls if call} if "GT" in record.sample else set()
    if carried and not carried & variants:
        raise UnusableItem(
            "the sample carries no ALT that is a variant of its own; name the one in question as alt", "alt"
        )
    return tuple(sorted(carried & variants or variants))


def genotype_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str], Mark]:
    """Return what marks a genotype: 0/1 or its letters; order and bar count only for a phased one if item["phased"]."""
    phase_counts = item.get("phased") or False
    if not isinstance(phase_counts, bool):
        raise UnusableItem("phased is neither true nor false")
    return partial(_mark_genotype, record, genotype_of(record), phase_counts)


def _mark_genotype(record: Record, key: Genotype, phase_counts: bool, answer: str) -> Mark:
    given = _genotype_given(_LABEL.sub("", answer), record, len(key.calls))
    if given is None:
        return Mark(0.0, (Reason("vcf-no-genotype", {"given": shown(answer)}),))
    if not given.has_same_alleles(key):
        return Mark(0.0, (Reason("vcf-genotype", {"gt": key.text}),))
    if phase_counts and key.is_phased and len(set(key.calls)) > 1:  # equal alleles have no order
        if not given.is_phased:
            return Mark(0.0, (Reason("vcf-phase-missing", {"gt": key.text}),))
        if given.calls != key.calls:
            return Mark(0.0, (Reason("vcf-phase-order", {"gt": key.text}),))
    return Mark(1.0)


def zygosity_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str], Mark]:
    """Return what marks a zygosity in any usual words; the item adds nothing to the record."""
    return partial(_mark_zygosity, record, genotype_of(record))


def zygosity_of(genotype: Genotype) -> tuple[str, frozenset[str]]:
    """Return one of the four zygosities, and whether the sample has the reference allele, alternative ones or both."""
    if not genotype.is_called:
        return UNKNOWN, frozenset()
    of = frozenset(ALTERNATIVE if call else REFERENCE for call in genotype.calls)
    if len(genotype.calls) == 1:
        return HEMIZYGOUS, of
    return (HOMOZYGOUS if len(set(genotype.calls)) == 1 else HETEROZYGOUS), of


def _mark_zygosity(record: Record, genotype: Genotype, answer: str) -> Mark:
    zygosity, of = zygosity_of(genotype)
    why = Reason(_REASONS[zygosity, of], {"gt": genotype.text})
    mentioned = [_read(text) for text in _GENOTYPE_AMONG_WORDS.findall(answer)]
    words = _GENOTYPE_AMONG_WORDS.sub(" ", answer)
    if mentioned and not re.search(r"\w", words):
        return Mark(0.0, (Reason("vcf-zygosity-is-a-word"), why))
    named = _zygosity_named(words, record)
    if named is None:
        return Mark(0.0, (Reason("vcf-no-zygosity", {"given": shown(answer)}),))
    if len(named.zygosities) > 1:
        return Mark(0.0, (Reason("vcf-several-zygosities"), why))
    if zygosity == HOMOZYGOUS and of == {REFERENCE} and named.zygosities == {HOMOZYGOUS} and not named.of:
        return Mark(0.0, (Reason("vcf-homozygous-for-which"), why))
    if not _agrees(named, genotype, record) or not all(
        other and other.has_same_alleles(genotype) for other in mentioned
    ):
        return Mark(0.0, (why,))
    return Mark(1.0)


@dataclass(frozen=True)
class _Named:
    """What an answer names: zygosities, of which alleles (in words, and by their letters as numbers of alleles)."""

    zygosities: frozenset[str]
    of: frozenset[str]
    alleles: frozenset[int]
    is_compound: bool


def _agrees(named: _Named, genotype: Genotype, record: Record) -> bool:
    zygosity, of = zygosity_of(genotype)
    accepted = {zygosity}
    if zygosity == HETEROZYGOUS and "*" in {record.alleles[call] for call in genotype.calls if call is not None}:
        accepted.add(HEMIZYGOUS)  # the other copy is deleted here
    if not named.zygosities <= accepted or not named.alleles <= set(genotype.calls):
        return False
    if named.is_compound and (zygosity != HETEROZYGOUS or REFERENCE in of):
        return False
    if zygosity == HETEROZYGOUS:  # "het alt" is said of 0/1 and of 1/2, "het ref" of 0/1 alone
        return REFERENCE not in named.of or REFERENCE in of
    return zygosity == UNKNOWN or named.of <= of


def _zygosity_named(words: str, record: Record) -> _Named | None:
    """Return what an answer names; None if it names no zygosity, or if any word of it cannot be read."""
    text = _NOT_REFERENCE.sub("nonref", _GLUED.sub(r"\1 \2", re.sub(r"[^\w*]+|_", " ", words)))
    zygosities = {UNKNOWN} if _NOT_CALLED.search(text) else set()
    of, alleles = set(), set()
    tokens = _NOT_CALLED.sub(" ", text).split()
    for token in tokens:
        word = token.lower()
        if token in record.alleles:  # capital letters, so that "a" is no allele
            alleles.add(record.alleles.index(token))
            of.add(ALTERNATIVE if record.alleles.index(token) else REFERENCE)
        elif zygosity := next((zygosity for pattern, zygosity in _ZYGOSITIES if pattern.fullmatch(word)), None):
            zygosities.add(zygosity)
        elif word in _OF:
            of.add(_OF[word])
        elif not _FILLER.fullmatch(word) and word != "compound":
            return None
    known = {token.lower() for token in tokens}
    if not zygosities and known & _WILD_TYPE:
        zygosities.add(HOMOZYGOUS)
    if not zygosities:
        return None
    return _Named(frozenset(zygosities), frozenset(of), frozenset(alleles), "compound" in known)


def _read(text: str) -> Genotype | None:
    if not _GENOTYPE.fullmatch(text):
        return None
    return Genotype(text, tuple(None if call == MISSING else int(call) for call in re.split(r"[/|]", text)))


def _genotype_given(answer: str, record: Record, copies: int) -> Genotype | None:
    """Return the genotype that an answer means: by numbers (0/1), by letters (C/T; CT where each allele is one), or by
    saying that it was not called.
    """
    text = "".join(answer.split()).rstrip(";,")
    if genotype := _read(text):
        return genotype
    if _NOT_CALLED.fullmatch(re.sub(r"[\W_]+", " ", answer).strip()):
        return Genotype(text, (None,))
    separator = "|" if "|" in text else "/"
    letters = text.upper().split(separator)
    if len(letters) == 1 and len(text) == copies:
        letters = list(text.upper())
    if not all(allele in record.alleles for allele in letters):
        return None
    return Genotype(separator.join(letters), tuple(record.alleles.index(allele) for allele in letters))
