"""A person asks to pay less for a seat; a reviewer grants or declines it.

The same people may answer as those who review who has priority: nobody answers about themselves or a colleague.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.access.errors import AlreadyDecided, CannotAskForLess, NotYours, UnusableAnswer, UnusableWords
from lms.access.models import Application, HardshipRequest, HardshipWaiver, SeatPool, Settlement
from lms.access.queries.decisions import has_priority
from lms.access.queries.fees import owed_by, too_much_of
from lms.access.queries.hardship import WAITING, hardship_requests_of
from lms.access.review_words import CONFLICTS
from lms.access.rules.reviewing import LONGEST_WORD, Party, conflict_of
from lms.access.rules.statements import LONGEST_APPEAL, SHORTEST_APPEAL, is_plain, tidied, tidied_lines
from lms.access.services.fees import grant_hardship_waiver, settle_charge
from lms.access.services.mails import tell_hardship_answered
from lms.accounts.models import User

MOST_REQUESTS = 3  # of one person for one offering


@dataclass(frozen=True)
class HardshipAnswer:
    """What a reviewer says. percent: off the list price, 0 to decline; word: to the person, needed where it is declined.

    ends_on: the last day on which a seat that is taken costs less.
    """

    percent: int
    ends_on: date
    word: str = ""


@transaction.atomic
def ask_for_less(person: User, pool_id: int, *, text: str, now: datetime) -> HardshipRequest:
    """Keep that a person cannot pay for a seat, for staff to answer; the same while one waits returns that one.

    Raises UnusableWords, CannotAskForLess.
    """
    said = tidied_lines(text)
    if not is_plain(said, shortest=SHORTEST_APPEAL, longest=LONGEST_APPEAL):
        raise UnusableWords(
            _("Write between %(shortest)s and %(longest)s characters of plain text.")
            % {"shortest": SHORTEST_APPEAL, "longest": LONGEST_APPEAL}
        )
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    pool = SeatPool.objects.get(pk=pool_id)
    asked = hardship_requests_of(person, pool)
    if (waiting := asked.filter(state=WAITING).first()) is not None:
        return waiting
    if pool.closed_at is not None:
        raise CannotAskForLess(_("This has been called off, so there is nothing to pay."))
    if has_priority(person, now):
        raise CannotAskForLess(_("You have priority, so you pay nothing for a seat that you take."))
    if len(asked) >= MOST_REQUESTS:
        raise CannotAskForLess(
            _("You have asked %(number)s times, and each time you got an answer. Write to us if something has changed.")
            % {"number": MOST_REQUESTS}
        )
    return HardshipRequest.objects.create(person=person, pool=pool, text=said, asked_at=now)


@transaction.atomic
def answer_hardship(request_id: int, answer: HardshipAnswer, *, by: User, now: datetime) -> HardshipRequest:
    """Grant or decline a request that waits, and tell the person; what has been charged for the seat follows.

    Raises AlreadyDecided, NotYours, UnusableAnswer.
    """
    request = HardshipRequest.objects.select_related("person", "pool").get(pk=request_id)
    User.objects.select_for_update(no_key=True).get(pk=request.person_id)
    word = tidied(answer.word)
    _refuse(request, answer, word, by=by, now=now)
    waiver = _grant(request, answer, by=by, now=now) if answer.percent else None
    state = HardshipRequest.State.GRANTED if waiver else HardshipRequest.State.DECLINED
    waiting = HardshipRequest.objects.filter(pk=request.pk, state=WAITING)
    if not waiting.update(state=state, answered_at=now, answered_by=by, word=word, waiver=waiver):
        raise AlreadyDecided(_("Somebody has answered this already. Take the next one."))
    request.refresh_from_db()
    tell_hardship_answered(request)
    return request


def _refuse(request: HardshipRequest, answer: HardshipAnswer, word: str, *, by: User, now: datetime) -> None:
    person = request.person
    conflict = conflict_of(Party(by.pk, by.institution_id), Party(person.pk, person.institution_id))
    if conflict is not None:
        raise NotYours(str(CONFLICTS[conflict]))
    if not 0 <= answer.percent <= 100:
        raise UnusableAnswer(_("Give a number from 1 to 100."))
    if answer.percent and answer.ends_on < now.astimezone(UTC).date():
        raise UnusableAnswer(_("The last day has passed. Choose a later one."))
    if not answer.percent and not word:
        raise UnusableAnswer(_("Say why, in a sentence to the person."))
    if not is_plain(word, shortest=0, longest=LONGEST_WORD):
        raise UnusableAnswer(_("Write at most %(longest)s characters of plain text.") % {"longest": LONGEST_WORD})


def _grant(request: HardshipRequest, answer: HardshipAnswer, *, by: User, now: datetime) -> HardshipWaiver:
    """Grant the waiver; of a seat that is charged already, so much is let go that no more is due than with it."""
    # Charging locks the seat's application too, so a charge is either seen here or made with the waiver.
    list(Application.objects.select_for_update(no_key=True).filter(person=request.person, pool=request.pool))
    reason = (_("Asked for: %(what)s") % {"what": request.pool})[:200]
    waiver = grant_hardship_waiver(
        request.person, percent=answer.percent, ends_on=answer.ends_on, reason=reason, by=by, now=now
    )
    charge = owed_by(request.person).filter(pool=request.pool).first()
    if charge is not None and (amount := too_much_of(charge, answer.percent)) > 0:
        today = now.astimezone(UTC).date()
        kind = Settlement.Kind.WAIVER
        settle_charge(charge.pk, kind=kind, amount=amount, reference=reason, on=today, by=by, now=now)
    return waiver
