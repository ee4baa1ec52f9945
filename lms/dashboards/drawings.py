"""Which charts answer a question, and what they are drawn from."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.access.queries.circumstances import PRIORITY, STANDARD
from lms.dashboards import charts, findings
from lms.dashboards.choices import TIERS, income_label, region_label
from lms.dashboards.protected import MONTH
from lms.dashboards.queries import Days, Insights, Row
from lms.dashboards.tables import step_names
from lms.measures.cuts import Dimension

MOST_LOST = 8  # rows of who is lost where


def drawings_of(insights: Insights, *, rtl: bool) -> dict[str, Any]:
    """Return every chart of the page by name; None where there is nothing to draw."""
    countries = insights.rows[Dimension.COUNTRY]
    months = insights.rows[MONTH]
    return {
        "funnel": charts.funnel(zip(step_names(), insights.steps, strict=True)),
        "gap": _gap_chart(insights, rtl=rtl),
        "tiers": _rates(insights.rows[Dimension.TIER]),
        "professions": _rates(insights.rows[Dimension.PROFESSION]),
        "languages": _rates(insights.rows[Dimension.LANGUAGE]),
        "devices": _rates(insights.rows[Dimension.DEVICE]),
        "regions": charts.rates(
            charts.RateRow(region_label(one.key), one.completed, one.of_rate) for one in insights.regions
        ),
        "incomes": charts.rates(
            charts.RateRow(income_label(one.key), one.completed, one.of_rate) for one in insights.incomes
        ),
        "lost_countries": _lost(countries),
        "lost_courses": _lost(insights.rows[Dimension.COURSE]),
        "map": charts.country_map(
            {row.key: row.enrolled for row in countries if row.enrolled is not None and row.key},
            withheld=[row.key for row in countries if row.enrolled is None and row.key],
        ),
        "months": charts.line_chart([[row.enrolled for row in months], [row.completed for row in months]], rtl=rtl)
        if months
        else None,
        "days": charts.quartiles(_quartiles(one) for one in insights.days),
    }


def _quartiles(days: Days) -> charts.Quartiles:
    first, median, third = days.quartiles or (None, None, None)
    return charts.Quartiles(str(TIERS[days.key]) if days.key else _("All"), first, median, third, days.people)


def _rates(rows: Sequence[Row]) -> charts.Rates:
    return charts.rates(charts.RateRow(row.label, row.completed, row.enrolled) for row in rows)


def _lost(rows: Sequence[Row]) -> charts.Rates:
    """Return those of which most people have not finished, the first of them flagged."""
    known = sorted((row for row in rows if row.lost is not None), key=lambda row: -(row.lost or 0))[:MOST_LOST]
    return charts.rates(
        charts.RateRow(row.label, row.completed, row.enrolled, flag=_flag(row) if number == 0 else "", url=_url(row))
        for number, row in enumerate(known)
    )


def _url(row: Row) -> str:
    return reverse("insights_course", args=[row.key]) if row.key.isdigit() else ""


def _flag(row: Row) -> str:
    return ngettext("%(count)s person has not finished", "%(count)s people have not finished", row.lost or 0) % {
        "count": findings.number(row.lost)
    }


def _gap_chart(insights: Insights, *, rtl: bool) -> charts.GapChart | None:
    points = [
        charts.GapPoint(findings.short_month(one.end), _percent(one.standard), _percent(one.priority))
        for one in insights.quarters
    ]
    if sum(point.first is not None and point.second is not None for point in points) < 2:
        return None
    return charts.gap_chart(points, names=(str(TIERS[STANDARD]), str(TIERS[PRIORITY])), rtl=rtl)


def _percent(fraction: float | None) -> float | None:
    return None if fraction is None else 100 * fraction
