"""What the markers say, as sentences in the reader's language: one whole sentence for each code, its facts put in by name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.assessments.rules import Reason

# A fact stands where its name does, such as %(canonical)s; a per cent sign is written twice.
# "feedback" has no sentence: it is the author's own text.
SENTENCES: dict[str, str | Promise] = {
    # -- Every kind --------------------------------------------------------------------------------------------------
    "no-answer": _("Nothing was answered."),
    "answer-of-another-kind": _("The answer does not have the form that this question asks for."),
    "answer-too-long": _("The answer is longer than any right answer could be."),
    # -- Choices, pairs, orders ------------------------------------------------------------------------------------------
    "choice-share": _(
        "%(right)s of the %(all)s correct options were chosen, and %(wrong)s others; others count against them."
    ),
    "matching-share": _("%(right)s of the %(all)s pairs are right."),
    "ordering-first-wrong": _("The order is not right: the first thing out of place is number %(place)s."),
    "ordering-incomplete": _("The order does not hold each of the things to be ordered exactly once."),
    # -- Numbers -------------------------------------------------------------------------------------------------------
    "numeric-not-a-number": _("“%(given)s” cannot be read as a number. Write for example 0.25, 0,25 or 1/4."),
    "numeric-unit": _("The unit asked for is %(unit)s, and the answer is in %(given)s."),
    "numeric-no-unit": _("A plain number is asked for, and the answer has the unit %(given)s."),
    "numeric-too-far": _("The number is further from the right one than the tolerance allows."),
    # -- Words ---------------------------------------------------------------------------------------------------------
    "text-not-accepted": _("This is not one of the answers that the question accepts."),
    "text-case": _("The letters are right, but here capital and small letters matter."),
    "text-in-part": _("This is right in part."),
}


def sentence_of(reason: Reason) -> str:
    """Return why an answer earned what it did, as a plain sentence; facts may hold what a learner typed, so escape it."""
    if reason.code == "feedback":
        return reason.facts["text"]
    return str(SENTENCES[reason.code]) % reason.facts
