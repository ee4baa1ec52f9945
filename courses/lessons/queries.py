from collections import defaultdict
from dataclasses import dataclass

from wagtail.models import Page

from courses.catalogue.models import CoursePage
from courses.lessons.models import LessonPage, ModulePage, Reference
from courses.lessons.rules import number_citations


@dataclass(frozen=True)
class OutlineLesson:
    """A live lesson as its course lists it."""

    page_id: int
    translation_key: str
    title: str
    minutes: int
    is_preview: bool
    url: str


@dataclass(frozen=True)
class OutlineModule:
    """A live module with its live lessons, in order. path: its place in the page tree."""

    page_id: int
    title: str
    path: str
    url: str
    lessons: tuple[OutlineLesson, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


def course_outline(course: CoursePage) -> tuple[OutlineModule, ...]:
    """Return the live modules and lessons of a course, in order; two queries, whatever its size."""
    base_url = course.url
    lessons: dict[str, list[OutlineLesson]] = defaultdict(list)
    modules = ModulePage.objects.child_of(course).live().order_by("path").only("pk", "title", "path", "slug")
    slugs = {module.path: module.slug for module in modules}
    pages = LessonPage.objects.descendant_of(course).live().order_by("path")
    for page in pages.only("pk", "title", "path", "slug", "translation_key", "minutes", "is_preview"):
        parent = page.path[: -Page.steplen]
        if parent in slugs:
            lessons[parent].append(
                OutlineLesson(
                    page_id=page.pk,
                    translation_key=str(page.translation_key),
                    title=page.title,
                    minutes=page.minutes,
                    is_preview=page.is_preview,
                    url=f"{base_url}{slugs[parent]}/{page.slug}/",
                )
            )
    return tuple(
        OutlineModule(
            page_id=m.pk, title=m.title, path=m.path, url=f"{base_url}{m.slug}/", lessons=tuple(lessons[m.path])
        )
        for m in modules
    )


@dataclass(frozen=True)
class Sources:
    """A lesson's sources in the order of its reference list, and the number of each key that is cited."""

    references: tuple[Reference, ...]
    numbers: dict[str, int]


def sources_of(page: LessonPage) -> Sources:
    """Return the sources of a lesson: those cited, in order of first citation, then those only listed; two queries."""
    cited = number_citations(page.body.stream_block.get_searchable_content(page.body))
    listed = [reference.key for reference in page.references.all()]
    found = {reference.key: reference for reference in Reference.objects.filter(key__in={*cited, *listed})}
    keys = [key for key in dict.fromkeys([*cited, *listed]) if key in found]
    return Sources(
        references=tuple(found[key] for key in keys),
        numbers={key: number for number, key in enumerate(keys, start=1)},
    )
