"""Policy versions as programme leads see them."""

from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access.models import CountryDataSet, Decision, PolicyVersion, SeatPool


def policy_versions() -> QuerySet[PolicyVersion]:
    """Return all versions, the newest first, each with whether decisions (`decides`) or offerings (`seats`) rest on it."""
    return (
        PolicyVersion.objects.select_related("data_set")
        .annotate(
            decides=Exists(Decision.objects.filter(policy=OuterRef("pk"))),
            seats=Exists(SeatPool.objects.filter(policy=OuterRef("pk"))),
        )
        .order_by("-effective_from", "-number")
    )


def why_not_changeable(policy: PolicyVersion, *, now: datetime) -> str:
    """Return why a version stays as it is, fit to show; empty where it can still be changed."""
    if policy.is_used:
        return _("Decisions or offerings rest on this version, so it stays as it is. Copy it to a new one instead.")
    if policy.effective_from <= now.astimezone(UTC).date():
        return _(
            "This version has been in force since %(day)s, so it stays as it is. Copy it to a new one instead."
        ) % {"day": date_format(policy.effective_from)}
    return ""


def data_sets() -> QuerySet[CountryDataSet]:
    """Return the loaded sets of country facts, the newest first, each with how many countries it has."""
    return CountryDataSet.objects.annotate(countries=Count("rows")).order_by("-effective_from", "-pk")
