from collections.abc import Iterable, Sequence
from typing import Protocol

from django import template
from django.template import Context
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.catalogue import queries
from courses.catalogue.models import CoursePage
from courses.catalogue.rules import Facts

register = template.Library()


@register.simple_tag(takes_context=True)
def catalogue_listing(context: Context, others: Iterable[Facts] = ()) -> queries.Listing:
    """The catalogue as this request's address asks for it. others: what is no course but counted beside them."""
    given = context["request"].GET
    return queries.catalogue_listing(
        dict(given.lists()), reader=get_language(), others=others, page_number=given.get("page")
    )


@register.simple_tag
def language_versions(page: CoursePage) -> tuple[queries.LanguageVersion, ...]:
    """The live pages of a course in all its languages."""
    return queries.language_versions(page)


@register.simple_tag
def about_course(page: CoursePage) -> queries.About:
    """Whom a course is for, who teaches it, what is good to take first."""
    return queries.about(page)


@register.filter
def parent_trail(page: Page) -> list[tuple[str, str]]:
    """The way to a page from the entry of the main navigation above it, for the crumbs."""
    parent = page.get_parent()
    return [(parent.url, parent.title)]


class InLanguage(Protocol):
    """A step of a syllabus. language: its language's code where that is not the page's own, else empty."""

    @property
    def language(self) -> str: ...


class OfSteps(Protocol):
    """A syllabus, as far as it concerns the catalogue."""

    @property
    def steps(self) -> Sequence[InLanguage]: ...


@register.filter
def borrowed_steps(syllabus: OfSteps) -> int:
    """How many steps of a translated course are shown in its first language."""
    return sum(bool(step.language) for step in syllabus.steps)


@register.filter
def lines(text: str) -> list[str]:
    """The lines of a text field that holds one thing per line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@register.filter
def duration(minutes: int) -> str:
    """45 min, 90 min, 7.5 h: how long something takes, in the reader's way of writing numbers."""
    if minutes < 120:
        return _("%(minutes)s\xa0min") % {"minutes": number_format(minutes)}
    hours = round(minutes / 60, 1)
    return _("%(hours)s\xa0h") % {"hours": number_format(int(hours) if hours == int(hours) else hours)}
