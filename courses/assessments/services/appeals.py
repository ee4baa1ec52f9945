"""A learner says that an answer is right, and hears what the course's team says to it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from courses.assessments import queries
from courses.assessments.errors import AlreadyDecided, CannotBeAppealed
from courses.assessments.models import Appeal, Response, Ruling
from lms.accounts.models import User
from lms.mail.services import queue_mail

MOST_OPEN = 20  # appeals of one learner that wait at a time


@transaction.atomic
def file_appeal(response: Response, *, by: User, text: str, now: datetime) -> Appeal:
    """File the appeal of a learner against the mark of their answer. Raises CannotBeAppealed."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # lock first, then count
    if response.is_removed or response.score_fraction == 1 or not response.answer:
        raise CannotBeAppealed(
            _("There is nothing to gain: the question was left open, has all its points, or does not count.")
        )
    if queries.open_appeals_of(by).count() >= MOST_OPEN:
        raise CannotBeAppealed(
            _("%(number)s of your appeals are still open. Wait until one is decided, then file the next.")
            % {"number": MOST_OPEN}
        )
    appeal, is_new = Appeal.objects.get_or_create(response=response, defaults={"text": text, "filed_at": now})
    if not is_new:
        raise CannotBeAppealed(_("You have told the course’s team about this answer already."))
    return appeal


@transaction.atomic
def decline_appeal(appeal: Appeal, *, answer: str, by: User, now: datetime) -> None:
    """Leave the mark as it is, and tell the learner why. Raises AlreadyDecided."""
    if not decide(appeal, answer=answer, ruling=None, by=by, now=now):
        raise AlreadyDecided(_("This appeal was decided meanwhile."))


def decide(appeal: Appeal, *, answer: str, ruling: Ruling | None, by: User, now: datetime) -> bool:
    """Record what an open appeal leads to and put a mail to its learner into the outbox; say whether it was still open."""
    state = Appeal.State.UPHELD if ruling else Appeal.State.DECLINED
    still_open = Appeal.objects.filter(pk=appeal.pk, state=Appeal.State.OPEN)
    if not still_open.update(state=state, answer=answer, ruling=ruling, decided_by=by, decided_at=now):
        return False
    appeal.refresh_from_db()
    _tell_learner(appeal)
    return True


def _tell_learner(appeal: Appeal) -> None:
    attempt = appeal.response.attempt
    learner = attempt.enrolment.learner
    with translation.override(learner.language):
        context = {
            "appeal": appeal,
            "name": learner.name,
            "quiz": attempt.quiz.title,
            "number": appeal.response.position + 1,
            "attempt": attempt,
            "site_url": settings.SITE_URL,
        }
        text = render_to_string("emails/appeal_decided.txt", context)
        queue_mail(
            key=f"appeal-decided:{appeal.pk}",
            to=learner.email,
            subject=_("Your appeal in “%(quiz)s” is decided") % {"quiz": attempt.quiz.title},
            text=text,
        )
