from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count

from courses.enrolment.models import Enrolment
from lms.access.models import CountryDataSet, CountryRow
from lms.access.rules.bands import Income
from lms.dashboards.impact import rules
from lms.dashboards.impact.models import ImpactSettings
from lms.dashboards.rules import LEAST
from lms.measures.cuts import Axis, Dimension, cut_by
from lms.measures.models import Milestone
from lms.measures.queries import add, count_of, sums

BY_COUNTRY = cut_by(Dimension.COUNTRY, axis=Axis.EVENT)
LOW_RESOURCE = (Income.LOW, Income.LOWER_MIDDLE)
KEY, KEPT = "impact-figures", timedelta(hours=1)


@dataclass(frozen=True)
class Impact:
    """What the academy has come to since it began, as of a moment; None for what is too small to be shown.

    countries: with ten enrolments or more. low_resource_percent: of enrolments whose country is known.
    """

    as_of: datetime
    learners: int | None
    enrolments: int | None
    countries: int | None
    low_resource_percent: int | None
    certificates: int | None


def is_public() -> bool:
    return ImpactSettings.objects.filter(is_public=True).exists()


def impact(*, now: datetime) -> Impact:
    """Return the figures, at most an hour old: a page for everybody is not to count for everybody."""
    found: Impact | None = cache.get(KEY)
    if found is None:
        found = counted(now=now)
        cache.set(KEY, found, KEPT.total_seconds())
    return found


def counted(*, now: datetime) -> Impact:
    """Return the figures as of now; three queries."""
    by_country = {country: counts for (country,), counts in sums([BY_COUNTRY])[BY_COUNTRY].items()}
    enrolled = {country: count_of(Milestone.ENROLLED, counts) for country, counts in by_country.items()}
    total = add(by_country.values())
    known = {country: count for country, count in enrolled.items() if country}
    poor = _low_resource_countries(now)
    return Impact(
        as_of=now,
        learners=rules.whole_tens(_learners_count()),
        enrolments=rules.whole_tens(count_of(Milestone.ENROLLED, total)),
        countries=sum(count >= LEAST for count in known.values()) or None,
        low_resource_percent=rules.share_percent(
            sum(count for country, count in known.items() if country in poor), sum(known.values())
        ),
        certificates=rules.whole_tens(count_of(Milestone.CERTIFIED, total) + count_of(Milestone.ATTESTED, total)),
    )


def _learners_count() -> int:
    # Rollups add up enrolments; whose they are is known to the rows alone.
    return Enrolment.objects.filter(erased_at=None).aggregate(count=Count("learner_id", distinct=True))["count"]


def _low_resource_countries(now: datetime) -> frozenset[str]:
    in_force = CountryDataSet.objects.filter(effective_from__lte=now.date()).order_by("-effective_from", "-pk")[:1]
    rows = CountryRow.objects.filter(data_set__in=in_force.values("pk"), income__in=[one.value for one in LOW_RESOURCE])
    return frozenset(str(country) for country in rows.values_list("country", flat=True))
