import logging
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from courses.webinars.models import WebinarPage
from courses.webinars.services import follow_pages
from lms.lib.errors import Refusal

logger = logging.getLogger(__name__)


@receiver([page_published, page_unpublished, post_delete], dispatch_uid="follow_pages_of_a_webinar")
def follow_pages_of_a_webinar(sender: type, instance, **kwargs) -> None:
    """What a webinar's pages say about its seats holds once they are published; gone with the last of them, it is called off."""
    if sender is WebinarPage:
        transaction.on_commit(partial(_follow_pages, instance.translation_key), robust=True)


def _follow_pages(translation_key: UUID) -> None:
    try:
        follow_pages(translation_key, now=timezone.now())
    except Refusal as refusal:  # the editor refuses it before; a page published on schedule may come too late
        logger.warning("The seats of webinar %s stay as they were: %s", translation_key, refusal)
