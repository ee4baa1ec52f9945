"""Classes of sequence variants by ACMG/AMP criteria: Table 5 of Richards 2015 (doi:10.1038/gim.2015.30), or the points
of Tavtigian 2020 (doi:10.1002/humu.24088)."""

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.text import as_meant, refusal_of, shown

PATHOGENIC, LIKELY_PATHOGENIC, UNCERTAIN = "Pathogenic", "Likely pathogenic", "Uncertain significance"
LIKELY_BENIGN, BENIGN = "Likely benign", "Benign"
CLASSES = (BENIGN, LIKELY_BENIGN, UNCERTAIN, LIKELY_PATHOGENIC, PATHOGENIC)  # class 1 to class 5

SCHEMES = ("richards2015", "tavtigian2020")
READINGS = ("any_opposing", "both_reach", "points")
LONGEST = 200
MOST_CRITERIA = 100

# Each criterion of Richards 2015, Tables 3 and 4, and the letters of its own strength; B before it on the benign side.
_NUMBERS = {"PVS": 1, "PS": 4, "PM": 6, "PP": 5, "BA": 1, "BS": 4, "BP": 7}
_CRITERION = re.compile(r"(PVS|PS|PM|PP|BA|BS|BP)([1-7])(?:_([A-Z_]+))?")
_APPLIED = {
    "STANDALONE": "A",
    "VERYSTRONG": "VS",
    "STRONG": "S",
    "MODERATE": "M",
    "SUPPORTING": "P",
    "VS": "VS",
    "S": "S",
    "M": "M",
    "P": "P",
}
_POINTS = {"VS": 8, "S": 4, "M": 2, "P": 1}

_REASONS = MappingProxyType(
    {
        PATHOGENIC: "acmg-is-pathogenic",
        LIKELY_PATHOGENIC: "acmg-is-likely-pathogenic",
        UNCERTAIN: "acmg-is-uncertain",
        LIKELY_BENIGN: "acmg-is-likely-benign",
        BENIGN: "acmg-is-benign",
    }
)

# What learners write for a class, longest first, so that "likely benign" is not read as "benign".
_NAMES: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        **{tuple(name.lower().split()): name for name in CLASSES},
        ("probably", "pathogenic"): LIKELY_PATHOGENIC,
        ("probably", "benign"): LIKELY_BENIGN,
        ("unknown", "significance"): UNCERTAIN,
        ("uncertain",): UNCERTAIN,
        **dict.fromkeys([("vus",), ("vous",)], UNCERTAIN),
        **{
            (short,): name
            for short, name in zip(("b", "lb", "lp", "p"), (CLASSES[i] for i in (0, 1, 3, 4)), strict=True)
        },
        **{(str(number),): name for number, name in enumerate(CLASSES, 1)},
        **{("class", str(number)): name for number, name in enumerate(CLASSES, 1)},
        **{("class", roman): name for roman, name in zip(("i", "ii", "iii", "iv", "v"), CLASSES, strict=True)},
    }
)
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_SPELLED = ("pathogenic", "likely", "probably", "uncertain", "unknown", "significance", "benign", "class")
_FILLERS = frozenset({"a", "an", "of", "the", "is", "it", "this", "variant", "acmg", "amp", "or", "and"})


def mark(item: Mapping[str, Any], answer: Any) -> Mark:
    """Mark the class named for a set of criteria: right or not; the reasons count the evidence. The edition is the scheme.

    item: {"criteria": ["PVS1", "PM2_Supporting", ...], "scheme": one of SCHEMES, "conflict"?: one of READINGS}.
    """
    evidence = _evidence_of(item)
    right = _class_of(item, *evidence)
    scheme = item["scheme"]
    if refusal := refusal_of(answer, LONGEST):
        return Mark(0.0, (refusal,), scheme)
    named = _classes_named(answer)
    if named == {right}:
        return Mark(1.0, (), scheme)
    if not named:
        return Mark(0.0, (Reason("acmg-no-class", {"given": shown(answer)}),), scheme)
    if len(named) > 1:
        return Mark(0.0, (Reason("acmg-several-classes"),), scheme)
    return Mark(0.0, _reasons_for(right, scheme, *evidence), scheme)


def class_of(item: Mapping[str, Any]) -> str:
    """Return the class (one of CLASSES) that the criteria of an item lead to.

    Criteria count at the strength applied to them, and one given twice counts once. Where they speak for both sides the
    item names how that is read: "any_opposing" is uncertain; "both_reach" is uncertain only if each side by itself
    reaches a class, and else the class of the side that does; "points" is the sum, for tavtigian2020 alone.
    Raises UnusableItem for criteria that do not exist, strengths that the scheme lacks, and mixed evidence without a reading.
    """
    return _class_of(item, *_evidence_of(item))


def _class_of(item: Mapping[str, Any], pathogenic: Counter[str], benign: Counter[str]) -> str:
    conflict = item.get("conflict") or None
    class_by = _class_by_table if item["scheme"] == "richards2015" else _class_by_points
    if not (pathogenic and benign):
        return class_by(pathogenic, benign)
    if conflict is None:
        raise UnusableItem("the criteria speak for both sides, and conflict does not say how that is read", "conflict")
    if conflict == "points":
        return _class_by_points(pathogenic, benign)
    reached = {class_by(pathogenic, Counter()), class_by(Counter(), benign)} - {UNCERTAIN}
    return reached.pop() if conflict == "both_reach" and len(reached) == 1 else UNCERTAIN


def _evidence_of(item: Mapping[str, Any]) -> tuple[Counter[str], Counter[str]]:
    """Return the pathogenic and the benign criteria of an item, counted by the strength applied. Raises UnusableItem."""
    scheme, conflict = item.get("scheme"), item.get("conflict") or None
    if scheme not in SCHEMES:
        raise UnusableItem(f"scheme is none of {', '.join(SCHEMES)}")
    if conflict is not None and conflict not in READINGS:
        raise UnusableItem(f"conflict is none of {', '.join(READINGS)}")
    if conflict == "points" and scheme != "tavtigian2020":
        raise UnusableItem("conflict can be points only where the scheme is tavtigian2020", "conflict")
    criteria = item.get("criteria")
    if not isinstance(criteria, Sequence) or isinstance(criteria, str) or len(criteria) > MOST_CRITERIA:
        raise UnusableItem("criteria is not a list of criteria", "criteria")
    applied: dict[str, str] = {}
    for written in criteria:
        if not isinstance(written, str) or len(written) > LONGEST:
            raise UnusableItem("criteria holds what is not the name of a criterion", "criteria")
        found = _CRITERION.fullmatch(re.sub(r"[\s-]", "", written).upper())
        if not found or int(found[2]) > _NUMBERS[found[1]]:
            raise UnusableItem(f"there is no criterion {shown(written)}", "criteria")
        strength = _APPLIED.get(found[3].replace("_", "")) if found[3] else found[1][1:]
        if strength is None:
            raise UnusableItem(f"there is no strength such as that of {shown(written)}", "criteria")
        _refuse_strength(written, found[1][0], strength, scheme)
        if applied.setdefault(found[1] + found[2], strength) != strength:
            raise UnusableItem(f"the criterion {found[1]}{found[2]} is given with two strengths", "criteria")
    sides = {"P": Counter[str](), "B": Counter[str]()}
    for criterion, strength in applied.items():
        sides[criterion[0]][strength] += 1
    return sides["P"], sides["B"]


def _refuse_strength(written: str, side: str, strength: str, scheme: str) -> None:
    if side == "P" and strength == "A":
        raise UnusableItem(f"{written} cannot stand alone: only benign evidence can", "criteria")
    if side == "B" and strength in ("VS", "M") and scheme == "richards2015":
        raise UnusableItem(f"Table 5 of richards2015 has no benign evidence of the strength of {written}", "criteria")


def _class_by_table(pathogenic: Counter[str], benign: Counter[str]) -> str:
    very_strong, moderate, supporting = pathogenic["VS"], pathogenic["M"], pathogenic["P"]
    # The table knows one very strong criterion, PVS1. A second, by an applied strength, is at least a strong one.
    strong = pathogenic["S"] + max(0, very_strong - 1)
    if (very_strong and (strong or moderate >= 2 or (moderate and supporting) or supporting >= 2)) or strong >= 2:
        return PATHOGENIC
    by_number = moderate >= 3 or (moderate >= 2 and supporting >= 2) or (moderate >= 1 and supporting >= 4)
    if strong and by_number:
        return PATHOGENIC
    if by_number or (very_strong and moderate) or (strong and (moderate or supporting >= 2)):
        return LIKELY_PATHOGENIC
    if benign["A"] or benign["S"] >= 2:
        return BENIGN
    if (benign["S"] and benign["P"]) or benign["P"] >= 2:
        return LIKELY_BENIGN
    return UNCERTAIN


def _class_by_points(pathogenic: Counter[str], benign: Counter[str]) -> str:
    if benign["A"]:  # BA1 has no points: it stands alone
        return BENIGN
    points = _points_of(pathogenic, benign)
    if points >= 10:
        return PATHOGENIC
    if points >= 6:
        return LIKELY_PATHOGENIC
    if points >= 0:
        return UNCERTAIN
    return LIKELY_BENIGN if points >= -6 else BENIGN


def _points_of(pathogenic: Counter[str], benign: Counter[str]) -> int:
    return sum(points * (pathogenic[strength] - benign[strength]) for strength, points in _POINTS.items())


def _reasons_for(right: str, scheme: str, pathogenic: Counter[str], benign: Counter[str]) -> tuple[Reason, ...]:
    counts = " + ".join(
        f"{side[strength]} {letter}{strength}"
        for side, letter in ((pathogenic, "P"), (benign, "B"))
        for strength in ("A", "VS", "S", "M", "P")
        if side[strength]
    )
    reasons = [Reason(_REASONS[right], {"counts": counts or "0"})]
    if pathogenic and benign and right == UNCERTAIN:
        reasons = [Reason("acmg-conflict", {"counts": counts})]
    if scheme == "tavtigian2020" and not benign["A"]:
        reasons.append(Reason("acmg-points", {"points": str(_points_of(pathogenic, benign))}))
    return tuple(reasons)


def _classes_named(answer: str) -> set[str]:
    """Return every class that an answer names; empty if any of it names none."""
    words = re.sub(r"([a-z])(?=\d)", r"\1 ", re.sub(r"[\W_]+", " ", as_meant(answer).lower())).split()
    words = [word for word in map(_spelled, words) if word not in _FILLERS]
    named: set[str] = set()
    while words:
        name = next((name for name in _LONGEST_FIRST if tuple(words[: len(name)]) == name), None)
        if name is None:
            return set()
        named.add(_NAMES[name])
        words = words[len(name) :]
    return named


def _spelled(word: str) -> str:
    """Return the word that was meant where one or two letters are wrong; not "likely" for "unlikely"."""
    near = [known for known in _SPELLED if known[0] == word[0] and abs(len(known) - len(word)) <= 1]
    close = difflib.get_close_matches(word, near, 1, 0.8)
    return close[0] if close else word
