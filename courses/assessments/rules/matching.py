from collections.abc import Mapping, Sequence
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem


def mark(item: Mapping[str, Any], answer: Mapping[str, str] | Sequence[str]) -> Mark:
    """Mark what was put together: the share of the pairs that are right.

    item: {"pairs": [{"left", "right"}, ...], "distractors"?: [right side, ...]}.
    answer: left side -> right side, or the right sides in the order of the pairs; what is left open is wrong.
    """
    pairs = _pairs_of(item)
    if isinstance(answer, Mapping):
        given = {left: answer.get(left) for left in pairs}
    elif isinstance(answer, Sequence) and not isinstance(answer, str):
        given = dict(zip(pairs, [*answer[: len(pairs)], *[None] * (len(pairs) - len(answer))], strict=True))
    elif answer is None or answer == "":
        given = dict.fromkeys(pairs)
    else:
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    if not any(given.values()):
        return Mark(0.0, (Reason("no-answer"),))
    right = sum(given[left] == pairs[left] for left in pairs)
    if right == len(pairs):
        return Mark(1.0)
    return Mark(right / len(pairs), (Reason("matching-share", {"right": str(right), "all": str(len(pairs))}),))


def _pairs_of(item: Mapping[str, Any]) -> dict[str, str]:
    listed, distractors = item.get("pairs"), item.get("distractors") or ()
    if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
        raise UnusableItem("pairs are missing", "pairs")
    pairs: dict[str, str] = {}
    for number, pair in enumerate(listed):
        if not isinstance(pair, Mapping) or not all(isinstance(pair.get(side), str) for side in ("left", "right")):
            raise UnusableItem("a pair lacks its left or right side")
        if pair["left"] in pairs:
            raise UnusableItem(f"two pairs have the left side {pair['left']}", "pairs", number, "left")
        pairs[pair["left"]] = pair["right"]
    if not isinstance(distractors, Sequence) or isinstance(distractors, str):
        raise UnusableItem("distractors is not a list")
    right_sides = set(pairs.values())
    for number, distractor in enumerate(distractors):
        if distractor in right_sides:
            raise UnusableItem(f"a distractor is also a right side: {distractor}", "distractors", number)
    return pairs
