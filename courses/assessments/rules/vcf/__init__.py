"""Questions about one data line of a VCF file: what is asked is read from the record itself, so no key can contradict it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from courses.assessments.rules import choice, numeric
from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, refusal_of, shown
from courses.assessments.rules.vcf.filters import filter_marker
from courses.assessments.rules.vcf.genotype import genotype_marker, zygosity_marker
from courses.assessments.rules.vcf.reads import balance_marker, depth_marker
from courses.assessments.rules.vcf.record import Record, read_record
from courses.assessments.rules.vcf.variant_type import type_marker

__all__ = ["ASKS", "mark"]

LONGEST = 100
MOST_PARTS = 10
MOST_OPTIONS = 10

# What may be asked of a record, each with the function from record and item to what marks an answer.
ASKS: Mapping[str, Callable[[Record, Mapping[str, Any]], Callable[[Any], Mark]]] = MappingProxyType(
    {
        "type": type_marker,
        "zygosity": zygosity_marker,
        "genotype": genotype_marker,
        "depth": depth_marker,
        "allele_balance": balance_marker,
        "filter": filter_marker,
    }
)
_NUMBERS = frozenset({"depth", "allele_balance"})


def mark(item: Mapping[str, Any], answer: Any) -> Mark:
    """Mark what is read from a record: right or not; of a question in parts, the share of the parts that are right.

    item: {"record": one data line, "header"?, "sample"? (0-based, default 0), "alt"? (number of the ALT in question), and
    either "ask": one of ASKS, with "phased"? for a genotype, or "asks": [{"id", "prompt"?, "type": "single" or "numeric",
    "options"?: [text, ...], "answer", "tolerance"?, "ask"?, "sample"?, "alt"?}, ...]}. answer: text or number; of parts: id -> answer.

    A part that names its "ask" is marked by the record, and its own key must agree; one without is marked by its key.
    """
    if item.get("asks") is None:
        return _marker_of(item)(answer)
    if item.get("ask") is not None:
        raise UnusableItem("the item has both ask and asks")
    return _mark_parts(item, answer)


def _marker_of(item: Mapping[str, Any]) -> Callable[[Any], Mark]:
    """Return what marks an answer to an item with "ask". Raises UnusableItem if the record cannot tell what is asked."""
    record, ask = read_record(item), item.get("ask")
    if not isinstance(ask, str) or ask not in ASKS:
        raise UnusableItem(f"ask is none of {', '.join(ASKS)}", "ask")
    marker = ASKS[ask](record, item)

    def mark_answer(answer: Any) -> Mark:
        if refused := _refused(ask, answer):
            return refused
        if isinstance(answer, str):
            return marker(as_meant(answer))
        return marker(answer if ask in _NUMBERS else str(int(answer)))

    return mark_answer


def _refused(ask: str, answer: Any) -> Mark | None:
    """Return the mark of what is no answer at all, else None."""
    is_number = isinstance(answer, int | float | Decimal) and not isinstance(answer, bool)
    # A genotype with one allele, such as 1, may come as a number.
    if is_number and (ask in _NUMBERS or (ask == "genotype" and answer in range(1_000))):
        return None
    if refusal := refusal_of(answer, LONGEST):
        return Mark(0.0, (refusal,))
    if len(as_meant(answer)) > LONGEST:  # one sign may stand for many letters
        return Mark(0.0, (Reason("answer-too-long"),))
    return None


def _mark_parts(item: Mapping[str, Any], answer: Any) -> Mark:
    parts = [(part, _part_marker_of(item, part, number)) for number, part in enumerate(_parts_of(item))]
    if answer is None:
        return Mark(0.0, (Reason("no-answer"),))
    if not isinstance(answer, Mapping):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    right, reasons = 0, []
    for part, mark_answer in parts:
        marked = mark_answer(answer.get(part["id"]))
        right += marked.score == 1
        if marked.score < 1:
            reasons += [Reason("vcf-part", {"prompt": part.get("prompt") or part["id"]}), *marked.reasons]
    if right < len(parts):
        reasons.append(Reason("vcf-share", {"right": str(right), "all": str(len(parts))}))
    return Mark(right / len(parts), tuple(reasons))


def _parts_of(item: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    parts = item["asks"]
    if not isinstance(parts, Sequence) or isinstance(parts, str) or not 1 <= len(parts) <= MOST_PARTS:
        raise UnusableItem(f"asks is not a list of 1 to {MOST_PARTS} parts", "asks")
    for number, part in enumerate(parts):
        place = ("asks", number)
        if not isinstance(part, Mapping) or not isinstance(part.get("id"), str):
            raise UnusableItem("a part in asks has no id", *place)
        if not isinstance(part.get("prompt") or "", str):
            raise UnusableItem(f"the prompt of part {shown(part['id'])} is not a text", *place, "prompt")
        if part.get("type") not in ("single", "numeric"):
            raise UnusableItem(f"the type of part {shown(part['id'])} is neither single nor numeric", *place, "type")
    if len({part["id"] for part in parts}) < len(parts):
        raise UnusableItem("two parts in asks have the same id")
    return parts


def _part_marker_of(item: Mapping[str, Any], part: Mapping[str, Any], number: int) -> Callable[[Any], Mark]:
    """Return what marks the answer to one part: the record where the part names its ask, else its own key."""
    try:
        read_record({**item, **part})  # a record that is wrong must not be shown, even if no part is read from it
        return _marker_of_part(item, part)
    except UnusableItem as unusable:
        of_the_record = unusable.place[:1] in (("record",), ("header",))
        raise unusable if of_the_record else unusable.within("asks", number) from None


def _marker_of_part(item: Mapping[str, Any], part: Mapping[str, Any]) -> Callable[[Any], Mark]:
    options = _options_of(part) if part["type"] == "single" else ()
    marker: Callable[[Any], Mark]
    if not part.get("ask"):
        marker = partial(_mark_choice, options, part["answer"]) if options else partial(numeric.mark, part)
        marker(None)  # raises UnusableItem if the part has no key
        return marker
    marker = _marker_of({**item, **part})
    if part["type"] == "numeric" and part["ask"] not in _NUMBERS:
        raise UnusableItem(f"part {shown(part['id'])} is numeric, and what it asks for is no number", "ask")
    if part.get("answer") is not None and marker(part["answer"]).score < 1:
        raise UnusableItem(
            f"the key of part {shown(part['id'])} contradicts the record: {shown(str(part['answer']))}", "answer"
        )
    if options and (right := sum(marker(option).score == 1 for option in options)) != 1:
        raise UnusableItem(
            f"by the record, {right} options of part {shown(part['id'])} are right, and not one", "options"
        )
    return marker


def _options_of(part: Mapping[str, Any]) -> Sequence[str]:
    options = part.get("options")
    if not isinstance(options, Sequence) or isinstance(options, str) or not 2 <= len(options) <= MOST_OPTIONS:
        raise UnusableItem(f"options of part {shown(part['id'])} is not a list of 2 to {MOST_OPTIONS} texts", "options")
    if not all(isinstance(option, str) for option in options):
        raise UnusableItem(f"an option of part {shown(part['id'])} is not a text", "options")
    if not part.get("ask") and part.get("answer") not in options:
        raise UnusableItem(f"the key of part {shown(part['id'])} is not among its options", "answer")
    return options


def _mark_choice(options: Sequence[str], right: str, answer: Any) -> Mark:
    return choice.mark({"options": [{"id": text, "is_correct": text == right} for text in options]}, answer or [])
