import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Locale, Page

from courses.catalogue.models import CoursePage
from courses.lessons.models import GlossaryTerm, Reference
from lms.operations.loading.ledger import Ledger

# Ids of blocks are made from names, so that loading again gives the same ids and links to headings stay.
NAMES = uuid.UUID("6f0f2c86-5c0e-4d3e-9a55-7d1f9b6a7c11")


@dataclass
class LoadRun:
    """One load: what it has made so far, and how pages are found and published.

    shared: subjects and instructors, which several courses name.
    """

    ledger: Ledger
    written_files: list[Any] = field(default_factory=list)
    waiting_questions: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    course_pages: dict[str, CoursePage] = field(default_factory=dict)
    new_courses: set[str] = field(default_factory=set)
    terms: dict[tuple[str, str], GlossaryTerm] = field(default_factory=dict)
    references: dict[str, Reference] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    locales: dict[str, Locale] = field(default_factory=dict)

    def remove_written_files(self) -> None:
        for file in self.written_files:
            file.storage.delete(file.name)

    def ensure_locale(self, language: str) -> None:
        if language not in self.locales:
            self.locales[language] = Locale.objects.get_or_create(language_code=language)[0]

    def page(self, page_class: Any, name: str) -> Any:
        """Return the page that was loaded under this name, wherever an editor may have moved it since."""
        object_id = self.ledger.object_id(name)
        return page_class.objects.filter(pk=object_id).first() if object_id else None

    def adopt(self, page_class: Any, parent: Page, slug: str) -> Any:
        """Return the page that stands where a loaded one would; somebody made it in the CMS."""
        return page_class.objects.child_of(parent).filter(slug=slug).first()

    def publish(self, page: Any, name: str, digest: str, *, parent: Page | None = None) -> None:
        """Save what was set on a page as one revision and publish it; a page that an editor took offline stays offline."""
        is_new = page.pk is None
        was_live = is_new or page.live or page.latest_revision_id is None
        if is_new and parent is not None:
            parent.refresh_from_db()  # treebeard counts children on the instance, and others have been added
            parent.add_child(instance=page)
        revision = page.save_revision(clean=not is_new)
        if was_live:
            revision.publish()
            page.refresh_from_db()
        self.ledger.record(name, digest, page)


def new_page(page_class: Any, slug: str, locale: Locale, original: Page | None) -> Any:
    page = page_class(slug=slug, locale=locale, live=False)
    if original:
        page.translation_key = original.translation_key
    return page


def set_all(instance: Any, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(instance, name, value)


def put_in_order(parent: Page, children: Sequence[Page]) -> None:
    """Put the loaded children of a page in this order; others keep their place among themselves, before them."""
    ids = [child.pk for child in children]
    current = list(Page.objects.child_of(parent).filter(pk__in=ids).order_by("path").values_list("pk", flat=True))
    if current == ids:
        return
    for pk in ids:
        parent = Page.objects.get(pk=parent.pk)
        Page.objects.get(pk=pk).move(parent, pos="last-child")
