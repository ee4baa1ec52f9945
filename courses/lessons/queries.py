from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from wagtail.models import Page

from courses.lessons.models import GlossaryTerm, LessonPage, Reference
from courses.lessons.rules import citation_keys, number_citations


@dataclass(frozen=True)
class Sources:
    """The sources of a text in the order of its reference list, and the number of each key that is cited."""

    references: tuple[Reference, ...]
    numbers: dict[str, int]


def course_path_of(page: Page) -> str:
    """Return the path in the page tree of the course that a lesson or quiz stands in: its parent is its module."""
    return page.path[: -2 * Page.steplen]


def sources_of(page: LessonPage) -> Sources:
    """Return the sources of a lesson: those cited, in order of first citation, then those only listed.

    One query, and a second if a source is cited that is not listed.
    """
    return sources_in(page.body.stream_block.get_searchable_content(page.body), listed=page.references.all())


def sources_in(texts: Iterable[str], *, listed: Iterable[Reference] = ()) -> Sources:
    """Return the sources that texts cite, in order of first citation, then those only listed.

    One query if a source is cited that is not listed.
    """
    cited = number_citations(texts)
    found = {reference.key: reference for reference in listed}
    keys = list(dict.fromkeys([*cited, *found]))
    missing = [key for key in keys if key not in found]
    if missing:
        found |= {reference.key: reference for reference in Reference.objects.filter(key__in=missing)}
    keys = [key for key in keys if key in found]
    return Sources(
        references=tuple(found[key] for key in keys),
        numbers={key: number for number, key in enumerate(keys, start=1)},
    )


def unknown_citations(text: str) -> list[str]:
    """Return the keys that a text cites and no reference has; no query if it cites nothing."""
    keys = dict.fromkeys(citation_keys(text))
    known = set(Reference.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    return [key for key in keys if key not in known]


def glossary_of(language: str) -> tuple[list[GlossaryTerm], str]:
    """Return the glossary in a language, or in the platform's own where that has none, and the language it is in."""
    for code in dict.fromkeys([language, settings.LANGUAGE_CODE]):
        terms = list(GlossaryTerm.objects.filter(locale__language_code=code).prefetch_related("see_also"))
        if terms:
            return sorted(terms, key=lambda term: term.term.casefold()), code
    return [], settings.LANGUAGE_CODE
