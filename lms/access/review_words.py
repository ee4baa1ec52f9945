"""What reviewers answer, as sentences to the person; a reviewer chooses among the same sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.access.models import Decision
from lms.access.rules.reviewing import Conflict
from lms.access.words import sentence_of

ANSWERS: dict[str, str | Promise] = {
    "shown": _("What you told us shows that genomics has few resources where you work."),
    "remote": _("You work far from where genomics is done, although your country as a whole has more."),
    "displaced": _("You have been displaced from where you worked."),
    "figures": _("The figures of your country do not show how things are where you work."),
    "mistake": _("The decision that you appealed against was a mistake."),
    "wrong-country": _("You do not mainly work or study in the country that you named."),
    "untrue": _("What you told us about where you work is not so."),
    "not-shown": _("What you told us does not show that genomics has few resources where you work."),
    "stands": _("We found no reason to decide otherwise."),
    "confirmed": _("What you told us is so."),
}

# Why a reviewer must leave a case to another.
CONFLICTS: dict[Conflict, str | Promise] = {
    Conflict.SELF: _("This is about yourself, so somebody else decides."),
    Conflict.COLLEAGUE: _("You name the same institution as this person, so somebody else decides."),
    Conflict.DECIDED_BEFORE: _("You have decided about this person before, so somebody else decides the appeal."),
}


def sentence_of_answer(code: str) -> str:
    """Return a reviewer's answer in words; of a code that is offered no more, nothing."""
    return str(ANSWERS.get(code, ""))


def reasons_of(decision: Decision) -> list[str]:
    """Return why a decision is as it is, as sentences to the person, a reviewer's answer among them."""
    answer = sentence_of_answer(decision.review_code)
    return [sentence_of(reason) for reason in decision.reasons] + ([answer] if answer else [])
