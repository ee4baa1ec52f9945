"""The counts that a question needs, read and put under protection."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.dashboards import rules
from lms.dashboards.protected import GROUPS, MONTH, WEBINAR_GROUPS, Cells, Everybody, Line, OneInstitution, Shown
from lms.dashboards.questions import Question
from lms.measures.cuts import Axis, Dimension, cut_by
from lms.measures.models import Milestone
from lms.measures.queries import NONE, Counts, Key, Period, add, monthly_sums, sums

BREAKDOWNS = (
    Dimension.COURSE,
    Dimension.COUNTRY,
    Dimension.TIER,
    Dimension.PROFESSION,
    Dimension.LANGUAGE,
    Dimension.DEVICE,
)
MONTHS_IN_QUARTER = 3


@dataclass(frozen=True)
class Periods:
    """The months of the year that was asked for, and of the year before, as far as anything was counted in them."""

    months: Sequence[date]
    before: Sequence[date]

    @property
    def asked(self) -> Period:
        return _period(self.months)

    @property
    def both(self) -> Period:
        return Period(since=(self.before or self.months)[0], before=self.asked.before)


def periods_of(last_month: date, first_month: date) -> Periods:
    """Return the year that ends with a month, and the year before it."""
    year_before = rules.add_months(last_month, -12)
    return Periods(
        *([month for month in rules.months_of(last) if month >= first_month] for last in (last_month, year_before))
    )


def _period(months: Sequence[date]) -> Period:
    return Period(since=months[0], before=rules.add_months(months[-1], 1))


@dataclass(frozen=True)
class Read:
    """Everything that was read for a question: of the year, of the year before, by quarter, and by month of the step.

    began: whoever began in the year. before: the year before, of the filter alone. happened: what happened in the year,
    whenever begun, of the filter alone. webinar_counts: of what is fixed, to take means of. quarters: tier by quarter in
    each of both years; empty under a filter.
    """

    began: Shown
    before: Shown
    happened: Shown
    quarters: Sequence[tuple[Sequence[date], Shown]]
    members: Mapping[str, Sequence[Any]]
    webinars: Shown
    webinar_line: Line
    webinar_counts: Counts


def read(question: Question, periods: Periods) -> Read:
    """Return the counts for a question, less what is withheld; five queries at most, whatever is asked."""
    named = question.named
    dimension = _narrowing(named)
    if Dimension.INSTITUTION in named:
        return _read_institution(question.named[Dimension.INSTITUTION], periods)
    pairs = _pairs(named)
    alone, crossed = [cut_by(one) for one in BREAKDOWNS], [cut_by(*pair) for pair in pairs]
    webinar = cut_by(Dimension.WEBINAR)
    found = sums([*alone, *crossed, webinar], periods.asked)
    lines: dict[str, Line] = {cut.first: _by_member(found[cut]) for cut in alone}
    tables: dict[tuple[str, str], Cells] = {
        cut.dimensions: found[cut]  # type: ignore[dict-item, misc]
        for cut in crossed
    }
    monthly = monthly_sums([cut_by(dimension)], periods.both)[cut_by(dimension)]
    lines[MONTH] = _by_month(monthly, periods.months)
    if named:
        tables[dimension, MONTH] = {
            (member, month): counts for (month, (member,)), counts in monthly.items() if month in periods.months
        }
    before: dict[str, Line] = {dimension: _over(monthly, periods.before)}
    webinars = _by_member(found[webinar])
    event = cut_by(dimension, axis=Axis.EVENT)
    steps: dict[str, Line] = {dimension: _by_member(sums([event], periods.asked)[event])}
    return Read(
        began=_shown(lambda group: Everybody(group, lines, tables)),
        before=_shown(lambda group: Everybody(group, before, {}, whole=dimension)),
        happened=_shown(lambda group: Everybody(group, steps, {}, whole=dimension)),
        quarters=[] if named else [_quarters(monthly, months) for months in (periods.before, periods.months) if months],
        members=_members(lines),
        webinars=_shown(lambda group: Everybody(group, {Dimension.WEBINAR: webinars}, {}, whole=Dimension.WEBINAR)),
        webinar_line=webinars,
        webinar_counts=_counts_of(named, lines),
    )


def _members(lines: Mapping[str, Line]) -> dict[str, list[Any]]:
    """Return the members of each dimension of whom a step of courses is counted."""
    enrolled = list(Milestone).index(Milestone.ENROLLED)
    last = list(Milestone).index(Milestone.PASSED)
    return {
        name: [member for member, counts in line.items() if any(counts[enrolled : last + 1])]
        for name, line in lines.items()
    }


def _read_institution(institution: str, periods: Periods) -> Read:
    alone = [cut_by(one) for one in BREAKDOWNS]
    crossed = {one: cut_by(Dimension.INSTITUTION, one) for one in BREAKDOWNS if one != Dimension.COUNTRY}
    everybody = sums(alone, periods.asked)
    own = sums([*crossed.values()], periods.asked, keys=[institution])
    lines: dict[str, Line] = {
        name: {member: counts for (_institution, member), counts in own[cut].items()}  # type: ignore[misc]
        for name, cut in crossed.items()
    }
    of_all: dict[str, Line] = {cut.first: _by_member(everybody[cut]) for cut in alone}
    by_institution = cut_by(Dimension.INSTITUTION)
    monthly = monthly_sums([by_institution, cut_by(Dimension.TIER)], periods.both)
    mine = {month: counts for (month, (key,)), counts in monthly[by_institution].items() if key == institution}
    all_months = _by_month(monthly[cut_by(Dimension.TIER)], [*periods.before, *periods.months])
    lines[MONTH] = {month: counts for month, counts in mine.items() if month in periods.months}
    of_all[MONTH] = {month: counts for month, counts in all_months.items() if month in periods.months}
    before: dict[str, Line] = {MONTH: {month: counts for month, counts in mine.items() if month in periods.before}}
    all_before: dict[str, Line] = {
        MONTH: {month: counts for month, counts in all_months.items() if month in periods.before}
    }
    event, all_events = (cut_by(one, axis=Axis.EVENT) for one in (Dimension.INSTITUTION, Dimension.TIER))
    happened = sums([event, all_events], periods.asked)
    own_steps: dict[str, Line] = {Dimension.TIER: {"": happened[event].get((institution,), add([]))}}
    all_steps: dict[str, Line] = {Dimension.TIER: {"": add(list(happened[all_events].values()))}}
    return Read(
        began=_shown(lambda group: OneInstitution(group, institution, lines, of_all)),
        before=_shown(lambda group: OneInstitution(group, institution, before, all_before, whole=MONTH)),
        happened=_shown(lambda group: OneInstitution(group, institution, own_steps, all_steps)),
        quarters=[],
        members=_members(lines),
        webinars=_shown(lambda group: Everybody(group, {Dimension.WEBINAR: {}}, {}, whole=Dimension.WEBINAR)),
        webinar_line={},
        webinar_counts=add(list(lines[Dimension.TIER].values())),
    )


def _narrowing(named: Mapping[str, str]) -> Dimension:
    """Return the dimension by which months, the year before and what happened are read: that of the filter, if there is one."""
    return next((one for one in (Dimension.COURSE, Dimension.COUNTRY, Dimension.TIER) if one in named), Dimension.TIER)


def _pairs(named: Mapping[str, str]) -> list[tuple[Dimension, Dimension]]:
    filters = [Dimension(name) for name in named]
    if len(filters) == 1:
        return [(filters[0], one) for one in BREAKDOWNS if one != filters[0]]
    return [(filters[0], filters[1])] if len(filters) == 2 else []


def _shown(make: Callable[[tuple[Milestone, ...]], Any]) -> Shown:
    return Shown([make(group) for group in (*GROUPS, *WEBINAR_GROUPS)])


def _counts_of(named: Mapping[str, str], lines: Mapping[str, Line]) -> Counts:
    if len(named) > 1:
        return NONE
    return next(
        (lines[one].get(member, NONE) for one, member in named.items()), add(list(lines[Dimension.TIER].values()))
    )


def _by_member(cells: Mapping[Key, Counts]) -> dict[Any, Counts]:
    return {member: counts for (member,), counts in cells.items()}


def _by_month(monthly: Mapping[tuple[date, Key], Counts], months: Sequence[date]) -> dict[date, Counts]:
    found: dict[date, list[Counts]] = {month: [] for month in months}
    for (month, _key), counts in monthly.items():
        if month in found:
            found[month].append(counts)
    return {month: add(counts) for month, counts in found.items()}


def _over(monthly: Mapping[tuple[date, Key], Counts], months: Sequence[date]) -> dict[str, Counts]:
    found: dict[str, list[Counts]] = defaultdict(list)
    for (month, (member,)), counts in monthly.items():
        if month in months:
            found[member].append(counts)
    return {member: add(counts) for member, counts in found.items()}


def _quarters(monthly: Mapping[tuple[date, Key], Counts], months: Sequence[date]) -> tuple[Sequence[date], Shown]:
    """Return the last months of the quarters of a year, and the figures of tier by quarter."""
    ends = list(reversed([months[-1 - number] for number in range(0, len(months), MONTHS_IN_QUARTER)]))
    table: dict[tuple[str, date], list[Counts]] = defaultdict(list)
    for (month, (tier,)), counts in monthly.items():
        if month in months:
            table[tier, next(end for end in ends if month <= end)].append(counts)
    cells = {cell: add(counts) for cell, counts in table.items()}
    tiers = {tier for tier, _end in cells}
    lines: dict[str, Line] = {
        Dimension.TIER: {tier: add([cells[tier, end] for end in ends if (tier, end) in cells]) for tier in tiers},
        MONTH: {end: add([cells[tier, end] for tier in tiers if (tier, end) in cells]) for end in ends},
    }
    return ends, _shown(lambda group: Everybody(group, lines, {(Dimension.TIER, MONTH): cells}))
