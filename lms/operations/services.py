import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import DraftStateMixin, Page, Revision

from lms.lib.errors import Refusal
from lms.measures.recounting import LESSONS, MILESTONES, Finding, recount
from lms.operations.milestones import lesson_steps_of, steps_of

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


def recount_everything(*, repair: bool = False) -> Iterator[Finding]:
    """Compare every count with a recount of the rows, part after part; with repair, put the counts right."""
    yield from recount(MILESTONES, steps_of(), repair=repair)
    yield from recount(LESSONS, lesson_steps_of(), repair=repair)


def _models_with_drafts() -> list[Any]:
    others = [
        model for model in apps.get_models() if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *others]
