"""Questions to the speakers of a webinar: asked and voted for by who is registered, settled by the organisers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.webinars.models import AskedQuestion, Registration, Vote, Webinar
from courses.webinars.rules import Settled, may_ask
from lms.lib.errors import Refusal

MOST_OPEN = 5  # of one person


class AskingClosed(Refusal):
    """They are not registered any more, the webinar is called off, or over for more than a day."""


class TooManyOpen(Refusal):
    """So many questions of theirs wait for an answer."""


class NotForVoting(Refusal):
    """It is their own, or is answered or hidden."""


@transaction.atomic
def ask(registration: Registration, text: str, *, now: datetime) -> AskedQuestion:
    """Ask something; the same again is the question that stands. Raises AskingClosed, TooManyOpen."""
    held = _held(registration, now=now)
    theirs = AskedQuestion.objects.filter(registration=held)
    if (same := theirs.filter(text=text).first()) is not None:
        return same
    if theirs.filter(answered_at=None, hidden_at=None).count() >= MOST_OPEN:
        raise TooManyOpen(_("Five questions of yours are open. Vote for others, and ask again when one is answered."))
    return AskedQuestion.objects.create(webinar=held.webinar, registration=held, text=text, asked_at=now)


@transaction.atomic
def vote(question: AskedQuestion, registration: Registration, *, now: datetime) -> None:
    """Vote for a question; a second time changes nothing. Raises AskingClosed, NotForVoting."""
    held = _held(registration, now=now)
    _refuse_voting(question, held)
    Vote.objects.bulk_create([Vote(question=question, registration=held)], ignore_conflicts=True)


@transaction.atomic
def unvote(question: AskedQuestion, registration: Registration, *, now: datetime) -> None:
    """Take a vote back; a second time changes nothing. Raises AskingClosed, NotForVoting."""
    held = _held(registration, now=now)
    _refuse_voting(question, held)
    Vote.objects.filter(question=question, registration=held).delete()


def settle(question: AskedQuestion, to: Settled, words: str = "", *, now: datetime) -> None:
    """Say that a question is answered, hide it, or put it back among the open ones.

    words: the answer, which may be short or missing, or why it is hidden. What was answered before stays with it.
    """
    changes: dict[str, object] = {"answered_at": None, "hidden_at": None, "hidden_reason": ""}
    if to == Settled.ANSWERED:
        changes |= {"answered_at": now, "answer": words}
    elif to == Settled.HIDDEN:
        changes |= {"hidden_at": now, "hidden_reason": words}
    AskedQuestion.objects.filter(pk=question.pk).update(**changes)


def _held(registration: Registration, *, now: datetime) -> Registration:
    """Return a live registration, locked: one person asks one question at a time. Raises AskingClosed."""
    held = Registration.objects.live().select_for_update(no_key=True).filter(pk=registration.pk).first()
    if held is None or not is_open(held.webinar, now=now):
        raise AskingClosed(_("Questions are closed: the webinar is over or called off, or you are not registered."))
    return held


def is_open(webinar: Webinar, *, now: datetime) -> bool:
    """Say whether people registered can ask and vote."""
    return webinar.called_off_at is None and may_ask(webinar.ends_at, now=now)


def _refuse_voting(question: AskedQuestion, voter: Registration) -> None:
    open_ones = AskedQuestion.objects.filter(webinar=voter.webinar, answered_at=None, hidden_at=None)
    if not open_ones.filter(pk=question.pk).exclude(registration=voter).exists():
        raise NotForVoting(_("This question takes no votes: it is your own, or has been answered meanwhile."))
