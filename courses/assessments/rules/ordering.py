from collections.abc import Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem


def mark(item: Mapping[str, Any], answer: Sequence[str]) -> Mark:
    """Mark an order, all or nothing. item: {"items": [text, ...]} in the right order; answer: the same texts, ordered."""
    items = item.get("items")
    if not isinstance(items, Sequence) or isinstance(items, str) or len(items) < 2:
        raise UnusableItem("items holds fewer than two things to order", "items")
    if not all(isinstance(text, str) for text in items):
        raise UnusableItem("items holds what is not a text")
    seen: set[str] = set()
    for number, text in enumerate(items):
        if text in seen:
            raise UnusableItem("the same item stands twice, so there is no one right order", "items", number)
        seen.add(text)
    if not answer:
        return Mark(0.0, (Reason("no-answer"),))
    if not isinstance(answer, Sequence) or isinstance(answer, str):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    if list(answer) == list(items):
        return Mark(1.0)
    if sorted(map(str, answer)) != sorted(items):
        return Mark(0.0, (Reason("ordering-incomplete"),))
    first = next(
        place for place, (given, right) in enumerate(zip(answer, items, strict=True), start=1) if given != right
    )
    return Mark(0.0, (Reason("ordering-first-wrong", {"place": str(first)}),))
