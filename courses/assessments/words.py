"""What the markers say, as sentences in the reader's language: one whole sentence for each code, its facts put in by name."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.assessments.rules import Reason

# A fact stands where its name does, such as %(canonical)s. "feedback" has no sentence: it is the author's own text.
SENTENCES: dict[str, str | Promise] = {
    # -- Every kind --------------------------------------------------------------------------------------------------
    "no-answer": _("Nothing was answered."),
    "answer-of-another-kind": _("The answer does not have the form that this question asks for."),
    "answer-too-long": _("The answer is longer than any right answer could be."),
}


def sentence_of(reason: Reason) -> str:
    """Return why an answer earned what it did, as a plain sentence; facts may hold what a learner typed, so escape it."""
    if reason.code == "feedback":
        return reason.facts["text"]
    return str(SENTENCES[reason.code]) % reason.facts
