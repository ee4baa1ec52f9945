import logging
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from courses.webinars import tasks
from courses.webinars.models import WebinarPage
from courses.webinars.services.following import follow_pages
from courses.webinars.services.mails import follow_wishes
from courses.webinars.signals import mails_due
from lms.access.signals import seats_changed
from lms.accounts.signals import wishes_changed
from lms.lib.errors import Refusal

logger = logging.getLogger(__name__)


@receiver([page_published, page_unpublished, post_delete], dispatch_uid="follow_pages_of_a_webinar")
def follow_pages_of_a_webinar(sender: type, instance, **kwargs) -> None:
    """What a webinar's pages say holds once they are published; gone with the last of them, it is called off."""
    if sender is WebinarPage:
        transaction.on_commit(partial(_follow_pages, instance.translation_key), robust=True)


@receiver(seats_changed, dispatch_uid="register_people_once_seated")
def register_people_once_seated(pool_id: int, **kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds who has a seat and no registration."""
    tasks.follow_seats_of_pool.delay(pool_id)


@receiver(wishes_changed, dispatch_uid="follow_wishes_about_reminders")
def follow_wishes_about_reminders(person_id: int, **kwargs) -> None:
    """At once, since a reminder may wait in the outbox; a mail written after this asks for the wish itself."""
    follow_wishes(person_id, now=timezone.now())


@receiver(mails_due, dispatch_uid="write_due_mails_of_webinars")
def write_due_mails_of_webinars(**kwargs) -> None:
    """Ring for the worker; if nobody hears, the sweep finds the rows."""
    tasks.write_due_mails.delay()


def _follow_pages(translation_key: UUID) -> None:
    try:
        follow_pages(translation_key, now=timezone.now())
    except Refusal as refusal:  # the editor refuses it before; a page published on schedule may come too late
        logger.warning("Webinar %s stays as it was: %s", translation_key, refusal)
