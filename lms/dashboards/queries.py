from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language, gettext

from certificates.issuing.models import Certificate
from courses.lessons.models import Lesson
from courses.webinars.models import Webinar, WebinarPage
from lms.access.models import CountryDataSet, CountryRow
from lms.access.queries.circumstances import PRIORITY, STANDARD
from lms.access.rules.bands import Income
from lms.dashboards import rules
from lms.dashboards.choices import Choices, label_of, named_countries
from lms.dashboards.figures import BREAKDOWNS, Periods, Read, periods_of, read
from lms.dashboards.protected import MONTH, Shown
from lms.dashboards.questions import NO_LIMIT, Limit, Question
from lms.measures.cuts import Dimension, Facet
from lms.measures.models import Milestone
from lms.measures.queries import Counts, count_of, days_to_complete, lesson_counts

MEASURES = (Milestone.ENROLLED, Milestone.COMPLETED, Milestone.CERTIFIED)
STEPS = (Milestone.ENROLLED, Milestone.STARTED, Milestone.HALFWAY, Milestone.COMPLETED, Milestone.CERTIFIED)
WEBINAR_STEPS = (Milestone.REGISTERED, Milestone.ATTENDED, Milestone.ATTESTED)
LOW_INCOMES = (Income.LOW.value, Income.LOWER_MIDDLE.value)
MOST_WEBINARS = 20
MONTHS_TO_FINISH = 3  # until then most who began are still studying, and a rate would look like a fall
MOST_LESSONS, MOST_LESSONS_READ = 8, 5000
FACETS: Mapping[str, Facet] = {
    Dimension.COURSE: Facet.COURSE,
    Dimension.COUNTRY: Facet.COUNTRY,
    Dimension.TIER: Facet.TIER,
    Dimension.INSTITUTION: Facet.INSTITUTION,
}


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and its figures in the order of MEASURES; None where one is withheld."""

    key: Any
    label: str
    figures: tuple[int | None, ...]

    @property
    def enrolled(self) -> int | None:
        return self.figures[0]

    @property
    def completed(self) -> int | None:
        return self.figures[1]

    @property
    def certified(self) -> int | None:
        return self.figures[2]

    @property
    def lost(self) -> int | None:
        """How many have not finished; None where it cannot be said, or is of few people."""
        if self.enrolled is None or self.completed is None:
            return None
        return lost if (lost := self.enrolled - self.completed) >= rules.LEAST else None

    @property
    def rate(self) -> float | None:
        """Which fraction of those who enrolled have completed."""
        return self.completed / self.enrolled if self.enrolled and self.completed is not None else None

    @property
    def is_withheld(self) -> bool:
        return all(figure is None for figure in self.figures)


@dataclass(frozen=True)
class Group:
    """Countries of one kind together, as far as they are shown: rate is of those of which both figures are."""

    key: str
    enrolled: int
    of_rate: int
    completed: int

    @property
    def rate(self) -> float | None:
        return self.completed / self.of_rate if self.of_rate else None


@dataclass(frozen=True)
class Days:
    """How long completing took: a quarter, half and three quarters of people took at most so many days."""

    key: str
    people: int | None
    quartiles: tuple[int, int, int] | None


@dataclass(frozen=True)
class WebinarRow:
    """A webinar: registered, attended, certificates of attendance; and the mean minutes of presence."""

    label: str
    figures: tuple[int | None, ...]
    minutes: int | None


@dataclass(frozen=True)
class Quarter:
    """The completion rates of those who began in three months, as fractions. end: the first day of the last of them."""

    end: date
    priority: float | None
    standard: float | None


@dataclass(frozen=True)
class Insights:
    """What answers a question; whatever would show fewer than ten people is withheld.

    total, steps: whoever began in the year, and how far they came (STEPS). before: the year before, as total. happened:
    completions and certificates in the year, whenever begun. Rows of what the question fixes are one; months and the like
    are empty where two things are fixed: so few people are left that nothing could be shown.
    """

    question: Question
    periods: Periods
    total: Row
    before: Row
    happened: tuple[int | None, ...]
    steps: tuple[int | None, ...]
    rows: Mapping[str, Sequence[Row]]
    regions: Sequence[Group]
    incomes: Sequence[Group]
    quarters: Sequence[Quarter]
    gap_before: float | None
    days: Sequence[Days]
    webinars: Sequence[WebinarRow]
    webinar_total: WebinarRow
    countries_count: int

    @property
    def is_one_thing(self) -> bool:
        """Say whether at most one thing is fixed, so that others can be told apart."""
        return len(self.question.named) < 2

    @property
    def gap(self) -> float | None:
        """How much higher the completion rate without priority is than with it, as a fraction."""
        return _gap({row.key: row.rate for row in self.rows[Dimension.TIER]})

    @property
    def low_income_share(self) -> float | None:
        """Which fraction of enrolments shown by country are from low- and lower-middle-income countries."""
        shown = sum(group.enrolled for group in self.incomes)
        return sum(group.enrolled for group in self.incomes if group.key in LOW_INCOMES) / shown if shown else None


def insights(question: Question, choices: Choices, limit: Limit = NO_LIMIT) -> Insights:
    """Return the figures that answer a question, as of now, to somebody with such a limit.

    At most twelve queries, whatever is asked and however much there is.
    """
    question = question.within(limit)
    periods = periods_of(question.last_month, choices.first_month)
    found = read(question, periods)
    named = dict(question.named)
    rows: dict[str, Sequence[Row]] = {one: _rows(one, found, named, choices) for one in BREAKDOWNS}
    rows[MONTH] = [_row(found.began, month, f"{month:%Y-%m}", {**named, MONTH: month}) for month in periods.months]
    if len(named) > 1:
        rows[MONTH] = []
    tiers_before = {tier: _rate(found.before, {Dimension.TIER: tier}) for tier in (PRIORITY, STANDARD)}
    regions, incomes = _country_groups(rows[Dimension.COUNTRY])
    return Insights(
        question=question,
        periods=periods,
        total=_row(found.began, "total", "", named),
        before=_row(found.before, "before", "", named),
        happened=found.happened.figures(named, MEASURES[1:]),
        steps=found.began.figures(named, STEPS),
        rows=rows,
        regions=regions,
        incomes=incomes,
        quarters=[
            Quarter(end, *(_rate(shown, {Dimension.TIER: tier, MONTH: end}) for tier in (PRIORITY, STANDARD)))
            for ends, shown in found.quarters
            for end in ends
            if end <= rules.add_months(choices.periods[0], -MONTHS_TO_FINISH)
        ],
        gap_before=None if named else _gap(tiers_before),
        days=_days(question, found, periods),
        webinars=_webinars(found) if not named else [],
        webinar_total=_webinar_row("", found.began, named, found.webinar_counts),
        countries_count=len(found.members[Dimension.COUNTRY]) if Dimension.COUNTRY in found.members else 0,
    )


def certificate_states() -> Mapping[str, int]:
    """Return how many certificates are in each state that somebody has to wait or act for; none of them is of a person."""
    waiting = Certificate.objects.filter(state__in=[*Certificate.UNFINISHED, *Certificate.SET_ASIDE])
    counts = dict(waiting.order_by().values_list("state").annotate(Count("pk")))
    return {state.replace("-", "_"): count for state, count in counts.items()}


def _rows(dimension: Dimension, found: Read, named: Mapping[str, Any], choices: Choices) -> list[Row]:
    if dimension in named:
        members: Iterable[Any] = [named[dimension]]
    elif len(named) > 1:
        return []
    else:
        members = found.members.get(dimension, [])
    labels: Mapping[Any, str]
    if dimension == Dimension.COURSE:
        labels = {str(pk): title for pk, title in choices.courses.items()}
    elif dimension == Dimension.COUNTRY:
        labels = named_countries(members)
    else:
        labels = {member: label_of(dimension, member) for member in members}
    rows = [_row(found.began, one, labels.get(one, str(one)), {**named, dimension: one}) for one in members]
    # By what is shown alone: the place of a withheld figure must not give it away.
    by_name = sorted(rows, key=lambda row: row.label.casefold())
    return sorted(by_name, key=lambda row: -max((figure or 0 for figure in row.figures[:1]), default=0))


def _row(shown: Shown, key: Any, label: str, named: Mapping[str, Any]) -> Row:
    return Row(key, label, shown.figures(named, MEASURES))


def _rate(shown: Shown, named: Mapping[str, Any]) -> float | None:
    return _row(shown, "", "", named).rate


def _gap(rates: Mapping[str, float | None]) -> float | None:
    first, other = rates.get(PRIORITY), rates.get(STANDARD)
    return None if first is None or other is None else other - first


def _country_groups(countries: Sequence[Row]) -> tuple[list[Group], list[Group]]:
    """Return the regions and the income groups of the countries shown; two queries.

    Only of what is shown: the true sums would give withheld countries away.
    """
    data_set = CountryDataSet.objects.order_by("-effective_from", "-pk").first()
    said = CountryRow.objects.filter(data_set=data_set).values_list("country", "region", "income")
    known = {country: (region, income) for country, region, income in said}
    found: list[dict[str, list[Row]]] = [defaultdict(list), defaultdict(list)]
    for row in countries:
        for groups, key in zip(found, known.get(row.key, ("", "")), strict=True):
            if row.enrolled is not None:
                groups[key].append(row)
    regions, incomes = ([_group(key, rows) for key, rows in groups.items()] for groups in found)
    order = [*(one.value for one in Income), ""]
    return sorted(regions, key=lambda one: -one.enrolled), sorted(incomes, key=lambda one: order.index(one.key))


def _group(key: str, rows: Sequence[Row]) -> Group:
    of_rate = [row for row in rows if row.completed is not None]
    return Group(
        key,
        enrolled=sum(row.enrolled or 0 for row in rows),
        of_rate=sum(row.enrolled or 0 for row in of_rate),
        completed=sum(row.completed or 0 for row in of_rate),
    )


# -- Time to complete ----------------------------------------------------------------------------------------------


def _days(question: Question, found: Read, periods: Periods) -> list[Days]:
    """Return the days to complete of those who completed in the year: of everybody and by tier, or of what is fixed."""
    named = question.named
    if len(named) > 1:
        return []
    if named:
        ((dimension, value),) = named.items()
        people = found.happened.figure(named, Milestone.COMPLETED)
        histogram = days_to_complete(FACETS[dimension], periods.asked, values=[value]).get(value, {})
        return [Days("", people, rules.quartiles_of(histogram) if people else None)]
    histograms = days_to_complete(Facet.TIER, periods.asked)
    days = []
    for tier in (PRIORITY, STANDARD):
        people = found.happened.figure({Dimension.TIER: tier}, Milestone.COMPLETED)
        days.append(Days(tier, people, rules.quartiles_of(histograms.get(tier, {})) if people else None))
    everybody: dict[int, int] = defaultdict(int)
    for histogram in histograms.values():
        for one, people in histogram.items():
            everybody[one] += people
    people = found.happened.figure({}, Milestone.COMPLETED)
    return [Days("", people, rules.quartiles_of(everybody) if people else None), *days]


# -- Lessons -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LostLesson:
    """A lesson that people opened and have not done: of whom, and how many, ever since it exists."""

    title: str
    course_id: int
    course: str
    touched: int
    lost: int


def lost_lessons(insights: Insights, choices: Choices) -> list[LostLesson]:
    """Return the lessons that most people opened and did not finish, at most MOST_LESSONS; three queries.

    Of whatever one thing the question fixes; nothing where it fixes two.
    """
    named = dict(insights.question.named)
    lessons = Lesson.objects.all()
    if course := named.pop(Dimension.COURSE, None):
        lessons = lessons.filter(course=int(course))
    if len(named) + bool(course) > 1:
        return []
    known = {pk: (title, of) for pk, title, of in lessons.values_list("pk", "title", "course")[:MOST_LESSONS_READ]}
    everybody = lesson_counts(known)
    ((dimension, value),) = named.items() or [(None, "")]
    counts = lesson_counts(known, FACETS[dimension], value) if dimension else everybody
    lost = []
    for pk, (touched, done) in counts.items():
        groups = [done, touched - done]
        if dimension:  # people elsewhere are not to be told by subtraction either
            groups += [everybody[pk][1] - done, everybody[pk][0] - everybody[pk][1] - (touched - done)]
        if min(groups) >= rules.LEAST:
            title, of = known[pk]
            lost.append(LostLesson(title, of, choices.courses.get(of, ""), touched, touched - done))
    return sorted(lost, key=lambda one: -one.lost)[:MOST_LESSONS]


# -- Webinars ------------------------------------------------------------------------------------------------------


def _webinars(found: Read) -> list[WebinarRow]:
    """Return the webinars to which most people registered, at most MOST_WEBINARS; two queries."""
    rows = [
        (key, _webinar_row("", found.webinars, {Dimension.WEBINAR: key}, counts))
        for key, counts in found.webinar_line.items()
    ]
    shown = sorted((row for row in rows if row[1].figures[0] is not None), key=lambda row: -(row[1].figures[0] or 0))
    shown = shown[:MOST_WEBINARS]
    keys = dict(Webinar.objects.filter(pk__in=[int(key) for key, _row in shown]).values_list("pk", "translation_key"))
    pages = WebinarPage.objects.filter(translation_key__in=keys.values()).order_by("locale__language_code")
    titles: dict[Any, str] = {}
    for key, title, language in pages.values_list("translation_key", "title", "locale__language_code"):
        if key not in titles or language == get_language():
            titles[key] = title
    return [
        replace(row, label=titles.get(keys.get(int(key)), gettext("Webinar %(number)s") % {"number": key}))
        for key, row in shown
    ]


def _webinar_row(label: str, shown: Shown, named: Mapping[str, Any], counts: Counts) -> WebinarRow:
    figures = shown.figures(named, WEBINAR_STEPS)
    attended = figures[1]
    minutes = round(count_of(Milestone.MINUTES, counts) / attended) if attended else None
    return WebinarRow(label, figures, minutes)
