from collections.abc import Collection, Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason


def mark(item: Mapping[str, Any], answer: Sequence[str]) -> Mark:
    """Mark the answer to a choice item, all or nothing: exactly the correct options, no other.

    item: {"options": [{"id", "is_correct", "feedback"}, ...]}; answer: ids of the chosen options.
    An id the item does not have is a wrong choice; nothing chosen scores 0. Reasons are the feedback of what was chosen.
    """
    chosen = set(answer)
    correct = {option["id"] for option in item["options"] if option["is_correct"]}
    given = (option["feedback"] for option in item["options"] if option["id"] in chosen and option["feedback"])
    reasons = tuple(Reason("feedback", {"text": text}) for text in given)
    return Mark(score=1.0 if chosen and chosen == correct else 0.0, reasons=reasons)


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
