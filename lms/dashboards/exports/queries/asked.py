from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from lms.accounts.models import User
from lms.dashboards.exports.models import Export
from lms.dashboards.questions import NO_LIMIT, limit_of

State = Export.State


def exports_of(person: User) -> QuerySet[Export]:
    """Return what a person asked for, the newest first. Everything shown of exports is looked up through it.

    Whoever has been limited since finds nothing of what was made before.
    """
    found, limit = Export.objects.filter(asked_by=person).order_by("-asked_at", "-pk"), limit_of(person)
    if limit == NO_LIMIT:
        return found
    return found.filter(limit_country=limit.country or "", limit_institution_id=limit.institution_id)


def exports_to_make(now: datetime) -> QuerySet[Export]:
    """Return what waits, or whose worker has not been heard of, those tried least first, then the oldest."""
    waiting = Q(state=State.WAITING) | Q(state=State.WORKING, leased_until__lt=now)
    return Export.objects.filter(waiting).order_by("attempts", "asked_at", "pk")


def is_one_being_made(now: datetime) -> bool:
    """Say whether a worker is at an export: one at a time, so that certificates and mail never wait behind them."""
    return Export.objects.filter(state=State.WORKING, leased_until__gte=now).exists()


def expired_files(now: datetime) -> QuerySet[Export]:
    """Return exports that have expired and whose file is still there."""
    return Export.objects.filter(expires_at__lte=now).exclude(file_name="").order_by("expires_at")


def names_in_use(names: Collection[str]) -> set[str]:
    """Return which of these files an export names."""
    return set(Export.objects.filter(file_name__in=names).values_list("file_name", flat=True))
