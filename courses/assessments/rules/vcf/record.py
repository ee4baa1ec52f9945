"""One data line of a VCF file, read and checked.

Source: The Variant Call Format Specification, version 4.3, section 1.6 (github.com/samtools/hts-specs)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.assessments.rules.marks import UnusableItem
from courses.assessments.rules.text import shown

LONGEST_RECORD = 20_000
LONGEST_HEADER = 100_000
MISSING = "."
# Alleles that are no variant of their own: lost to an overlapping deletion, and "any other" of files that list every place.
PLACEHOLDERS = frozenset({"*", "<*>", "<NON_REF>"})

_FIXED = 8  # CHROM POS ID REF ALT QUAL FILTER INFO; then FORMAT and one column for each sample
_BASES = re.compile(r"[ACGTN]+")
_BREAKEND = re.compile(r"[ACGTN]*[\[\]][^\[\]\s]+[\[\]][ACGTN]*|\.[ACGTN]+|[ACGTN]+\.", re.IGNORECASE)
_SYMBOL = re.compile(r"<[^<>\s]+>")
_QUALITY = re.compile(r"\.|[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?inf(?:inity)?|nan", re.IGNORECASE)
_FORMAT = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*)*", re.ASCII)


@dataclass(frozen=True)
class Record:
    """What a question may ask of a data line; letters of alleles are capital, and what is missing (a dot) is left out.

    sample: FORMAT key -> value, for the sample that is asked about; samples: how many the line has.
    """

    ref: str
    alts: tuple[str, ...]
    filters: tuple[str, ...]
    info: Mapping[str, str]
    sample: Mapping[str, str]
    samples: int

    @property
    def alleles(self) -> tuple[str, ...]:
        """Return REF and the ALTs, as GT and AD count them."""
        return (self.ref, *self.alts)

    def field(self, key: str) -> str:
        """Return what the sample has under a FORMAT key. Raises UnusableItem if it has nothing."""
        if not self.samples:
            raise UnusableItem("the record has no sample", "ask")
        if key not in self.sample:
            raise UnusableItem(f"FORMAT gives no {key} for this sample", "ask")
        return self.sample[key]


def read_record(item: Mapping[str, Any]) -> Record:
    """Return the record of an item {"record", "header"?, "sample"? (0-based, default 0)}.

    Columns are separated by tabs; by any white space where there are too few tabs. Raises UnusableItem.
    """
    columns = _columns_of(item)
    _chrom, position, _id, ref, alt, quality, filters, info = columns[:_FIXED]
    if not re.fullmatch(r"\d{1,12}", position, re.ASCII):
        raise UnusableItem(f"POS of the record is not a number: {shown(position)}", "record")
    if not _QUALITY.fullmatch(quality):
        raise UnusableItem(f"QUAL of the record is neither a number nor a dot: {shown(quality)}", "record")
    ref = ref.upper()
    if not _BASES.fullmatch(ref):
        raise UnusableItem(f"REF of the record holds other letters than A, C, G, T and N: {shown(ref)}", "record")
    return Record(
        ref=ref,
        alts=() if alt == MISSING else tuple(_alt(text, ref) for text in alt.split(",")),
        filters=() if filters == MISSING else tuple(filters.split(";")),
        info=dict(entry.partition("=")[::2] for entry in info.split(";")),
        sample=_sample(columns, item.get("sample")),
        samples=max(len(columns) - _FIXED - 1, 0),
    )


def _columns_of(item: Mapping[str, Any]) -> list[str]:
    record, header = item.get("record"), item.get("header") or ""
    if not isinstance(record, str) or not record.strip():
        raise UnusableItem("record is missing", "record")
    if len(record) > LONGEST_RECORD:
        raise UnusableItem(f"record is longer than {LONGEST_RECORD} characters", "record")
    if not isinstance(header, str) or len(header) > LONGEST_HEADER:
        raise UnusableItem(f"header is not a text of at most {LONGEST_HEADER} characters", "header")
    if len(record.strip().splitlines()) > 1 or record.lstrip().startswith("#"):
        raise UnusableItem("record is not one data line", "record")
    columns = _split(record)
    if len(columns) < _FIXED:
        raise UnusableItem(f"record has {len(columns)} columns and needs {_FIXED} at least", "record")
    if "" in columns:
        raise UnusableItem(f"column {columns.index('') + 1} of the record is empty", "record")
    for line in header.splitlines():
        if line.startswith("#CHROM") and len(_split(line)) != len(columns):
            raise UnusableItem(f"header has {len(_split(line))} columns and record {len(columns)}", "header")
    return columns


def _split(line: str) -> list[str]:
    if line.count("\t") < _FIXED - 1:
        return line.split()
    return [column.strip() for column in line.strip().split("\t")]


def _alt(text: str, ref: str) -> str:
    if _SYMBOL.fullmatch(text) or _BREAKEND.fullmatch(text) or text in PLACEHOLDERS:
        return text
    letters = text.upper()
    if not _BASES.fullmatch(letters):
        raise UnusableItem(f"ALT of the record is no allele: {shown(text)}", "record")
    if letters == ref:
        raise UnusableItem("ALT of the record is the same as REF", "record")
    return letters


def _sample(columns: list[str], number: Any) -> Mapping[str, str]:
    number = 0 if number is None else number
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise UnusableItem("sample is not a number from 0 on", "sample")
    samples = columns[_FIXED + 1 :]
    if number >= max(len(samples), 1):
        raise UnusableItem(f"there is no sample {number}: the record has {len(samples)}, counted from 0", "sample")
    if not samples:
        return {}
    keys = columns[_FIXED]
    if not _FORMAT.fullmatch(keys):
        raise UnusableItem(f"FORMAT of the record cannot be read: {shown(keys)}", "record")
    values = samples[number].split(":")
    if len(values) > len(keys.split(":")):
        raise UnusableItem(f"sample {number} has more values than FORMAT has keys", "record")
    pairs = zip(keys.split(":"), values, strict=False)  # values at the end may be dropped
    return {key: value for key, value in pairs if key == "GT" or set(value) - {MISSING, ","}}
