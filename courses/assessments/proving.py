"""Proves the key of an item before learners are asked, and says to its author what is wrong with it, and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from courses.assessments import rules
from courses.assessments.refusals import refusal_told
from courses.assessments.rules.hgvs import UnusableKey
from courses.assessments.rules.hpo import check_extract
from courses.assessments.rules.marks import Place
from courses.assessments.words import sentence_of

# Where the key stands that a marker may find wrong; of other kinds, every key that can be marked is right.
_KEYS: Mapping[str, Place] = {"hgvs": ("key",), "acmg": ("answer",), "diplotype": ("answer",), "pedigree": ("answer",)}


class Problem(str):
    """Why an item cannot be asked, as a sentence for its author. place: where in the item; empty where it is all of it."""

    place: Place

    def __new__(cls, sentence: str | Promise, *place: str | int) -> "Problem":
        problem = super().__new__(cls, str(sentence))
        problem.place = place
        return problem


def problem_of(kind: str, item: Mapping[str, Any]) -> Problem | None:
    """Return why an item cannot be asked; None if its key is marked as right."""
    if kind in ("single", "multiple"):
        problem = _problem_of_options(kind, item["options"])
    elif kind == "pedigree" and item["members"] and not item["answer"]:
        sentence = _("No mode is ticked. Learners are asked about families that at least one mode explains.")
        problem = Problem(sentence, "answer")
    elif kind == "vcf" and not item["asks"]:
        problem = Problem(_("Nothing is asked about the record."), "asks")
    else:
        problem = None
    return problem or _problem_of_key(kind, item)


def _problem_of_options(kind: str, options: Sequence[Mapping[str, Any]]) -> Problem | None:
    texts = [option["text"] for option in options]
    correct = [option["is_correct"] for option in options]
    problem = next(iter(rules.problems_of(kind, correct)), None)
    ticked = ", ".join(f"“{text}”" for text, is_correct in zip(texts, correct, strict=True) if is_correct)
    again = next((number for number, text in enumerate(texts) if text in texts[:number]), None)
    if "" in texts:
        number = texts.index("")
        return Problem(_("Option %(number)s has no text.") % {"number": number + 1}, "options", number, "text")
    if again is not None:
        sentence = _("The option “%(text)s” stands there twice.") % {"text": texts[again]}
        return Problem(sentence, "options", again, "text")
    if problem == "too-few-options":
        return Problem(_("Give at least two options to choose from."), "options")
    if problem and not ticked:
        sentence = _("No option is marked as correct. Tick “Correct” where it belongs.")
        return Problem(sentence, "options", 0, "is_correct")
    if problem == "not-one-correct":
        sentence = _(
            "Exactly one option can be correct, but these are marked: %(options)s. "
            "Untick all but one, or use the task “Several answers”."
        ) % {"options": ticked}
        return Problem(sentence, "options", correct.index(True, correct.index(True) + 1), "is_correct")
    if problem:
        sentence = _("Every option is marked as correct. Leave at least one wrong.")
        return Problem(sentence, "options", len(options) - 1, "is_correct")
    return None


def _problem_of_key(kind: str, item: Mapping[str, Any]) -> Problem | None:
    try:
        mark = rules.mark(kind, item, rules.key_of(kind, item))
        if kind == "hpo":
            check_extract(item["terms"])
        if mark.score == 1:
            return _problem_of_credit(item) if kind == "short_text" else None
        place = _wrong_part_of(item) if kind == "vcf" else _KEYS.get(kind, ())
    except UnusableKey as unusable:
        why = sentence_of(unusable.reason)
        sentence = _("The right description cannot be applied to the reference. %(why)s") % {"why": why}
        return Problem(sentence, *unusable.place)
    except rules.UnusableItem as unusable:
        return Problem(refusal_told(str(unusable)), *unusable.place)
    why = " ".join(sentence_of(reason) for reason in mark.reasons)
    return Problem(_("What you hold right is not marked as right. %(why)s") % {"why": why}, *place)


def _wrong_part_of(item: Mapping[str, Any]) -> Place:
    for number, ask in enumerate(item["asks"]):
        if rules.mark("vcf", {**item, "asks": [ask]}, {ask["id"]: ask["answer"]}).score < 1:
            return ("asks", number, "answer")
    return ()


def _problem_of_credit(item: Mapping[str, Any]) -> Problem | None:
    """Say which answer of a short text is accepted and right in part at once, so that its credit is never given."""
    for number, partial in enumerate(item["partial"]):
        if rules.mark("short_text", item, partial["text"]).score != partial["credit"]:
            sentence = _("“%(text)s” is accepted already, or stands there twice with another credit.")
            return Problem(sentence % {"text": partial["text"]}, "partial", number, "text")
    return None
