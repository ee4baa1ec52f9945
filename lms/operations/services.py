import logging
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import DraftStateMixin, Page, Revision

from lms.lib.errors import Refusal

logger = logging.getLogger(__name__)


def keep_schedule(*, now: datetime) -> None:
    """Take off line, then publish, what editors have set a time for, as Wagtail's publish_scheduled does.

    That command ends at the first refusal, and whatever comes after would wait behind it. Here it stays a draft, is tried
    again each time, and goes live when what it lacked is there.
    """
    for model in _models_with_drafts():
        for expired in list(model.objects.filter(live=True, expire_at__lt=now).order_by("expire_at")):
            expired.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    for revision in Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at"):
        try:
            with transaction.atomic():
                revision.publish(log_action="wagtail.publish.scheduled")
        except Refusal as refusal:
            logger.warning("%s is not published at its time: %s", revision.object_str, refusal)


def _models_with_drafts() -> list[Any]:
    others = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *others]
