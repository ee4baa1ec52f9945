"""How far every enrolment has come, without names: the rows of the kind "progress"."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Case, Count, DateField, F, FilteredRelation, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, TruncMonth
from django.utils.translation import gettext as _

from courses.enrolment.models import Enrolment
from lms.dashboards.exports.naming import Names
from lms.dashboards.exports.rules import Shown, shown_measures, shown_months, shown_pairs
from lms.dashboards.questions import Limit

PAGE = 5_000  # rows read at once
KEY = ("contract_id", "country", "month")
FIGURES = ("started", "half", "completed", "certified", "lessons_done", "days")
COMPLETED, CERTIFIED = 1, 2  # the places of these measures in counts
HIDDEN_WITH = {COMPLETED: ("completed", "days"), CERTIFIED: ("certified",)}


def visible_enrolments(limit: Limit) -> QuerySet[Enrolment]:
    """Return the enrolments of which somebody so limited may know figures. The one place where exports are limited."""
    mine = {"country": limit.country, "institution_id": limit.institution_id}
    return Enrolment.objects.filter(**{name: value for name, value in mine.items() if value})


class ProgressTable:
    """A row for each enrolment, as of now, in the language that is active; read a page at a time.

    filters: course (an id) and country (a code), where they are chosen. They choose among what rows name: what is withheld of a
    row is in no file for a course or a country alone, else the file would tell it.
    """

    def __init__(self, limit: Limit, filters: Mapping[str, Any]) -> None:
        self.enrolments = _measured(visible_enrolments(limit))
        self.course: int | None = filters.get("course")
        self.country: str | None = filters.get("country")

    @property
    def head(self) -> list[str]:
        return [
            _("Course"),
            _("Enrolled in"),
            _("Country"),
            _("Lessons asked for"),
            _("Started"),
            _("Halfway"),
            _("Completed"),
            _("Certified"),
            _("Lessons done"),
            _("Days to completion"),
        ]

    @cached_property
    def total(self) -> int:
        """How many rows there are."""
        return self._chosen.count()

    def pages_of_csv(self) -> Iterator[list[bytes]]:
        """Yield the rows as lines of CSV without their ends, a page of them at a time."""
        names = Names(self._shown)
        for page in self._pages():
            split = (line.split(b"\t", 3) for line in page)
            yield [
                names[contract, country, month] + rest.replace(b"\t", b",") for contract, country, month, rest in split
            ]

    def pages_of_cells(self) -> Iterator[list[list[str | int]]]:
        """Yield the rows as cells, a page of them at a time."""
        names = Names(self._shown)
        for page in self._pages():
            split = (line.split(b"\t") for line in page)
            yield [
                [*names.cells((contract, country, month)), *(int(figure) if figure else "" for figure in figures)]
                for contract, country, month, *figures in split
            ]

    def _pages(self) -> Iterator[list[bytes]]:
        """Yield pages of rows, the columns KEY and FIGURES parted by tabs."""
        if not self.total:
            return iter(())
        hidden = {name for place in HIDDEN_WITH if place not in self._shown.measures for name in HIDDEN_WITH[place]}
        columns = [*KEY, *(Value("") if name in hidden else name for name in FIGURES)]
        return _copied(self._chosen, columns) if connection.vendor == "postgresql" else _by_key(self._chosen, columns)

    @cached_property
    def _chosen(self) -> QuerySet[Any]:
        if self.course is None and self.country is None:
            return self.enrolments
        courses = self._shown.courses if self.course is None else self._shown.courses & {self.course}
        if self.country is None:
            return self.enrolments.filter(contract__course__in=courses)
        named = [course for course in courses if (course, self.country) in self._shown.pairs]
        return self.enrolments.filter(contract__course__in=named, country=self.country)

    @cached_property
    def _shown(self) -> Shown:
        by_pair = self.enrolments.order_by().values_list("contract__course", "country")
        sums = by_pair.annotate(Count("pk"), Count("completion"), Count("first_certificate__issued_at"))
        counts = {(course, country): tuple(values) for course, country, *values in sums}
        courses, pairs = shown_pairs(counts)
        by_month = self.enrolments.order_by().values_list("contract__course", "country", "month").annotate(Count("pk"))
        return Shown(
            courses=courses,
            pairs=pairs,
            months=shown_months(by_month.iterator(chunk_size=PAGE), courses, pairs),
            measures=shown_measures(counts),
        )


def _measured(enrolments: QuerySet[Any]) -> QuerySet[Any]:
    first = FilteredRelation("completion__certificates", condition=Q(completion__certificates__version=1))
    return enrolments.annotate(first_certificate=first).annotate(
        month=Cast(TruncMonth("enrolled_at", tzinfo=UTC), DateField()),
        started=_one_if(started_at__isnull=False),
        half=_one_if(half_at__isnull=False),
        completed=_one_if(completion__isnull=False),
        certified=_one_if(first_certificate__issued_at__isnull=False),
        days=F("completion__days"),
    )


def _one_if(**condition: bool) -> Case:
    return Case(When(**condition, then=1), default=0, output_field=IntegerField())


def _copied(rows: QuerySet[Any], columns: list[Any]) -> Iterator[list[bytes]]:
    """Yield pages of rows as one COPY sends them: all of one moment, and none held longer than its page.

    It has a connection of its own, since ours says meanwhile how far this is.
    """
    statement, values = rows.order_by().values_list(*columns).query.sql_with_params()
    with (
        closing(connections.create_connection(DEFAULT_DB_ALIAS)) as own,
        own.cursor() as cursor,
        cursor.copy(f"COPY ({statement}) TO STDOUT WITH (NULL '')", values) as copy,
    ):
        # Of the memoryviews that psycopg hands out none is kept: the collector of garbage would count them, and look through
        # all that Django holds again and again (3.6 s of CPU a million rows, against 0.7).
        blocks, begun = map(bytes, copy), b""
        while block := list(islice(blocks, PAGE)):
            *lines, begun = (begun + b"".join(block)).split(b"\n")
            yield lines


def _by_key(rows: QuerySet[Any], columns: list[Any]) -> Iterator[list[bytes]]:
    """Yield pages of rows, each read where the last one ended."""
    rows, last = rows.order_by("pk").values_list("pk", *columns), 0
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        last = page[-1][0]
        yield ["\t".join("" if value is None else str(value) for value in row[1:]).encode() for row in page]
