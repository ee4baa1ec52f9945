"""Proves the key of an item before learners are asked, and says to its author what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.assessments import rules
from courses.assessments.refusals import refusal_told
from courses.assessments.rules.hgvs import UnusableKey
from courses.assessments.rules.hpo import check_extract
from courses.assessments.words import sentence_of


def problem_of(kind: str, item: Mapping[str, Any]) -> str | None:
    """Return why an item cannot be asked, as a sentence for its author; None if its key is marked as right."""
    if kind in ("single", "multiple"):
        problem = _problem_of_options(kind, item["options"])
    elif kind == "pedigree" and item["members"] and not item["answer"]:
        problem = _("No mode is ticked. Learners are asked about families that at least one mode explains.")
    elif kind == "vcf" and not item["asks"]:
        problem = _("Nothing is asked about the record.")
    else:
        problem = None
    return problem or _problem_of_key(kind, item)


def _problem_of_options(kind: str, options: list[dict[str, Any]]) -> str | None:
    texts = [option["text"] for option in options]
    correct = [option["is_correct"] for option in options]
    problem = next(iter(rules.problems_of(kind, correct)), None)
    ticked = ", ".join(f"“{text}”" for text, is_correct in zip(texts, correct, strict=True) if is_correct)
    twice = next((text for text in texts if texts.count(text) > 1), None)
    if "" in texts:
        return _("Option %(number)s has no text.") % {"number": texts.index("") + 1}
    if twice:
        return _("The option “%(text)s” stands there twice.") % {"text": twice}
    if problem == "too-few-options":
        return _("Give at least two options to choose from.")
    if problem and not ticked:
        return _("No option is marked as correct. Tick “Correct” where it belongs.")
    if problem == "not-one-correct":
        return _(
            "Exactly one option can be correct, but these are marked: %(options)s. "
            "Untick all but one, or use the task “Several answers”."
        ) % {"options": ticked}
    return _("Every option is marked as correct. Leave at least one wrong.") if problem else None


def _problem_of_key(kind: str, item: Mapping[str, Any]) -> str | None:
    try:
        mark = rules.mark(kind, item, rules.key_of(kind, item))
        if kind == "hpo":
            check_extract(item["terms"])
        credit = _problem_of_credit(item) if kind == "short_text" else None
    except UnusableKey as unusable:
        return _("The right description cannot be applied to the reference. %(why)s") % {
            "why": sentence_of(unusable.reason)
        }
    except rules.UnusableItem as unusable:
        return refusal_told(str(unusable))
    if mark.score == 1:
        return credit
    why = " ".join(sentence_of(reason) for reason in mark.reasons)
    return _("What you hold right is not marked as right. %(why)s") % {"why": why}


def _problem_of_credit(item: Mapping[str, Any]) -> str | None:
    """Say which answer of a short text is accepted and right in part at once, so that its credit is never given."""
    for partial in item["partial"]:
        if rules.mark("short_text", item, partial["text"]).score != partial["credit"]:
            return _("“%(text)s” is accepted already, or stands there twice with another credit.") % {
                "text": partial["text"]
            }
    return None
