from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.assessments.models import Attempt
from courses.offline.classroom.models import ReturnedPerson
from courses.offline.classroom.queries import titles_in
from lms.accounts.queries import display_name
from lms.mail.services import queue_mail


def tell_of_return(row: ReturnedPerson, refusals: Sequence[tuple[str, str]], *, now: datetime) -> None:
    """Tell a learner, within the caller's transaction, what came in on their behalf; nothing where that is nothing new."""
    person, brought = row.person, row.brought_in
    if person is None or not (row.accepted or row.refused):
        return
    course = brought.file.course
    language = person.language or brought.file.language
    taken = Attempt.objects.filter(enrolment__learner=person, quiz__course=course, submitted_at=now)
    with translation.override(language):
        title = titles_in(language, [course])[course.pk]
        context = {
            "name": person.name,
            "course": title,
            "by": display_name(brought.brought_by),
            "accepted": row.accepted,
            "attempts": taken.select_related("quiz").order_by("pk"),
            "refusals": refusals,
            "address": settings.SITE_URL + reverse("my_learning"),
            "contact": f"{settings.SITE_URL}/contact/",
        }
        queue_mail(
            key=f"classroom-return:{row.pk}",
            to=person.email,
            subject=_("Your work in “%(course)s” has arrived") % {"course": title},
            text=render_to_string("emails/classroom_return.txt", context),
        )
