"""DP and AD: how many reads a sample has at the place, and what share of them shows the alternative allele."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from courses.assessments.rules import numeric
from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import shown
from courses.assessments.rules.vcf.genotype import alternatives_asked
from courses.assessments.rules.vcf.record import Record

FRACTION_TOLERANCE = 0.01

_DEPTH_LABEL = re.compile(r"\A(?:(?:read )?depth|dp)(?: is | ?[:=] ?| (?=\d))", re.IGNORECASE)
_DEPTH_UNIT = re.compile(r"(?<=[\d.]) ?(?:[x×]|-? ?fold|reads?)\.?\Z", re.IGNORECASE)
_BALANCE_LABEL = re.compile(
    r"\A(?:(?:variant )?allele (?:balance|fraction|frequency)|[av]?af|ab)(?: is | ?[:=] ?| (?=[\d.,]))", re.IGNORECASE
)
_PER_CENT = re.compile(r"(?<=[\d.]) ?(?:per ?cent|pct)\.?\Z", re.IGNORECASE)
_OUT_OF = re.compile(r"(?<=\d) (?:reads? )?(?:out )?of (?=\d)", re.IGNORECASE)
_READS = re.compile(r"(?<=\d) ?reads?\.?\Z", re.IGNORECASE)


def depth_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str | float], Mark]:
    """Return what marks a depth: DP of the sample, else the sum of its AD, else DP of INFO."""
    depth, source = depth_of(record)
    return partial(_mark_depth, _key(depth, item, tolerance=0), source)


def depth_of(record: Record) -> tuple[int, str]:
    """Return the depth and the code of the reason that names its source. Raises UnusableItem if the record tells none."""
    if "DP" in record.sample:
        return _count(record.sample["DP"], "DP"), "vcf-depth-of-sample"
    if "AD" in record.sample:
        return sum(_reads_of_alleles(record)), "vcf-depth-by-alleles"
    # DP of INFO counts the reads of all samples together.
    if "DP" in record.info and record.samples <= 1:
        return _count(record.info["DP"], "DP"), "vcf-depth-of-info"
    raise UnusableItem("the record gives neither DP nor AD for this sample", "ask")


def _mark_depth(key: Mapping[str, Any], source: str, answer: str | float) -> Mark:
    if isinstance(answer, str):
        answer = _DEPTH_UNIT.sub("", _DEPTH_LABEL.sub("", answer))
    return _taught(numeric.mark(key, answer), Reason(source, {"depth": str(key["answer"])}))


def balance_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str | float], Mark]:
    """Return what marks an allele balance: reads of the alternative allele by reads of all alleles, within 0.01 unless the
    item has a tolerance of its own.
    """
    alternative, total = balance_of(record, item)
    key = _key(Fraction(alternative, total), item, tolerance=FRACTION_TOLERANCE)
    return partial(_mark_balance, key, {"alternative": str(alternative), "all": str(total)})


def balance_of(record: Record, item: Mapping[str, Any]) -> tuple[int, int]:
    """Return the reads of the alternative allele in question and those of all alleles. Raises UnusableItem."""
    record.field("AD")
    numbers = alternatives_asked(record, item)
    if len(numbers) != 1:
        raise UnusableItem(f"{len(numbers)} alternative alleles are in question; name one of them as alt", "alt")
    reads = _reads_of_alleles(record)
    if not sum(reads):
        raise UnusableItem("AD of the sample counts no read at all", "ask")
    return reads[numbers[0]], sum(reads)


def _mark_balance(key: Mapping[str, Any], facts: Mapping[str, str], answer: str | float) -> Mark:
    if isinstance(answer, str):
        text = _READS.sub("", _OUT_OF.sub("/", _BALANCE_LABEL.sub("", answer)))
        answer = _PER_CENT.sub("%", text)
    return _taught(numeric.mark(key, answer), Reason("vcf-balance", facts))


def _key(number: int | Fraction, item: Mapping[str, Any], *, tolerance: float) -> Mapping[str, Any]:
    """Return the item for the marker of numbers. Raises UnusableItem for a tolerance that is none."""
    named = item.get("tolerance")
    key = {"answer": number, "tolerance": tolerance if named is None else named}
    numeric.mark(key, None)
    return key


def _taught(mark: Mark, why: Reason) -> Mark:
    """Return the mark with where the number stands, in place of "too far"."""
    if mark.score:
        return mark
    return Mark(0.0, (*(reason for reason in mark.reasons if reason.code != "numeric-too-far"), why))


def _reads_of_alleles(record: Record) -> list[int]:
    counts = record.field("AD").split(",")
    if len(counts) != len(record.alleles):
        raise UnusableItem(f"AD counts {len(counts)} alleles, and the record has {len(record.alleles)}")
    return [_count(count, "AD") for count in counts]


def _count(text: str, key: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise UnusableItem(f"{key} of the record is not a number: {shown(text)}")
    return int(text)
