import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, refusal_of

LONGEST = 500


def mark(item: Mapping[str, Any], answer: Any) -> Mark:
    """Mark a word or phrase: compared after spaces, dashes and quotes are written one way.

    item: {"accept": [text, ...], "case_sensitive"?: bool, "partial"?: [{"text", "credit" in (0, 1), "feedback"?}, ...]}.
    """
    is_case_sensitive = item.get("case_sensitive", False)
    if not isinstance(is_case_sensitive, bool):
        raise UnusableItem("case_sensitive is neither true nor false")
    accepted, partial = _accepted(item), _partial(item)
    if refusal := refusal_of(answer, LONGEST):
        return Mark(0.0, (refusal,))
    given = _comparable(answer, is_case_sensitive)
    if given in {_comparable(text, is_case_sensitive) for text in accepted}:
        return Mark(1.0)
    for variant in partial:
        if given == _comparable(variant["text"], is_case_sensitive):
            feedback = variant.get("feedback")
            return Mark(
                float(variant["credit"]),
                (Reason("feedback", {"text": feedback}) if feedback else Reason("text-in-part"),),
            )
    if is_case_sensitive and given.casefold() in {_comparable(text, False) for text in accepted}:
        return Mark(0.0, (Reason("text-case"),))
    return Mark(0.0, (Reason("text-not-accepted"),))


def _comparable(text: str, is_case_sensitive: bool) -> str:
    text = as_meant(text)
    return text if is_case_sensitive else unicodedata.normalize("NFC", text.casefold())


def _accepted(item: Mapping[str, Any]) -> Sequence[str]:
    accepted = item.get("accept")
    if not isinstance(accepted, Sequence) or isinstance(accepted, str) or not accepted:
        raise UnusableItem("accept lists no answer", "accept")
    if not all(isinstance(text, str) and as_meant(text) and len(text) <= LONGEST for text in accepted):
        raise UnusableItem(f"accept holds what is not a text of 1 to {LONGEST} characters")
    return accepted


def _partial(item: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    partial = item.get("partial") or ()
    if not isinstance(partial, Sequence) or isinstance(partial, str):
        raise UnusableItem("partial is not a list")
    for number, variant in enumerate(partial):
        if not isinstance(variant, Mapping) or not isinstance(variant.get("text"), str):
            raise UnusableItem("a partial answer has no text", "partial", number, "text")
        credit = variant.get("credit")
        if not isinstance(credit, int | float) or isinstance(credit, bool) or not 0 < credit < 1:
            raise UnusableItem(
                f"the credit of {variant['text']} does not lie between 0 and 1", "partial", number, "credit"
            )
        if not isinstance(variant.get("feedback", ""), str):
            raise UnusableItem(f"the feedback of {variant['text']} is not a text")
    return partial
