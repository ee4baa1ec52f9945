"""What a chart says, as a sentence written from its figures; the sentence is the chart's title."""

from collections.abc import Sequence
from datetime import date

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.dashboards.queries import Insights, Row

GROWTH_WORTH_SAYING = 10  # per cent
MONTHS_IN_YEAR = 12


def courses_finding(insights: Insights) -> str:
    """Return what the figures by course say."""
    leader = _leader(insights.courses)
    if leader is None:
        return _("Too few people enrolled to show figures by course")
    facts = {"course": leader.label, "count": intcomma(leader.enrolled)}
    if insights.question.course_id or insights.total.enrolled is None:
        return _("%(course)s: %(count)s enrolments in this period") % facts
    return _("%(course)s has most enrolments, %(count)s of %(total)s") % {
        **facts,
        "total": intcomma(insights.total.enrolled),
    }


def countries_finding(insights: Insights) -> str:
    """Return what the figures by country say."""
    leader = _leader(insights.countries)
    if leader is None:
        return _("Too few people enrolled to show figures by country")
    facts = {"country": leader.label, "count": intcomma(leader.enrolled), "number": len(insights.countries)}
    if len(insights.countries) == 1:
        return _("%(country)s: %(count)s enrolments in this period") % facts
    return ngettext(
        "Learners in %(number)d country enrolled; of the figures shown, %(country)s has the largest, %(count)s",
        "Learners in %(number)d countries enrolled; of the figures shown, %(country)s has the largest, %(count)s",
        insights.countries_count,
    ) % {**facts, "number": insights.countries_count}


def months_finding(insights: Insights, *, today: date) -> str:
    """Return what the figures by month say; a month that is not over yet is not called a fall."""
    counts = [row.enrolled for row in insights.months if row.enrolled is not None]
    if not counts:
        return _("Too few people enrolled to show figures by month")
    if len(counts) == MONTHS_IN_YEAR:
        change = round(100 * (sum(counts[6:]) / sum(counts[:6]) - 1))
        if change >= GROWTH_WORTH_SAYING:
            return _("Enrolments grew by %(percent)s %% from the first six months to the last six") % {
                "percent": change
            }
        is_over = insights.months_in_period[-1] < today.replace(day=1)
        if change <= -GROWTH_WORTH_SAYING and is_over:
            return _("Enrolments fell by %(percent)s %% from the first six months to the last six") % {
                "percent": -change
            }
    peak = max((row for row in insights.months if row.enrolled is not None), key=lambda row: row.enrolled or 0)
    return _("Most people enrolled in %(month)s: %(count)s") % {
        "month": month_name(peak.key),  # type: ignore[arg-type]
        "count": intcomma(peak.enrolled),
    }


def month_name(month: date) -> str:
    return formats.date_format(month, "YEAR_MONTH_FORMAT")


def _leader(rows: Sequence[Row]) -> Row | None:
    shown = [row for row in rows if row.enrolled is not None]
    return max(shown, key=lambda row: row.enrolled or 0, default=None)
