from collections.abc import Collection, Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem

ALL_OR_NOTHING = "all-or-nothing"  # exactly the correct options, no other
SHARE = "share"  # (right choices - wrong choices) / correct options, never below 0
PARTIAL_CREDIT = (ALL_OR_NOTHING, SHARE)


def mark(item: Mapping[str, Any], answer: str | Sequence[str]) -> Mark:
    """Mark the answer to a choice item; its reasons are the feedback of what was chosen.

    item: {"options": [{"id", "is_correct", "feedback"?}, ...], "partial_credit"?: "all-or-nothing" (default) or "share"}.
    answer: ids of the chosen options. An id the item does not have is a wrong choice; nothing chosen scores 0.
    """
    options = _options_of(item)
    rule = item.get("partial_credit", ALL_OR_NOTHING)
    if rule not in PARTIAL_CREDIT:
        raise UnusableItem(f"partial_credit is neither {' nor '.join(PARTIAL_CREDIT)}")
    given = [answer] if isinstance(answer, str) else answer
    if not isinstance(given, Sequence) or not all(isinstance(choice, str) for choice in given):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    chosen = set(given)
    correct = {option["id"] for option in options if option["is_correct"]}
    feedback = (option.get("feedback", "") for option in options if option["id"] in chosen)
    reasons = tuple(Reason("feedback", {"text": text}) for text in feedback if text)
    if not chosen or not correct:
        return Mark(0.0, reasons or (Reason("no-answer"),))
    if rule == SHARE and chosen != correct:
        right, wrong = len(chosen & correct), len(chosen - correct)
        score = max(0, right - wrong) / len(correct)
        facts = {"right": str(right), "wrong": str(wrong), "all": str(len(correct))}
        return Mark(score, (*reasons, Reason("choice-share", facts)))
    return Mark(1.0 if chosen == correct else 0.0, reasons)


def problems_of(kind: str, correct: Collection[bool]) -> list[str]:
    """Return what is wrong with a choice question's options, given which of them are correct."""
    problems = []
    if len(correct) < 2:
        problems.append("too-few-options")
    if kind == "single" and sum(correct) != 1:
        problems.append("not-one-correct")
    if kind == "multiple" and not 0 < sum(correct) < max(len(correct), 1):
        problems.append("none-or-all-correct")
    return problems


def _options_of(item: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    options = item.get("options")
    if not isinstance(options, Sequence) or isinstance(options, str) or not options:
        raise UnusableItem("options are missing", "options")
    for option in options:
        if not isinstance(option, Mapping) or not isinstance(option.get("id"), str):
            raise UnusableItem("an option has no id")
        if not isinstance(option.get("is_correct"), bool):
            raise UnusableItem(f"option {option['id']} does not say whether it is correct")
    if len({option["id"] for option in options}) < len(options):
        raise UnusableItem("two options have the same id")
    return options
