from dataclasses import dataclass

from django import template
from wagtail.models import Locale, Page

from courses.catalogue.queries import search_ids
from courses.catalogue.rules import Asked
from courses.lessons.models import LessonPage
from courses.lessons.queries import course_path_of

register = template.Library()

MOST_LESSONS = 8


@dataclass(frozen=True)
class FoundLesson:
    """A lesson that a search found. course: its course's title; language: as in Django's settings."""

    title: str
    url: str
    minutes: int
    course: str
    language: str


@register.simple_tag
def lessons_found(asked: Asked) -> tuple[FoundLesson, ...]:
    """The lessons that the words asked of the catalogue lead to, best first, at most eight.

    Titles are public, as in the syllabus; the text of a lesson is not shown, and who may open it is asked when it is.
    """
    if not asked.words:
        return ()
    lessons = LessonPage.objects.live().public()
    if asked.language:
        lessons = lessons.filter(locale__in=Locale.objects.filter(language_code__in=asked.language))
    ids = search_ids(lessons, asked.words)[:MOST_LESSONS]
    pages = LessonPage.objects.select_related("locale").defer("body").in_bulk(ids)
    above = _live_titles(
        {path for page in pages.values() for path in (page.path[: -Page.steplen], course_path_of(page))}
    )
    return tuple(
        FoundLesson(
            title=page.title,
            url=page.url,
            minutes=page.minutes,
            course=above[course_path_of(page)],
            language=page.locale.language_code,
        )
        for page in (pages[pk] for pk in ids if pk in pages)
        if {page.path[: -Page.steplen], course_path_of(page)} <= above.keys()
    )


def _live_titles(paths: set[str]) -> dict[str, str]:
    return dict(Page.objects.live().filter(path__in=paths).values_list("path", "title"))
