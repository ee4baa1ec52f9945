import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from wagtail.models import Page

from courses.lessons.pictures import with_one_file
from courses.lessons.texts import kept_text
from courses.offline.elsewhere.books import READ_EVERYWHERE, Book, Chapter, Illustration, readable_everywhere
from courses.offline.elsewhere.xhtml import as_xhtml
from courses.offline.saving.pictures import stored_name
from courses.offline.saving.queries import TakenCourse, TakenLesson

CONVERTED = ".jpg"


def book_of(course: TakenCourse, *, today: datetime) -> Book:
    """Return a course as a book: the lessons that its learner may open, and the pictures in them that fit.

    It is the same to the letter until something of it is published anew. today: the day of one whose pages do not say when.
    """
    language = course.page.locale.language_code
    address = settings.SITE_URL + course.syllabus.url
    illustrations = {
        url: _illustration(url) for url in course.parts.pictures if default_storage.exists(stored_name(url))
    }
    pages: list[Page] = [course.page, *(lesson.page for lesson in course.lessons)]
    published = [page.last_published_at for page in pages]
    with translation.override(language):
        direction = "rtl" if translation.get_language_bidi() else "ltr"
    return Book(
        key=str(uuid5(NAMESPACE_URL, address)),
        title=course.page.title,
        language=language,
        direction=direction,
        address=address,
        description=course.page.summary,
        chapters=[_chapter(course, one, illustrations) for one in course.lessons if one.step.is_open],
        quizzes=[step.title for step, _page in course.quizzes],
        illustrations=list(illustrations.values()),
        made_at=max(filter(None, published), default=today),
    )


def _chapter(course: TakenCourse, lesson: TakenLesson, illustrations: Mapping[str, Illustration]) -> Chapter:
    number, module = course.syllabus.numbered(lesson.step)
    language = lesson.page.locale.language_code
    with translation.override(language):
        text = with_one_file(kept_text(lesson.page, is_lite=True))

    def picture_named(url: str) -> str | None:
        return illustrations[url].name if url in illustrations else None

    return Chapter(
        title=lesson.step.title,
        number=number,
        module=module.title,
        language=language,
        body=as_xhtml(text, site=settings.SITE_URL + lesson.step.url, picture_named=picture_named),
    )


def _illustration(url: str) -> Illustration:
    stored = stored_name(url)
    kind = PurePosixPath(stored).suffix.lower()
    name = hashlib.sha256(url.encode()).hexdigest()[:16]

    def read() -> bytes:
        with default_storage.open(stored) as file:
            content: bytes = file.read()
        return content if kind in READ_EVERYWHERE else readable_everywhere(content)

    return Illustration(f"{name}{kind if kind in READ_EVERYWHERE else CONVERTED}", read)
