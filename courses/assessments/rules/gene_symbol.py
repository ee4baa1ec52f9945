"""Gene symbols: the approved one of the HUGO Gene Nomenclature Committee (HGNC) against aliases and previous symbols."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, refusal_of, shown

LONGEST = 100
OTHER_NAME = 0.5  # an alias or a previous symbol: the gene is known, its approved symbol is not

# What spreadsheets make of symbols such as SEPT2 and MARCH1: 2-Sep, 1-Mar, Mar-01 (doi:10.1186/s13059-016-1044-7).
_MONTH = "(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"
_DAMAGED = re.compile(rf"[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{1,2}}")


def mark(item: Mapping[str, Any], answer: Any) -> Mark:
    """Mark a gene symbol: 1 for the approved one, 0.5 for an alias or a previous one, with the approved one in the reasons.

    item: {"approved": text, "aliases"?: [text, ...], "previous"?: [text, ...]}. Case is style for human genes, so it is ignored.
    """
    approved = _symbol(item.get("approved"), "approved")
    aliases, previous = _symbols(item, "aliases"), _symbols(item, "previous")
    if refusal := refusal_of(answer, LONGEST):
        return Mark(0.0, (refusal,))
    given = _comparable(answer)
    if not given:
        return Mark(0.0, (Reason("no-answer"),))
    if given == _comparable(approved):
        return Mark(1.0)
    facts = {"given": shown(answer), "approved": approved}
    if given in previous:
        return Mark(OTHER_NAME, (Reason("gene-previous", facts),))
    if given in aliases:
        return Mark(OTHER_NAME, (Reason("gene-alias", facts),))
    if _DAMAGED.fullmatch(given):
        return Mark(0.0, (Reason("gene-damaged", facts),))
    return Mark(0.0, (Reason("gene-other", facts),))


def _comparable(symbol: str) -> str:
    return as_meant(symbol).strip(" .,;*_\"'").upper()


def _symbol(symbol: Any, field: str) -> str:
    if not isinstance(symbol, str) or not _comparable(symbol) or len(symbol) > LONGEST:
        raise UnusableItem(f"{field} is not a symbol of 1 to {LONGEST} characters", field)
    return symbol


def _symbols(item: Mapping[str, Any], field: str) -> frozenset[str]:
    symbols = item.get(field) or ()
    if not isinstance(symbols, Sequence) or isinstance(symbols, str):
        raise UnusableItem(f"{field} is not a list", field)
    return frozenset(_comparable(_symbol(symbol, f"each of {field}")) for symbol in symbols)
