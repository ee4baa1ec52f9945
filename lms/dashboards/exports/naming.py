"""The cells of a row that say of whom it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.translation import gettext as _
from django_countries import countries as country_names

from courses.catalogue.models import Course
from courses.enrolment.models import Contract
from lms.dashboards.exports.rules import Shown
from lms.dashboards.teaching.queries import titles_of
from lms.lib.tables import csv_line

Key = tuple[bytes, bytes, bytes]  # contract, country, first day of the month of enrolling


@dataclass(frozen=True)
class Asked:
    """What a contract says of its learners' rows."""

    course_id: int
    lessons: int


class Names(dict[Key, bytes]):
    """The beginning of a line of CSV by its key, made once for all rows alike, in the language that is active.

    There may be 150,000 keys, so what they share is made once as well.
    """

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.withheld = _("withheld")
        self.titles = _titles()
        self.contracts = _contracts()
        self.country_name = cache(lambda code: str(country_names.name(code)) or code)
        self.month = cache(lambda text: date.fromisoformat(text.decode()))
        self.as_csv = cache(lambda text: csv_line([text]).removesuffix(b"\r\n"))

    def __missing__(self, key: Key) -> bytes:
        course, month, country, lessons = self.cells(key)
        self[key] = beginning = b",".join([*map(self.as_csv, (course, month, country)), b"%d" % lessons, b""])
        return beginning

    def cells(self, key: Key) -> tuple[str, str, str, int]:
        """Return course, month, country and the number of lessons asked for; what may not be named as "withheld"."""
        contract_id = int(key[0])
        if contract_id not in self.contracts:
            self.contracts = _contracts()  # it was made while the file is written
        asked = self.contracts[contract_id]
        place = self.shown.place(asked.course_id, key[1].decode(), self.month(key[2]))
        return (
            self.titles.get(place.course_id, self.withheld) if place.course_id else self.withheld,
            f"{place.month:%Y-%m}" if place.month else self.withheld,
            self.country_name(place.country) if place.country else self.withheld,
            asked.lessons,
        )


def _titles() -> Mapping[int, str]:
    courses = list(Course.objects.all())
    titles = titles_of(course.translation_key for course in courses)
    return {course.pk: titles.get(course.translation_key, course.title) for course in courses}


def _contracts() -> Mapping[int, Asked]:
    rows = Contract.objects.values_list("pk", "course", "lesson_ids", "eased_lesson_ids")
    return {pk: Asked(course, len(set(lessons) - set(eased))) for pk, course, lessons, eased in rows}
