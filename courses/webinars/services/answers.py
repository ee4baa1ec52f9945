"""What people answer to the questions of a webinar's organisers when they register."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.webinars.models import RegistrationAnswers, Webinar
from courses.webinars.queries import ANSWERS_KEPT
from lms.accounts.models import User
from lms.lib.errors import Refusal


class HasBegun(Refusal):
    """The webinar is under way or over, and the organisers have read the answers."""


def keep_answers(webinar: Webinar, person: User, answers: Mapping[str, str], *, now: datetime) -> None:
    """Keep what somebody answers when they register, instead of what they answered before."""
    said = {question: answer for question, answer in answers.items() if answer}
    RegistrationAnswers.objects.update_or_create(
        webinar=webinar, person=person, defaults={"answers": said, "given_at": now}
    )


@transaction.atomic
def change_answers(webinar: Webinar, person: User, answers: Mapping[str, str], *, now: datetime) -> None:
    """Keep what somebody answers later on. Raises HasBegun."""
    held = Webinar.objects.select_for_update(no_key=True).get(pk=webinar.pk)  # its start does not move meanwhile
    if held.starts_at is None or held.starts_at <= now:
        raise HasBegun(_("The webinar has begun, so answers cannot be changed any more."))
    keep_answers(held, person, answers, now=now)


def forget_answers_of(webinar: Webinar, person: User) -> None:
    """Delete what somebody answered who does not come any more."""
    RegistrationAnswers.objects.filter(webinar=webinar, person=person).delete()


def forget_answers(*, now: datetime) -> None:
    """Delete the answers that have served their purpose."""
    RegistrationAnswers.objects.filter(webinar__ends_at__lt=now - ANSWERS_KEPT).delete()
