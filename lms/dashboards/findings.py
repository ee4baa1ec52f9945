"""What figures say, as a sentence written from them; the sentence is the title of its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.dashboards.choices import income_label, region_label
from lms.dashboards.protected import MONTH
from lms.dashboards.queries import Insights, Row
from lms.dashboards.seats.queries import PRIORITY, STANDARD, TierRow
from lms.measures.cuts import Dimension

GROWTH_WORTH_SAYING = 10  # per cent
GAP_WORTH_SAYING = 1  # points
MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Headline:
    """A figure at the top of the page. value: as it is written, None where it is withheld; note: what it is compared with."""

    name: str
    value: str | None
    note: str


def headlines(insights: Insights) -> list[Headline]:
    """Return the four figures that a lead looks for first, each beside the year before."""
    total, before = insights.total, insights.before
    return [
        Headline(_("Enrolments"), _number(total.enrolled), _change(total.enrolled, before.enrolled)),
        Headline(
            _("Completed so far"),
            _number(total.completed),
            _("%(percent)s %% of those who enrolled; the year before %(before)s %%")
            % {"percent": percent(total.rate), "before": percent(before.rate)}
            if total.rate is not None and before.rate is not None
            else _("%(percent)s %% of those who enrolled") % {"percent": percent(total.rate)}
            if total.rate is not None
            else _("of those who enrolled"),
        ),
        _gap_headline(insights),
        Headline(
            _("From low- and lower-middle-income countries"),
            None if insights.low_income_share is None else f"{percent(insights.low_income_share)} %",
            ngettext("learners in %(count)s country", "learners in %(count)s countries", insights.countries_count)
            % {"count": intcomma(insights.countries_count)},
        ),
    ]


def _gap_headline(insights: Insights) -> Headline:
    name = _("Gap, priority to standard")
    if insights.gap is None:
        return Headline(name, None, _("difference of the completion rates"))
    value = ngettext("%(points)s point", "%(points)s points", abs(_points(insights.gap))) % {
        "points": _points(insights.gap)
    }
    if insights.gap_before is None:
        return Headline(name, value, _("difference of the completion rates"))
    return Headline(name, value, _("was %(points)s the year before") % {"points": _points(insights.gap_before)})


def _change(now: int | None, before: int | None) -> str:
    if now is None or not before:
        return _("people who began a course in this year")
    change = round(100 * (now / before - 1))
    if change > 0:
        return _("up %(percent)s %% on the year before") % {"percent": intcomma(change)}
    if change < 0:
        return _("down %(percent)s %% on the year before") % {"percent": -change}
    return _("as many as the year before")


def findings_of(insights: Insights, *, today: date) -> Mapping[str, str]:
    """Return the titles of the page's charts by their names."""
    rows = insights.rows
    return {
        "funnel": funnel_finding(insights),
        "gap": gap_finding(insights),
        "tiers": spread_finding(_rates(rows[Dimension.TIER])),
        "courses": courses_finding(insights),
        "countries": countries_finding(insights),
        "months": months_finding(insights, today=today),
        "professions": spread_finding(_rates(rows[Dimension.PROFESSION])),
        "languages": spread_finding(_rates(rows[Dimension.LANGUAGE])),
        "devices": spread_finding(_rates(rows[Dimension.DEVICE])),
        "regions": spread_finding([(region_label(one.key), one.rate) for one in insights.regions]),
        "incomes": spread_finding([(income_label(one.key), one.rate) for one in insights.incomes]),
        "lost_countries": lost_finding(rows[Dimension.COUNTRY], _("Too few people to say which country loses most")),
        "lost_courses": lost_finding(rows[Dimension.COURSE], _("Too few people to say which course loses most")),
        "days": days_finding(insights),
    }


def funnel_finding(insights: Insights) -> str:
    """Return at which step most people fall away, and how many finish."""
    names = (
        _("most who enrol never start"),
        _("most are lost between starting and half way"),
        _("most are lost after half way"),
    )
    enrolled, *later = insights.steps[:4]
    if not enrolled or any(step is None for step in later):
        return _("Too few people to say how far they come")
    reached = [enrolled, *(step or 0 for step in later)]
    falls = [before - after for before, after in pairwise(reached)]
    return _("%(percent)s of 100 who enrol complete; %(where)s") % {
        "percent": percent(reached[-1] / enrolled),
        "where": names[falls.index(max(falls))],
    }


def gap_finding(insights: Insights) -> str:
    """Return how far apart the completion rates with and without priority are, and how far they were."""
    known = [one for one in insights.quarters if one.priority is not None and one.standard is not None]
    if len(known) < 2:
        return _("Too few people to compare completion by access over time")
    first, last = (_points((one.standard or 0) - (one.priority or 0)) for one in (known[0], known[-1]))
    facts = {"first": first, "last": last}
    if last <= first - GAP_WORTH_SAYING:
        return _("The completion gap has closed from %(first)s to %(last)s points") % facts
    if last >= first + GAP_WORTH_SAYING:
        return _("The completion gap has grown from %(first)s to %(last)s points") % facts
    return _("The completion gap has stayed at %(last)s points") % facts


def spread_finding(rates: Sequence[tuple[str, float | None]]) -> str:
    """Return who completes most often and who least, of groups that are not unknown."""
    known = sorted(((rate, label) for label, rate in rates if rate is not None), reverse=True)
    if not known:
        return _("Too few people to compare")
    (highest, most), (lowest, least) = known[0], known[-1]
    if len(known) == 1:
        return _("%(group)s: %(percent)s %% complete") % {"group": most, "percent": percent(highest)}
    facts = {"most": most, "highest": percent(highest), "least": least, "lowest": percent(lowest)}
    return (
        _("Completion is highest with “%(most)s”, %(highest)s %%, and lowest with “%(least)s”, %(lowest)s %%") % facts
    )


def lost_finding(rows: Sequence[Row], too_few: str) -> str:
    """Return of which row most people have not finished."""
    known = [row for row in rows if row.lost is not None]
    if not known:
        return too_few
    first = max(known, key=lambda row: row.lost or 0)
    return _("%(name)s loses most people: %(lost)s of %(enrolled)s have not finished") % {
        "name": first.label,
        "lost": intcomma(first.lost),
        "enrolled": intcomma(first.enrolled),
    }


def days_finding(insights: Insights) -> str:
    """Return how long half of those who complete take."""
    known = [one for one in insights.days if one.quartiles]
    if not known:
        return _("Too few people completed to say how long it takes")
    median = known[0].quartiles[1]  # type: ignore[index]
    return ngettext(
        "Half of those who complete do so within %(days)s day",
        "Half of those who complete do so within %(days)s days",
        median,
    ) % {"days": intcomma(median)}


def courses_finding(insights: Insights) -> str:
    """Return what the figures by course say."""
    rows = insights.rows[Dimension.COURSE]
    leader = _leader(rows)
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
    rows = insights.rows[Dimension.COUNTRY]
    leader = _leader(rows)
    if leader is None:
        return _("Too few people enrolled to show figures by country")
    facts = {"country": leader.label, "count": intcomma(leader.enrolled)}
    if len(rows) == 1:
        return _("%(country)s: %(count)s enrolments in this period") % facts
    return ngettext(
        "Learners in %(number)d country enrolled; of the figures shown, %(country)s has the largest, %(count)s",
        "Learners in %(number)d countries enrolled; of the figures shown, %(country)s has the largest, %(count)s",
        insights.countries_count,
    ) % {**facts, "number": insights.countries_count}


def months_finding(insights: Insights, *, today: date) -> str:
    """Return what the figures by month say; a month that is not over yet is not called a fall."""
    months = insights.rows[MONTH]
    counts = [row.enrolled for row in months if row.enrolled is not None]
    if not counts:
        return _("Too few people enrolled to show figures by month")
    if len(counts) == MONTHS_IN_YEAR:
        change = round(100 * (sum(counts[6:]) / sum(counts[:6]) - 1))
        if change >= GROWTH_WORTH_SAYING:
            return _("Enrolments grew by %(percent)s %% from the first six months to the last six") % {
                "percent": change
            }
        is_over = insights.periods.months[-1] < today.replace(day=1)
        if change <= -GROWTH_WORTH_SAYING and is_over:
            return _("Enrolments fell by %(percent)s %% from the first six months to the last six") % {
                "percent": -change
            }
    peak = max((row for row in months if row.enrolled is not None), key=lambda row: row.enrolled or 0)
    return _("Most people enrolled in %(month)s: %(count)s") % {
        "month": month_name(peak.key),
        "count": intcomma(peak.enrolled),
    }


def month_name(month: date) -> str:
    return formats.date_format(month, "YEAR_MONTH_FORMAT")


def short_month(month: date) -> str:
    return formats.date_format(month, "M y")


def number(figure: int | None) -> str:
    """Return a figure as it is written."""
    return str(intcomma(figure))


def _number(figure: int | None) -> str | None:
    return None if figure is None else number(figure)


def percent(fraction: float | None) -> int | None:
    """Return a fraction in whole per cent."""
    return None if fraction is None else round(100 * fraction)


def _points(fraction: float) -> int:
    return round(100 * fraction)


def _rates(rows: Sequence[Row]) -> list[tuple[str, float | None]]:
    return [(row.label, row.rate) for row in rows if row.key]


def seats_finding(tiers: Sequence[TierRow]) -> str:
    """Return how many wait for a seat or got none, by tier."""
    waiting = {row.tier: row.waiting for row in tiers}
    if any(figure is None for figure in waiting.values()):
        return _("Too few people are without a seat to say who they are")
    return _("Without a seat: %(priority)s people with priority, %(standard)s others") % {
        "priority": number(waiting[PRIORITY]),
        "standard": number(waiting[STANDARD]),
    }


def _leader(rows: Sequence[Row]) -> Row | None:
    shown = [row for row in rows if row.enrolled is not None]
    return max(shown, key=lambda row: row.enrolled or 0, default=None)
