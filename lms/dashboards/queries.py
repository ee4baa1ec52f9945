from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django_countries import countries as country_names

from courses.catalogue.models import Course, CoursePage
from lms.dashboards import rules
from lms.measures.cuts import Axis, Dimension, cut_by
from lms.measures.models import Milestone
from lms.measures.queries import Counts, Period, add, count_of, first_month, monthly_sums
from lms.measures.queries import sums as sums_of

MEASURES = (Milestone.ENROLLED, Milestone.COMPLETED, Milestone.CERTIFIED)
# Nearly every completion has its certificate: a figure of the one gives away that of the other.
GROUPS = ((Milestone.ENROLLED,), (Milestone.COMPLETED, Milestone.CERTIFIED))
COURSE, COUNTRY, MONTH = "course", "country", "month"
BY_COURSE = cut_by(Dimension.COURSE, axis=Axis.EVENT)
BY_COUNTRY = cut_by(Dimension.COUNTRY, axis=Axis.EVENT)
BY_COURSE_AND_COUNTRY = cut_by(Dimension.COURSE, Dimension.COUNTRY, axis=Axis.EVENT)
Sums = Mapping[tuple[Any, ...], Counts]


@dataclass(frozen=True)
class Choices:
    """What can be asked for. courses: id -> title; countries: code -> name; periods: last months, newest first.

    first_month: when the first milestone ever was counted; what came before is not listed.
    """

    courses: Mapping[int, str]
    countries: Mapping[str, str]
    periods: Sequence[date]
    first_month: date


@dataclass(frozen=True)
class Question:
    """What somebody asked for: one course or all, one country or all, and the last month of a period."""

    last_month: date
    course_id: int | None = None
    country: str | None = None


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and its figures in the order of MEASURES; None where one is withheld."""

    key: int | str | date
    label: str
    figures: tuple[int | None, ...]

    @property
    def enrolled(self) -> int | None:
        return self.figures[0]

    @property
    def completed(self) -> int | None:
        return self.figures[1]

    @property
    def is_withheld(self) -> bool:
        return all(figure is None for figure in self.figures)


@dataclass(frozen=True)
class Insights:
    """The figures that answer a question; whatever would show fewer than ten people is withheld.

    months is empty when a course and a country are chosen: by month so few people are left that nothing could be shown.
    """

    question: Question
    months_in_period: Sequence[date]
    total: Row
    courses: Sequence[Row]
    countries: Sequence[Row]
    months: Sequence[Row]
    countries_count: int


def choices(today: date) -> Choices:
    """Return what can be asked for today; four queries."""
    courses = {course.pk: course for course in Course.objects.all()}
    language = get_language()
    pages = CoursePage.objects.live().filter(locale__language_code=language).values_list("translation_key", "title")
    titles = dict(pages)
    named = {pk: titles.get(course.translation_key, course.title) for pk, course in courses.items()}
    codes = {code for (code,), counts in sums_of([BY_COUNTRY])[BY_COUNTRY].items() if any(counts)}
    this_month = today.replace(day=1)
    first = min(first_month() or this_month, this_month)
    return Choices(
        courses=dict(sorted(named.items(), key=lambda pair: pair[1].casefold())),
        countries=_named_countries(codes),
        periods=rules.periods(first, today),
        first_month=first,
    )


def insights(question: Question, choices: Choices) -> Insights:
    """Return the figures that answer a question, as of now; two queries, whatever is asked and however much there is."""
    months = [month for month in rules.months_of(question.last_month) if month >= choices.first_month]
    period = Period(since=months[0], before=rules.add_months(months[-1], 1))
    crossed = sums_of([BY_COURSE_AND_COUNTRY], period)[BY_COURSE_AND_COUNTRY]
    monthly = monthly_sums([BY_COURSE, BY_COUNTRY], period)
    courses_only = [(int(course), country) for course, country in crossed]
    sums: dict[tuple[str, str], Sums] = {
        (COURSE, COUNTRY): dict(zip(courses_only, crossed.values(), strict=True)),
        (COURSE, MONTH): {(int(course), month): counts for (month, (course,)), counts in monthly[BY_COURSE].items()},
        (COUNTRY, MONTH): {(country, month): counts for (month, (country,)), counts in monthly[BY_COUNTRY].items()},
    }
    counted = {cell for cell, counts in sums[COURSE, COUNTRY].items() if any(counts)}
    courses: dict[int, str] = {course_id: f"{course_id}" for course_id, _country in counted}
    courses.update(choices.courses)
    countries = _named_countries({country for _course, country in counted})
    members: dict[str, list[Any]] = {COURSE: list(courses), COUNTRY: list(countries), MONTH: months}
    figures = [_Protected(group, sums, members) for group in GROUPS]

    def row(key: int | str | date, label: str, **chosen: object) -> Row:
        asked = {COURSE: question.course_id, COUNTRY: question.country, MONTH: None, **chosen}
        named = {name: value for name, value in asked.items() if value is not None}
        return Row(key, label, tuple(figure for protected in figures for figure in protected.figures(named)))

    shown_courses = [question.course_id] if question.course_id else members[COURSE]
    shown_countries = [question.country] if question.country in countries else members[COUNTRY]
    is_too_fine = question.course_id is not None and question.country is not None
    return Insights(
        question=question,
        months_in_period=months,
        total=row("total", ""),
        courses=_largest_first(row(key, courses[key], course=key) for key in shown_courses),
        countries=_largest_first(row(key, countries[key], country=key) for key in shown_countries),
        months=[] if is_too_fine else [row(month, f"{month:%Y-%m}", month=month) for month in months],
        countries_count=len(countries),
    )


def _named_countries(codes: Iterable[str]) -> dict[str, str]:
    names = {code: str(country_names.name(code)) or code for code in codes}
    return dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))


def _largest_first(rows: Iterable[Row]) -> list[Row]:
    # By what is shown alone: the place of a withheld figure must not give it away.
    return sorted(rows, key=lambda row: -max((figure or 0 for figure in row.figures[:1]), default=0))


@dataclass
class _Protected:
    """The figures of one group of measures over a period, in every cut that can be asked for, less what is withheld."""

    group: tuple[Milestone, ...]
    sums: Mapping[tuple[str, str], Sums]
    members: Mapping[str, Sequence[Any]]
    _cells: dict[tuple[str, str], frozenset[rules.Cell]] = field(default_factory=dict)

    def figures(self, named: Mapping[str, object]) -> tuple[int | None, ...]:
        """Return the group's figures for these members ({} for all of them), None for what is withheld."""
        names = tuple(name for name in (COURSE, COUNTRY, MONTH) if name in named)
        key = tuple(named[name] for name in names)
        is_known = all(named[name] in self.members[name] for name in names)
        if not self.shown_measures or not is_known or self._is_withheld(names, key):
            return (None,) * len(self.group)
        values = self._values(names, key)
        return tuple(
            values[self.shown_measures.index(measure)] if measure in self.shown_measures else None
            for measure in self.group
        )

    def _is_withheld(self, names: tuple[str, ...], key: tuple[Any, ...]) -> bool:
        match names:
            case ():
                return False
            case (name,):
                return key[0] in self.withheld_lines[name]
            case (first, second):
                return key in self._withheld_cells(first, second)
        return True

    def _values(self, names: tuple[str, ...], key: tuple[Any, ...]) -> rules.Values:
        match names:
            case ():
                return self.totals
            case (name,):
                return self.lines[name].get(key[0], (0,) * len(self.shown_measures))
        return self.tables[names].cells.get(key, (0,) * len(self.shown_measures))  # type: ignore[index]

    @cached_property
    def shown_measures(self) -> tuple[Milestone, ...]:
        """Return the measures of the group whose very total may be shown."""
        total = add(self.sums[COURSE, COUNTRY].values())
        return tuple(measure for measure in self.group if count_of(measure, total) >= rules.LEAST)

    @cached_property
    def tables(self) -> dict[tuple[str, str], rules.Table]:
        return {
            names: rules.Table(
                rows=self.members[names[0]],
                columns=self.members[names[1]],
                cells={
                    cell: tuple(count_of(measure, count) for measure in self.shown_measures)
                    for cell, count in counts.items()
                },
            )
            for names, counts in self.sums.items()
        }

    @cached_property
    def lines(self) -> dict[str, dict[object, rules.Values]]:
        """Return the sums of courses, countries and months, those of nought included."""
        lines: dict[str, dict[object, rules.Values]] = {
            name: {member: (0,) * len(self.shown_measures) for member in self.members[name]}
            for name in (COURSE, COUNTRY, MONTH)
        }
        for (first, second), names in (((COURSE, COUNTRY), (COURSE, COUNTRY)), ((COURSE, MONTH), (None, MONTH))):
            for cell, values in self.tables[first, second].cells.items():
                for name, member in zip(names, cell, strict=True):
                    if name:
                        lines[name][member] = tuple(map(sum, zip(lines[name][member], values, strict=True)))
        return lines

    @cached_property
    def totals(self) -> rules.Values:
        return tuple(map(sum, zip(*self.lines[COURSE].values(), strict=True)))

    @cached_property
    def withheld_lines(self) -> dict[str, frozenset[rules.Key]]:
        return {name: rules.withheld_parts(line) for name, line in self.lines.items()}

    def _withheld_cells(self, first: str, second: str) -> frozenset[rules.Cell]:
        if (first, second) not in self._cells:
            self._cells[first, second] = rules.withheld_cells(
                self.tables[first, second],
                hidden_rows=self.withheld_lines[first],
                hidden_columns=self.withheld_lines[second],
            )
        return self._cells[first, second]
