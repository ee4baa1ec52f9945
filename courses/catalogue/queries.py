from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page

from courses.catalogue import rules
from courses.catalogue.models import CoursePage, Instructor, Level, Subject
from courses.catalogue.rules import Asked, Facts

COURSES_ON_A_PAGE = 20
MOST_FOUND = 200
TOPICS_IN_VIEW = 8


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


@dataclass(frozen=True)
class LanguageVersion:
    """A course in one language. name: the language's own name, code: as in Django's settings."""

    code: str
    name: str
    title: str
    url: str


def language_versions(page: CoursePage) -> tuple[LanguageVersion, ...]:
    """Return the live pages of a course, this one included, the platform's first language first."""
    pages = live_courses().filter(translation_key=page.translation_key).select_related("locale").order_by("locale_id")
    return tuple(
        LanguageVersion(
            code=one.locale.language_code,
            name=get_language_info(one.locale.language_code)["name_local"].capitalize(),
            title=one.title,
            url=one.url,
        )
        for one in pages
    )


@dataclass(frozen=True)
class About:
    """What stands on a course page beside its own text. language: what audience and instructors are written in."""

    audience: tuple[str, ...]
    instructors: tuple[Instructor, ...]
    prerequisites: tuple[CoursePage, ...]
    language: str


def about(page: CoursePage) -> About:
    """Return whom a course is for, who teaches it and what is good to take first.

    A translation that does not say so itself borrows it from the course in the platform's first language.
    """
    source = page if page.audience or page.instructors.exists() else original_of(page)
    return About(
        audience=tuple(source.audience_list),
        instructors=tuple(source.instructors.all()),
        prerequisites=tuple(course for course in source.prerequisites.all() if course.live),
        language=source.locale.language_code,
    )


# -- Search -------------------------------------------------------------------------------------------------------


def search_ids(pages: Any, words: str) -> list[int]:
    """Return the ids of the pages that a search finds, best first: all words in their text, then beginnings of titles.

    pages: a queryset of Wagtail's, whose search has no types of its own.
    """
    if not words:
        return []
    pages = pages.only("pk")
    found = pages.search(words, operator="and")[:MOST_FOUND]
    begun = pages.autocomplete(words)[:MOST_FOUND]
    return list(dict.fromkeys(page.pk for hits in (found, begun) for page in hits))


# -- The catalogue ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CatalogueCourse:
    """A course in all its languages, as the filters know it. page_ids: by language; path: of its first-language page."""

    translation_key: UUID
    page_ids: Mapping[str, int]
    path: str
    facts: Facts


@dataclass(frozen=True)
class Choice:
    """One choice in a group of filters and how many courses it stands for."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group of filters. choices: those in view; more: those folded away."""

    group: str
    title: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class AppliedFilter:
    """A filter in use, and the address's parameters without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Row:
    """A course in the list. language: of the page shown, as in Django's settings; languages: names of all it has."""

    page: CoursePage
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The catalogue as one reader asked for it."""

    asked: Asked
    total: int
    rows: tuple[Row, ...]
    pages: ListPage[CatalogueCourse]
    facets: tuple[Facet, ...]
    applied: tuple[AppliedFilter, ...]
    query: str

    @cached_property
    def is_narrowed(self) -> bool:
        return bool(self.asked.words or self.applied)


def catalogue_courses() -> list[CatalogueCourse]:
    """Return every live course once, whatever its languages, in the order of the page tree; three queries."""
    default = settings.LANGUAGE_CODE
    pages = live_courses().order_by("path")
    facts = pages.values_list("pk", "path", "translation_key", "locale__language_code", "level", "minutes")
    by_key: dict[UUID, dict[str, tuple[int, str, str, int]]] = defaultdict(dict)
    for pk, path, key, language, level, minutes in facts:
        by_key[key][language] = (pk, path, level, minutes)
    topics = defaultdict(set)
    filed = CoursePage.subjects.through.objects.filter(coursepage__live=True)
    for pk, slug in filed.values_list("coursepage_id", "subject__slug"):
        topics[pk].add(slug)
    courses = []
    for key, versions in by_key.items():
        first_pk, path, level, minutes = versions.get(default) or next(iter(versions.values()))
        courses.append(
            CatalogueCourse(
                translation_key=key,
                page_ids={language: version[0] for language, version in versions.items()},
                path=path,
                facts=Facts(
                    topic=frozenset(topics[first_pk]),
                    level=level,
                    language=frozenset(versions),
                    minutes=minutes,
                ),
            )
        )
    return sorted(courses, key=lambda course: course.path)


def catalogue_listing(
    given: Mapping[str, Sequence[str]], *, reader: str, others: Iterable[Facts] = (), page_number: str | None = None
) -> Listing:
    """Return the catalogue as an address asks for it; the same number of queries however many courses there are.

    given: the address's parameters; reader: the reader's language; others: of other formats, counted beside courses.
    """
    courses = catalogue_courses()
    labels = _labels(reader)
    asked = rules.read_question(given, {group: labels[group].keys() for group in rules.GROUPS})
    ranks = _ranks(asked.words)
    if ranks is not None:
        courses = [course for course in courses if any(pk in ranks for pk in course.page_ids.values())]
        courses.sort(key=lambda course: min(ranks.get(pk, MOST_FOUND * 2) for pk in course.page_ids.values()))
    counted = [course.facts for course in courses]
    beside = list(others)
    chosen = [course for course in courses if rules.fits(course.facts, asked)]
    pages = Paginator(chosen, COURSES_ON_A_PAGE).get_page(page_number)
    return Listing(
        asked=asked,
        total=len(chosen),
        rows=_rows(list(pages.object_list), asked, reader),
        pages=pages,
        facets=tuple(
            # What is no course is counted only where it is chosen, or could be.
            _facet(group, counted + beside if group == "format" or asked.format else counted, asked, labels[group])
            for group in rules.GROUPS
        ),
        applied=tuple(
            AppliedFilter(label=labels[group][value], query=_query(asked.without(group, value)))
            for group, value in asked.filters
        ),
        query=_query(asked),
    )


def _ranks(words: str) -> dict[int, int] | None:
    if not words:
        return None
    return {pk: rank for rank, pk in enumerate(search_ids(CoursePage.objects.live(), words))}


def _rows(courses: Sequence[CatalogueCourse], asked: Asked, reader: str) -> tuple[Row, ...]:
    shown = {
        course.translation_key: rules.preferred_language(
            course.page_ids, asked=asked.language, reader=reader, default=settings.LANGUAGE_CODE
        )
        for course in courses
    }
    pages: Mapping[int, CoursePage] = CoursePage.objects.in_bulk(
        [course.page_ids[shown[course.translation_key]] for course in courses]
    )
    return tuple(
        Row(
            page=pages[course.page_ids[language]],
            language=language,
            languages=tuple(sorted(_language_name(code) for code in course.page_ids)),
        )
        for course in courses
        if (language := shown[course.translation_key]) and course.page_ids[language] in pages
    )


def _labels(reader: str) -> dict[str, dict[str, str]]:
    """Return, for each group of filters, its values and what they are called in the reader's language."""
    topics: dict[str, str] = {}
    names = Subject.objects.values_list("slug", "name", "translation_key", "locale__language_code")
    own: dict[UUID, str] = {key: name for _slug, name, key, language in names if language == reader}
    for slug, name, key, _language in names:
        topics[slug] = own.get(key, topics.get(slug, name))
    return {
        "topic": topics,
        "level": {value: str(label) for value, label in Level.choices},
        "language": {code: _language_name(code) for code in Locale.objects.values_list("language_code", flat=True)},
        "format": {rules.SELF_PACED: _("At your own pace"), rules.WEBINAR: _("Live webinar")},
        "duration": {"short": _("Up to 2 hours"), "medium": _("2 to 6 hours"), "long": _("Over 6 hours")},
    }


def _language_name(code: str) -> str:
    name: str = get_language_info(code)["name_translated"]
    return name[:1].upper() + name[1:]


def _facet(group: str, counted: Sequence[Facts], asked: Asked, labels: Mapping[str, str]) -> Facet:
    counts = rules.count_choices(counted, asked, group)
    in_use = getattr(asked, group)
    choices = [
        Choice(value=value, label=label, count=counts[value], is_chosen=value in in_use)
        for value, label in labels.items()
        if counts[value] or value in in_use or group in ("level", "duration")
    ]
    if group in ("topic", "language"):
        choices.sort(key=lambda choice: (not choice.is_chosen, -choice.count, choice.label))
    titles = {
        "topic": _("Topic"),
        "level": _("Level"),
        "language": _("Language"),
        "format": _("Format"),
        "duration": _("Time"),
    }
    in_view = max(TOPICS_IN_VIEW, len(in_use))
    return Facet(group=group, title=titles[group], choices=tuple(choices[:in_view]), more=tuple(choices[in_view:]))


def _query(asked: Asked) -> str:
    query = QueryDict(mutable=True)
    if asked.words:
        query["q"] = asked.words
    for group, value in asked.filters:
        query.appendlist(group, value)
    return query.urlencode()
