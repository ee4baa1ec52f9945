from collections.abc import Sequence
from typing import Protocol, TypeVar

from django import template

from courses.catalogue.models import CoursePage
from courses.progress.queries import Syllabus, syllabuses_of

register = template.Library()


class AboutCourse(Protocol):
    """Anything in a list that speaks of a course."""

    @property
    def page(self) -> CoursePage: ...


Row = TypeVar("Row", bound=AboutCourse)


@register.simple_tag
def with_syllabuses(rows: Sequence[Row]) -> list[tuple[Row, Syllabus]]:
    """Each row of a list of courses with the course's syllabus, for drawing: {% for row, syllabus in drawn %}."""
    syllabuses = syllabuses_of([row.page for row in rows])
    return [(row, syllabuses[row.page.pk]) for row in rows if row.page.pk in syllabuses]
