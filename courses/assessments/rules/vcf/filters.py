"""FILTER: whether a record passed, and if not, which filters it failed."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from courses.assessments.rules.marks import Mark, Reason
from courses.assessments.rules.vcf.record import MISSING, Record

_PASS = "PASS"
_LABEL = re.compile(r"\Afilters?(?: is | ?[:=] ?)", re.IGNORECASE)
_PASSED = frozenset({"pass", "passed", "passes", "passing", "passedall", "passedallfilters", "passedfilters"})
_NOT_APPLIED = frozenset(
    {MISSING, "dot", "missing", "notapplied", "nofiltersapplied", "nofilterapplied", "unfiltered", "notfiltered"}
)


def filter_marker(record: Record, item: Mapping[str, Any]) -> Callable[[str], Mark]:
    """Return what marks the content of FILTER: PASS, a dot, or filters in any order; case is ignored."""
    return partial(_mark, record.filters)


def _mark(filters: tuple[str, ...], answer: str) -> Mark:
    if not filters:
        accepted = _comparable(answer) in _NOT_APPLIED
        return Mark(1.0) if accepted else Mark(0.0, (Reason("vcf-filter-not-applied"),))
    if filters == (_PASS,):
        accepted = _comparable(answer) in _PASSED
        return Mark(1.0) if accepted else Mark(0.0, (Reason("vcf-filter-passed"),))
    key = {_comparable(name) for name in filters}
    for separator in (r"[;,&+]|\band\b", r"[;,&+\s]|\band\b"):
        if {_comparable(name) for name in re.split(separator, _LABEL.sub("", answer))} - {""} == key:
            return Mark(1.0)
    return Mark(0.0, (Reason("vcf-filter-failed", {"filters": ", ".join(filters)}),))


def _comparable(text: str) -> str:
    text = _LABEL.sub("", text).strip()
    return text if text == MISSING else re.sub(r"[\s_.'\"-]", "", text).casefold()
