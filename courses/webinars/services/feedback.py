"""What people say of a webinar once it is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.webinars.models import Feedback, Registration, Webinar
from courses.webinars.rules import may_give_feedback
from lms.lib.errors import Refusal


class FeedbackClosed(Refusal):
    """The webinar is not over yet, or has been for too long, or was called off."""


def check_open(webinar: Webinar, *, now: datetime) -> None:
    """Raise FeedbackClosed, with the reason, where people cannot say at this moment how a webinar was."""
    if webinar.called_off_at is not None:
        raise FeedbackClosed(_("This webinar was called off, so there is nothing to give feedback on."))
    if not may_give_feedback(ends_at=webinar.ends_at, now=now):
        raise FeedbackClosed(_("Feedback can be given from the end of the webinar, for 14 days."))


@transaction.atomic
def give_feedback(registration: Registration, said: Mapping[str, Any], *, now: datetime) -> Feedback:
    """Keep what somebody says of a webinar, instead of what they said before. Raises FeedbackClosed.

    said: the fields of Feedback that a person fills in.
    """
    held = Webinar.objects.select_for_update(no_key=True).get(
        pk=registration.webinar_id
    )  # its end does not move meanwhile
    check_open(held, now=now)
    feedback, _is_new = Feedback.objects.update_or_create(registration=registration, defaults={**said, "given_at": now})
    return feedback
