"""A content folder read and checked whole, as plain values. May import lms.lib and, of courses, what checks."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from lms.operations.loading import schema
from lms.operations.loading.catalogue.courses import read_course, require_courses
from lms.operations.loading.catalogue.parts import Attachment, Catalogue, Course, Lesson, Module, Quiz, Translation
from lms.operations.loading.catalogue.reading import Names, Reading
from lms.operations.loading.catalogue.translations import read_glossaries, read_translations
from lms.operations.loading.catalogue.webinars import read_webinars
from lms.operations.loading.files import ContentFiles
from lms.operations.loading.problems import ContentRefused, Problem

__all__ = ["Attachment", "Catalogue", "Course", "Lesson", "Module", "Quiz", "Translation", "read_catalogue"]


def read_catalogue(root: Path, *, languages: Collection[str]) -> Catalogue:
    """Read a content folder whole. languages: the codes of the platform's languages.

    Raises ContentRefused with every problem found, each naming its file and line.
    """
    if not root.is_dir():
        raise ContentRefused([Problem(str(root), 1, "there is no such folder")])
    files = ContentFiles(root)
    if not files.problems and not files.folders_in("courses"):
        raise ContentRefused([Problem("courses", 1, "this folder holds no courses; name the folder above `courses`")])
    catalogue = _read(Reading(files, languages)) if not files.problems else None
    if files.problems or catalogue is None:
        raise ContentRefused(files.problems)
    return catalogue


def _read(reading: Reading) -> Catalogue:
    references = _read_keyed(reading, "references.yaml", schema.REFERENCES, reading.reference_keys)
    glossary = _read_keyed(reading, "glossary.yaml", schema.GLOSSARY, reading.term_keys)
    _check_see_also(reading, "glossary.yaml", glossary)
    courses = [
        course for slug in reading.files.folders_in("courses") if (course := read_course(reading, f"courses/{slug}"))
    ]
    for course in courses:
        require_courses(reading, course)
    return Catalogue(
        references=references,
        glossary=glossary,
        webinars=read_webinars(reading),
        courses=_in_teaching_order(courses),
        translated_glossaries=read_glossaries(reading),
        translations=tuple(read_translations(reading, {course.head.slug: course for course in courses})),
    )


def _read_keyed(reading: Reading, path: str, adapter: TypeAdapter[Any], names: Names) -> dict[str, Any]:
    if not reading.files.exists(path):
        return {}
    entries, source = reading.load(path, adapter, reading.files.read_text(path))
    for key in entries or ():
        names.add(key, path, source.line_of((key,)))
    return entries or {}


def _check_see_also(reading: Reading, path: str, terms: Mapping[str, schema.Term]) -> None:
    for key, term in terms.items():
        for other in term.see:
            reading.term_keys.require(other, path, reading.term_keys.places[key][1])


def _in_teaching_order(courses: Sequence[Course]) -> tuple[Course, ...]:
    """Return the courses by name, each after those that are good to take first (a circle is left as it is)."""
    waiting = list(courses)
    ordered: list[Course] = []
    while waiting:
        placed = {course.head.slug for course in ordered}
        course = next((course for course in waiting if placed.issuperset(course.head.prerequisites)), waiting[0])
        waiting.remove(course)
        ordered.append(course)
    return tuple(ordered)
