"""Modes of inheritance that explain a family: all that fit are asked for, not the likeliest."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from courses.assessments.rules.marks import Mark, Reason, UnusableItem
from courses.assessments.rules.pedigree.drawing import drawing_of
from courses.assessments.rules.pedigree.family import Family, family_of
from courses.assessments.rules.pedigree.inheritance import (
    MODES,
    Assumptions,
    fits,
    joint_contradiction,
    nearest_contradiction,
    obligate_carriers,
)
from courses.assessments.rules.text import as_meant, has_control_characters, shown

__all__ = ["MODES", "Family", "drawing_of", "family_of", "mark", "modes_of"]

LONGEST = 200  # of a mode in words, or of all of them in one text
MOST_GIVEN = 20
_PENETRANCES = MappingProxyType({"complete": True, "incomplete": False})

# What learners write for a mode, longest first, so that "X-linked recessive" is not read in parts.
_NAMES: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        **{(mode.lower(),): mode for mode in MODES},
        ("autosomal", "dominant"): "AD",
        ("autosomal", "recessive"): "AR",
        **{
            (*chromosome, inherited): mode
            for chromosome in (("x", "linked"), ("x", "chromosomal"), ("sex", "linked"), ("x",))
            for inherited, mode in (("dominant", "XLD"), ("recessive", "XLR"))
        },
        ("xd",): "XLD",
        ("xr",): "XLR",
        **dict.fromkeys([("y", "linked"), ("y", "chromosomal"), ("y",), ("holandric",)], "YL"),
        **dict.fromkeys([("mitochondrial",), ("mitochondrially",), ("maternal",), ("mtdna",), ("mito",)], "MT"),
    }
)
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_FILLERS = frozenset({"and", "inheritance", "inherited", "mode", "modes", "only", "the"})
_NONE_FITS = frozenset({("none",), ("none", "fits"), ("no",)})

# What two or three people show of a mode, by the mode, whether the child is affected, and which parents it takes.
_CONTRADICTIONS: Mapping[tuple[str, bool, str], str] = MappingProxyType(
    {
        ("AD", True, "father mother"): "pedigree-ad-neither-parent",
        ("AR", False, "father mother"): "pedigree-ar-both-parents",
        ("XLD", True, "father mother"): "pedigree-xld-neither-parent",
        ("XLD", True, "mother"): "pedigree-xld-mother-of-son",
        ("XLD", False, "father"): "pedigree-xld-father-of-daughter",
        ("XLR", True, "father"): "pedigree-xlr-father-of-daughter",
        ("XLR", False, "mother"): "pedigree-xlr-mother-of-son",
        ("XLR", False, "father mother"): "pedigree-xlr-both-parents",
        ("YL", True, ""): "pedigree-yl-woman",
        ("YL", True, "father"): "pedigree-yl-affected-child",
        ("YL", False, "father"): "pedigree-yl-unaffected-son",
        ("MT", True, "mother"): "pedigree-mt-affected-child",
        ("MT", False, "mother"): "pedigree-mt-unaffected-child",
    }
)


def mark(item: Mapping[str, Any], answer: Sequence[str] | str | None) -> Mark:
    """Mark the modes chosen: 1 if they are those that fit, else (right - wrong) / number that fit, and never below 0.

    item: {"members": as in family_of, "penetrance"?: "complete" (default) or "incomplete", "de_novo"?: false, "modes"?: those offered}.
    answer: list of MODES or of their usual names, or one text with several. If no mode fits, [] is right.
    The reasons name, for each mode wrongly chosen, people who contradict it, and for each mode missed, who must carry the variant.
    """
    family, assumptions, offered = family_of(item), _assumptions_of(item), _offered(item)
    key = _fitting(family, assumptions, offered)
    given = [answer] if isinstance(answer, str) else answer
    if given is None or answer == "":
        return Mark(0.0, (Reason("no-answer"),))
    if not isinstance(given, Sequence) or not all(isinstance(part, str) for part in given[: MOST_GIVEN + 1]):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    if len(given) > MOST_GIVEN or any(len(part) > LONGEST for part in given):
        return Mark(0.0, (Reason("answer-too-long"),))
    if any(map(has_control_characters, given)):
        return Mark(0.0, (Reason("answer-of-another-kind"),))
    chosen, unknown = _modes_named(given)
    if chosen == key and not unknown:
        return Mark(1.0)
    if not given:
        return Mark(0.0, (Reason("no-answer"),))
    right, wrong = len(chosen & key), len(chosen - key) + len(unknown)
    reasons = [Reason("pedigree-no-mode", {"given": shown(part)}) for part in unknown]
    for mode in _in_order(chosen - key):
        if mode in offered:
            reasons.append(_against(mode, family, assumptions))
        else:
            reasons.append(Reason("pedigree-not-offered", {"mode": mode}))
    reasons += [_for(mode, family, assumptions) for mode in _in_order(key - chosen)]
    return Mark(max(0.0, (right - wrong) / len(key)) if key else 0.0, tuple(reasons))


def modes_of(item: Mapping[str, Any]) -> frozenset[str]:
    """Return the modes, of those that an item offers, for which some genotypes explain its family.

    Raises UnusableItem for an impossible family and for assumptions that are not known.
    """
    return _fitting(family_of(item), _assumptions_of(item), _offered(item))


def _fitting(family: Family, assumptions: Assumptions, offered: Iterable[str]) -> frozenset[str]:
    return frozenset(mode for mode in offered if fits(family, mode, assumptions))


def _assumptions_of(item: Mapping[str, Any]) -> Assumptions:
    penetrance, de_novo = item.get("penetrance", "complete"), item.get("de_novo", False)
    if not isinstance(penetrance, str) or penetrance not in _PENETRANCES:
        raise UnusableItem(f"penetrance is neither {' nor '.join(_PENETRANCES)}")
    if not isinstance(de_novo, bool):
        raise UnusableItem("de_novo is neither true nor false")
    return Assumptions(_PENETRANCES[penetrance], de_novo)


def _offered(item: Mapping[str, Any]) -> Sequence[str]:
    offered = item.get("modes", MODES)
    if not isinstance(offered, Sequence) or isinstance(offered, str) or not offered:
        raise UnusableItem("modes is not a list of modes")
    for mode in offered:
        if mode not in MODES:
            raise UnusableItem(f"modes holds what is none of {', '.join(MODES)}")
    return offered


def _against(mode: str, family: Family, assumptions: Assumptions) -> Reason:
    """Return who contradicts a mode that does not fit."""
    near = [family.people[place] for place in nearest_contradiction(family, mode, assumptions)]
    if near:
        child, *others = near
        parents = {"father" if one.id == child.father else "mother": shown(one.id) for one in others}
        code = _CONTRADICTIONS.get((mode, bool(child.affected), " ".join(parents)))
        if code:
            return Reason(code, {"child": shown(child.id), **parents})
    people = [family.people[place] for place in joint_contradiction(family, mode, assumptions)]
    affected = _listed(person.id for person in people if person.affected)
    unaffected = _listed(person.id for person in people if not person.affected)
    return Reason("pedigree-together", {"mode": mode, "affected": affected, "unaffected": unaffected})


def _for(mode: str, family: Family, assumptions: Assumptions) -> Reason:
    """Return how a mode that was missed explains the family."""
    carriers = obligate_carriers(family, mode, assumptions)
    if not carriers:
        return Reason("pedigree-missed", {"mode": mode})
    return Reason(
        "pedigree-missed-carriers",
        {"mode": mode, "carriers": _listed(family.people[place].id for place in carriers)},
    )


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(map(shown, ids))


def _in_order(modes: frozenset[str]) -> list[str]:
    return [mode for mode in MODES if mode in modes]


def _modes_named(given: Sequence[str]) -> tuple[frozenset[str], list[str]]:
    """Return the modes that an answer names, and the parts of it that name none, each once."""
    named: set[str] = set()
    unknown: dict[str, None] = {}
    for part in (part for text in given for part in re.split(r"[,;\n]", text)):
        words = tuple(word for word in re.sub(r"[\W_]+", " ", as_meant(part).lower()).split() if word not in _FILLERS)
        if words in _NONE_FITS:
            continue
        modes = _read(words)
        if modes:
            named |= modes
        elif part.strip():
            unknown[part.strip()] = None
    return frozenset(named), list(unknown)


def _read(words: tuple[str, ...]) -> set[str]:
    """Return every mode named by words; empty if any of them is part of no name."""
    named: set[str] = set()
    while words:
        name = next((name for name in _LONGEST_FIRST if words[: len(name)] == name), None)
        if name is None:
            return set()
        named.add(_NAMES[name])
        words = words[len(name) :]
    return named
