"""A person says that a decision about them is wrong."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.access.errors import CannotBeAppealed, UnusableWords
from lms.access.models import AccessAppeal, Decision
from lms.access.queries.requests import why_not_appealable
from lms.access.rules.statements import LONGEST_APPEAL, SHORTEST_APPEAL, is_plain, tidied_lines
from lms.access.services.mails import tell_appeal_received
from lms.accounts.models import User


@transaction.atomic
def appeal_decision(person: User, decision_id: int, *, text: str, now: datetime) -> AccessAppeal:
    """File a person's appeal against a decision about them.

    Raises CannotBeAppealed, UnusableWords, and Decision.DoesNotExist where the decision is not about them.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    decision = Decision.objects.get(person=person, pk=decision_id)
    if why_not := why_not_appealable(person, decision, now=now):
        raise CannotBeAppealed(why_not)
    said = tidied_lines(text)
    if not is_plain(said, shortest=SHORTEST_APPEAL, longest=LONGEST_APPEAL):
        raise UnusableWords(
            _("Say what is wrong in %(shortest)s to %(longest)s characters of plain text.")
            % {"shortest": SHORTEST_APPEAL, "longest": LONGEST_APPEAL}
        )
    appeal = AccessAppeal.objects.create(person=person, decision=decision, text=said, made_at=now)
    tell_appeal_received(appeal)
    return appeal
