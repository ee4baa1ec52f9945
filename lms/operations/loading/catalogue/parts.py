import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.operations.loading import schema
from lms.operations.loading.lesson_text import Block


@dataclass(frozen=True)
class Attachment:
    """A drawing that a lesson shows, or a document that it offers."""

    path: str
    data: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Lesson:
    """A lesson as its file states it. path: where the file stands, its name for ever; slug: in its address."""

    path: str
    slug: str
    head: schema.LessonHead | schema.TranslatedLessonHead
    blocks: tuple[Block, ...]
    pictures: Mapping[str, Attachment]
    documents: Mapping[str, Attachment]
    cited: tuple[str, ...]

    @property
    def reference_keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self.head.references, *self.cited]))


@dataclass(frozen=True)
class Quiz:
    """The quiz of a module. items: the questions as plain values, in the same order as head.questions."""

    path: str
    head: schema.Quiz
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Module:
    """A chapter of a course."""

    path: str
    slug: str
    title: str
    lessons: tuple[Lesson, ...]
    quiz: Quiz | None = None


@dataclass(frozen=True)
class Course:
    """A course with everything in it."""

    path: str
    head: schema.Course
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class Translation:
    """What exists of a course in another language."""

    path: str
    language: str
    head: schema.TranslatedCourse
    modules: tuple[Module, ...]


@dataclass(frozen=True)
class Catalogue:
    """A whole content folder, checked: every name in it leads somewhere."""

    references: Mapping[str, schema.Reference]
    glossary: Mapping[str, schema.Term]
    webinars: tuple[schema.Webinar, ...]
    courses: tuple[Course, ...]
    translated_glossaries: Mapping[str, Mapping[str, schema.Term]]
    translations: tuple[Translation, ...]
