"""What a file with a row for each enrolment may say of it, so that no row and no sum leads to a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date

from lms.dashboards.rules import LEAST, Cell, Key, Table, Values, withheld_cells, withheld_parts

Pair = tuple[int, str]  # course id, country


@dataclass(frozen=True)
class Place:
    """Which course, country and month a row names; None where that is withheld."""

    course_id: int | None
    country: str | None
    month: date | None


@dataclass(frozen=True)
class Shown:
    """What may be named. months: by course and country as they are named, None for those withheld.

    measures: which of people who enrolled, completions and certificates have a total that may be shown, by their place.
    """

    courses: frozenset[int]
    pairs: frozenset[Pair]
    months: Mapping[tuple[int | None, str | None], frozenset[date]]
    measures: tuple[int, ...] = ()

    def place(self, course_id: int, country: str, month: date) -> Place:
        """Return what a row of an enrolment names."""
        course, shown_country = _named(course_id, country, self.courses, self.pairs)
        months = self.months.get((course, shown_country), frozenset())
        return Place(course, shown_country, month if month in months else None)


def shown_measures(counts: Mapping[Pair, Values]) -> tuple[int, ...]:
    """Return which measures of these counts have a total that may be shown, by their place."""
    return tuple(place for place, total in enumerate(map(sum, zip(*counts.values(), strict=True))) if total >= LEAST)


def shown_pairs(counts: Mapping[Pair, Values]) -> tuple[frozenset[int], frozenset[Pair]]:
    """Return which courses may be named, and with which countries: those of which the page withholds no figure.

    counts: people who enrolled, completions and certificates of each course and country.
    """
    shown = shown_measures(counts)
    courses = {course for course, _country in counts}
    countries = {country for _course, country in counts}
    hidden_courses: Set[object] = courses if 0 not in shown else set()
    hidden_pairs: set[object] = set()
    # Completions and certificates are withheld together: nearly every completion has its certificate.
    for group in ((0,), tuple(place for place in shown if place > 0)):
        if not group or 0 not in shown:
            continue
        cells: dict[Cell, Values] = {cell: tuple(values[place] for place in group) for cell, values in counts.items()}
        hidden_rows = withheld_parts(_sums(cells, 0))
        hidden_courses = hidden_courses | hidden_rows if group == (0,) else hidden_courses
        hidden_pairs |= withheld_cells(
            Table(rows=sorted(courses), columns=sorted(countries), cells=cells),
            hidden_rows=hidden_rows,
            hidden_columns=withheld_parts(_sums(cells, 1)),
        )
    return (
        frozenset(courses - hidden_courses),
        frozenset(pair for pair in counts if pair not in hidden_pairs and pair[0] not in hidden_courses),
    )


def shown_months(
    counts: Iterable[tuple[int, str, date, int]], courses: Set[int], pairs: Set[Pair]
) -> dict[tuple[int | None, str | None], frozenset[date]]:
    """Return which months may be named with each course and country as they are named: a row has nine others like it.

    counts: course, country, month, people who enrolled then.
    """
    people: dict[tuple[int | None, str | None], Counter[date]] = defaultdict(Counter)
    for course_id, country, month, number in counts:
        people[_named(course_id, country, courses, pairs)][month] += number
    shown: dict[tuple[int | None, str | None], frozenset[date]] = {}
    for named, months in people.items():
        hidden = withheld_parts({month: (number,) for month, number in months.items()})
        shown[named] = frozenset(month for month in months if month not in hidden)
    return shown


def _named(course_id: int, country: str, courses: Set[int], pairs: Set[Pair]) -> tuple[int | None, str | None]:
    if course_id not in courses:
        return None, None
    return course_id, country if (course_id, country) in pairs else None


def _sums(cells: Mapping[Cell, Values], part: int) -> dict[Key, Values]:
    sums: dict[Key, Values] = {}
    for cell, values in cells.items():
        before = sums.get(cell[part])
        sums[cell[part]] = tuple(map(sum, zip(before, values, strict=True))) if before else values
    return sums
