import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, has_control_characters, shown

LONGEST = 60
_DECIMAL = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d{1,2})?"
_GROUPED = r"[+-]?\d{1,3}(?:(?P<group>[ ,.'])\d{3})(?:(?P=group)\d{3})*(?:[.,]\d+)?"
_NUMBER = re.compile(rf"(?P<number>{_GROUPED}|{_DECIMAL})(?: ?/ ?(?P<below>{_DECIMAL}))?(?P<unit>[^\d].*)?", re.ASCII)
_POWER_OF_TEN = re.compile(r" ?[×x*·] ?10 ?(?:(?:\^|\*\*) ?(?=[+-]?\d)|(?=[+-]))([+-]?\d{1,2})", re.ASCII)


def mark(item: Mapping[str, Any], answer: str | float | None) -> Mark:
    """Mark a number: right when its distance from the answer is at most the tolerance.

    item: {"answer": number, "tolerance"?: number (absolute, default 0), "unit"?: text}. A learner may write a decimal
    comma, grouped thousands, a fraction such as 2/3, a power of ten, and the unit; a unit left out is taken as the item's.
    """
    key, tolerance, unit = _number_of(item, "answer"), _number_of(item, "tolerance", default=0), item.get("unit") or ""
    if tolerance < 0:
        raise UnusableItem("tolerance is below 0", "tolerance")
    if not isinstance(unit, str):
        raise UnusableItem("unit is not a text", "unit")
    if answer is None or answer == "":
        return Mark(0.0, (Reason("no-answer"),))
    if isinstance(answer, bool) or not isinstance(answer, str | int | float | Decimal):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    text = answer if isinstance(answer, str) else repr(answer) if isinstance(answer, float) else format(answer)
    if len(text) > LONGEST:
        return Mark(0.0, (Reason("answer-too-long"),))
    readings, given_unit = ((), "") if has_control_characters(text) else _read(as_meant(text))
    if not readings:
        return Mark(0.0, (Reason("numeric-not-a-number", {"given": shown(text)}),))
    if given_unit == "%" and not unit:  # 25 % is 0.25
        readings, given_unit = tuple(reading / 100 for reading in readings), ""
    if given_unit and _comparable(given_unit) != _comparable(unit):
        facts = {"given": shown(given_unit), "unit": unit}
        return Mark(0.0, (Reason("numeric-unit", facts) if unit else Reason("numeric-no-unit", facts),))
    distance = min(abs(reading - key) for reading in readings)
    if distance <= tolerance:
        return Mark(1.0)
    return Mark(0.0, (Reason("numeric-too-far"),))


def _read(text: str) -> tuple[tuple[Fraction, ...], str]:
    """Return the numbers that the text can mean (two for 1,000: one, or a thousand) and the unit behind; () if none."""
    match = _NUMBER.fullmatch(_POWER_OF_TEN.sub(r"e\1", text))
    if match is None:
        return (), ""
    number, below, group = match["number"], match["below"], match["group"]
    texts = set()
    if group:
        texts.add(number.replace(group, ""))
    if not group or (group in ",." and number.count(group) == 1):
        texts.add(number)
    try:
        divisor = _exact(below) if below else Fraction(1)
        return tuple(_exact(text) / divisor for text in sorted(texts)), (match["unit"] or "").strip()
    except (InvalidOperation, ZeroDivisionError):
        return (), ""


def _exact(text: str) -> Fraction:
    return Fraction(Decimal(text.replace(",", ".")))


def _comparable(unit: str) -> str:
    return "".join(as_meant(unit).casefold().split()).removesuffix(".")


def _number_of(item: Mapping[str, Any], name: str, default: int | None = None) -> Fraction:
    number = item.get(name, default)
    if (
        isinstance(number, bool)
        or not isinstance(number, int | float | Decimal | Fraction)
        or len(repr(number)) > LONGEST
    ):
        raise UnusableItem(f"{name} is not a number", name)
    try:
        return Fraction(repr(number) if isinstance(number, float) else number)  # 0.05 is meant, not its nearest binary
    except (ValueError, OverflowError) as impossible:
        raise UnusableItem(f"{name} is not a finite number", name) from impossible
