from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.catalogue.models import Course
from courses.offline.classroom.errors import NoSuchPerson
from courses.offline.classroom.models import ClassroomHost
from courses.offline.classroom.queries import person_with, titles_in
from lms.accounts.models import User
from lms.accounts.queries import display_name
from lms.mail.services import queue_mail


@transaction.atomic
def name_host(course: Course, address: str, *, by: User, now: datetime) -> ClassroomHost:
    """Let the person with this address run classes of a course, and tell them; a second call changes nothing.

    Raises NoSuchPerson.
    """
    person = person_with(address)
    if person is None:
        raise NoSuchPerson(_("Nobody has confirmed this address as theirs. Ask them to register first."))
    host, is_new = ClassroomHost.objects.get_or_create(
        course=course, person=person, defaults={"named_by": by, "named_at": now}
    )
    if is_new:
        language = person.language or settings.LANGUAGE_CODE
        with translation.override(language):
            title = titles_in(language, [course])[course.pk]
            context = {
                "name": person.name,
                "course": title,
                "by": display_name(by),
                "address": settings.SITE_URL + reverse("classroom", args=[course.pk]),
            }
            queue_mail(
                key=f"classroom-host:{host.pk}",
                to=person.email,
                subject=_("You can run classes of “%(course)s”") % {"course": title},
                text=render_to_string("emails/classroom_host.txt", context),
            )
    return host


def end_host(host: ClassroomHost) -> None:
    """Let somebody run no more classes of a course; what they brought stays. A second call changes nothing."""
    ClassroomHost.objects.filter(pk=host.pk).delete()
