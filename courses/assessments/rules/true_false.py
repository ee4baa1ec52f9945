from collections.abc import Mapping
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem

_READ = {"true": True, "false": False}


def mark(item: Mapping[str, Any], answer: bool | str | None) -> Mark:
    """Mark a judgement. item: {"answer": bool}; answer: a bool, or "true" or "false" as a form sends it."""
    key = item.get("answer")
    if not isinstance(key, bool):
        raise UnusableItem("answer is neither true nor false", "answer")
    if answer is None or answer == "":
        return Mark(0.0, (Reason("no-answer"),))
    given = _READ.get(answer.strip().casefold()) if isinstance(answer, str) else answer
    if not isinstance(given, bool):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    return Mark(1.0 if given is key else 0.0)
