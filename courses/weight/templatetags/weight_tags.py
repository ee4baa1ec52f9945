from collections.abc import Mapping, Sequence
from typing import Protocol

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.weight import queries
from courses.weight.rules import Cost, in_all, in_megabytes

register = template.Library()


class Row(Protocol):
    @property
    def page(self) -> Page: ...


class Step(Protocol):
    @property
    def page_id(self) -> int: ...


@register.simple_tag
def course_costs(rows: Sequence[Row]) -> Mapping[int, Cost]:
    """What the courses in a list cost, by page id: {% course_costs rows as costs %}{{ costs|cost_of:row.page.pk }}."""
    return queries.costs_of_courses([row.page for row in rows])


@register.simple_tag
def lesson_costs(steps: Sequence[Step]) -> Mapping[int, Cost]:
    """What lessons of a course cost, by page id: {% lesson_costs syllabus.lessons as costs %}."""
    return queries.costs_of_lessons([step.page_id for step in steps])


@register.simple_tag
def lesson_cost(page: Page) -> Cost | None:
    """What one lesson costs; None until it is weighed."""
    return queries.costs_of_lessons([page.pk]).get(page.pk)


@register.filter
def cost_of(costs: Mapping[int, Cost], page_id: int) -> Cost | None:
    return costs.get(page_id)


@register.filter
def costs_in_all(costs: Mapping[int, Cost], steps: Sequence[Step]) -> Cost | None:
    """What lessons cost together; None until each is weighed."""
    return in_all(list(costs.values())) if costs and len(costs) == len(steps) else None


@register.filter
def megabytes(size_bytes: int) -> str:
    """A size in megabytes, such as "0.03 MB" or "24 MB": what a data plan is sold by."""
    value, decimals = in_megabytes(size_bytes)
    return _("%(number)s MB") % {"number": number_format(value, decimals)}
