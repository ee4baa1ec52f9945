from dataclasses import dataclass

from django.db.models import QuerySet
from wagtail.models import Locale, Page

from courses.catalogue.models import CoursePage

DURATIONS = {"short": (0, 120), "medium": (121, 360), "long": (361, 30_000)}  # minutes, both ends included


@dataclass(frozen=True)
class CatalogueFilter:
    """What a reader asked the catalogue for; unknown values have been dropped already."""

    words: str = ""
    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    durations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facet:
    """One choice in a group of filters and how many courses it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


def course_page_of(page: Page) -> CoursePage | None:
    """Return the course page that a page in the tree belongs to (itself included), or None."""
    if isinstance(page, CoursePage):
        return page
    return CoursePage.objects.ancestor_of(page).first()


def live_courses() -> QuerySet[CoursePage]:
    """Return all courses that anyone may see, in every language."""
    return CoursePage.objects.live().public()


def original_of(page: CoursePage) -> CoursePage:
    """Return the course in the platform's first language if it is live there, else the page itself.

    The lessons of this page are what completing the course asks for, in every language.
    """
    default = Locale.get_default()
    if page.locale_id == default.pk:
        return page
    return live_courses().filter(translation_key=page.translation_key, locale=default).first() or page
