"""What can be asked of the overviews: courses, countries, institutions, years, and what each is called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_countries import countries as country_names

from courses.catalogue.models import Course, CoursePage
from lms.access.queries.circumstances import PRIORITY, STANDARD
from lms.access.rules.bands import Income
from lms.accounts.models import Institution, Profession
from lms.dashboards import rules
from lms.dashboards.questions import NO_LIMIT, Limit
from lms.dashboards.seats.queries import REGIONS
from lms.measures.cuts import Dimension, cut_by
from lms.measures.models import Device, Milestone
from lms.measures.queries import count_of, first_month, sums

MOST_INSTITUTIONS = 300
TIERS = {PRIORITY: _("Priority"), STANDARD: _("Standard"), "": _("Not known")}
DEVICES = {Device.FULL.value: _("Full pages"), Device.LITE.value: _("Lite pages"), "": _("Not known")}
INCOMES = {
    Income.LOW.value: _("Low income"),
    Income.LOWER_MIDDLE.value: _("Lower middle income"),
    Income.UPPER_MIDDLE.value: _("Upper middle income"),
    Income.HIGH.value: _("High income"),
}
BY_COUNTRY, BY_INSTITUTION = cut_by(Dimension.COUNTRY), cut_by(Dimension.INSTITUTION)


@dataclass(frozen=True)
class Choices:
    """What can be asked for. courses: id -> title; countries: code -> name; institutions: id -> name.

    periods: last months of years, newest first. first_month: when anything was counted first; what came before is not listed.
    """

    courses: Mapping[int, str]
    countries: Mapping[str, str]
    institutions: Mapping[int, str]
    periods: Sequence[date]
    first_month: date


def choices(today: date, limit: Limit = NO_LIMIT) -> Choices:
    """Return what can be asked for today by somebody with such a limit; five queries."""
    courses = {course.pk: course for course in Course.objects.all()}
    pages = CoursePage.objects.live().filter(locale__language_code=get_language())
    titles = dict(pages.values_list("translation_key", "title"))
    named = {pk: titles.get(course.translation_key, course.title) for pk, course in courses.items()}
    counted = sums([BY_COUNTRY, BY_INSTITUTION])
    codes = {code for (code,), counts in counted[BY_COUNTRY].items() if any(counts)}
    large = [
        int(pk)
        for (pk,), counts in counted[BY_INSTITUTION].items()
        if count_of(Milestone.ENROLLED, counts) >= rules.LEAST
    ]
    if limit != NO_LIMIT:
        codes = {limit.country} - {None} & codes  # type: ignore[assignment]
        large = [limit.institution_id] if limit.institution_id else []
    institutions = Institution.objects.filter(pk__in=large).order_by("name")
    this_month = today.replace(day=1)
    first = min(first_month() or this_month, this_month)
    return Choices(
        courses=dict(sorted(named.items(), key=lambda pair: pair[1].casefold())),
        countries=named_countries(codes),
        institutions=dict(institutions.values_list("pk", "name")[:MOST_INSTITUTIONS]),
        periods=rules.periods(first, today),
        first_month=first,
    )


def named_countries(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of countries by code, in order of names."""
    names = {code: str(country_names.name(code)) or code or gettext("Not known") for code in codes}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def label_of(dimension: Dimension, member: Any) -> str:
    """Return what a tier, profession, language or device is called."""
    names: Any = {
        Dimension.TIER: TIERS,
        Dimension.PROFESSION: {**dict(Profession.choices), "": pgettext_lazy("profession", "Not said")},
        Dimension.LANGUAGE: {**dict(settings.LANGUAGES), "": _("Not known")},
        Dimension.DEVICE: DEVICES,
    }[dimension]
    return str(names.get(member, member))


def region_label(region: str) -> str:
    """Return what a region is called."""
    return str(REGIONS.get(region, region or gettext("Not known")))


def income_label(income: str) -> str:
    """Return what an income group of countries is called."""
    return str(INCOMES.get(income, gettext("Not classified")))
