from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from lms.operations.loading import schema
from lms.operations.loading.catalogue.lessons import lesson_files, read_lesson
from lms.operations.loading.catalogue.parts import Course, Module, Translation
from lms.operations.loading.catalogue.reading import Reading
from lms.operations.loading.located_yaml import LocatedYaml


def read_glossaries(reading: Reading) -> dict[str, dict[str, schema.Term]]:
    glossaries = {}
    for language in reading.files.folders_in("translations"):
        path = f"translations/{language}/glossary.yaml"
        reading.require_language(language, f"translations/{language}", 1)
        if not reading.files.exists(path):
            continue
        terms, source = reading.load(path, schema.GLOSSARY, reading.files.read_text(path))
        for key in terms or ():
            reading.term_keys.require(key, path, source.line_of((key,)))
        glossaries[language] = terms or {}
    return glossaries


def read_translations(reading: Reading, courses: Mapping[str, Course]) -> Iterable[Translation]:
    for language in reading.files.folders_in("translations"):
        for slug in reading.files.folders_in(f"translations/{language}"):
            folder = f"translations/{language}/{slug}"
            path = f"{folder}/course.yaml"
            head, source = reading.load(path, TypeAdapter(schema.TranslatedCourse), reading.files.read_text(path))
            if head is None:
                continue
            original = courses.get(slug)
            if original is None or head.translation_of != slug:
                reading.refuse(
                    path,
                    source.line_of(("translation_of",)),
                    f"there is no course {head.translation_of!r} in a folder of that name",
                )
                continue
            _check_language(reading, head, language, path, source)
            known = {objective.id for objective in original.head.objectives}
            for number, objective in enumerate(head.objectives):
                if objective.id not in known:
                    reading.refuse(
                        path,
                        source.line_of(("objectives", number, "id")),
                        f"the course has no objective {objective.id!r}",
                    )
            yield Translation(
                path=path,
                language=language,
                head=head,
                modules=tuple(_translated_modules(reading, folder, language, head, source, original)),
            )


def _translated_modules(
    reading: Reading, folder: str, language: str, head: schema.TranslatedCourse, source: LocatedYaml, original: Course
) -> Iterable[Module]:
    originals = {module.path.rpartition("/")[2]: module for module in original.modules}
    titles = {entry.slug: entry.title for entry in head.modules}
    for number, entry in enumerate(head.modules):
        if entry.slug not in originals:
            reading.refuse(
                f"{folder}/course.yaml",
                source.line_of(("modules", number, "slug")),
                f"the course has no module {entry.slug!r}",
            )
    for name in reading.files.folders_in(f"{folder}/modules"):
        module_folder = f"{folder}/modules/{name}"
        module = originals.get(name)
        if module is None:
            reading.refuse(module_folder, 1, "the course has no module in a folder of this name")
            continue
        lessons = []
        for file_name in lesson_files(reading, module_folder):
            lesson, lesson_source = read_lesson(reading, f"{module_folder}/{file_name}", schema.TranslatedLessonHead)
            if lesson is None:
                continue
            _check_language(reading, lesson.head, language, lesson.path, lesson_source)
            first = next((one for one in module.lessons if one.slug == lesson.slug), None)
            if first is None:
                line = lesson_source.line_of(("translation_of",))
                reading.refuse(lesson.path, line, f"the module has no lesson {lesson.slug!r} to translate")
                continue
            known = {objective.id for objective in first.head.objectives}
            for number, objective in enumerate(lesson.head.objectives):
                if objective.id not in known:
                    line = lesson_source.line_of(("objectives", number, "id"))
                    reading.refuse(lesson.path, line, f"the lesson has no objective {objective.id!r}")
            lessons.append(lesson)
        yield Module(path=module_folder, slug=module.slug, title=titles.get(name, module.title), lessons=tuple(lessons))


def _check_language(reading: Reading, head: Any, language: str, path: str, source: LocatedYaml) -> None:
    if head.language != language:
        reading.refuse(
            path,
            source.line_of(("language",)),
            f"the language {head.language!r} differs from the folder's, {language!r}",
        )
    if (head.direction == "rtl") != (language in ("ar", "fa", "he", "ur")):
        reading.refuse(
            path,
            source.line_of(("direction",)),
            f"{head.direction!r} is not the direction in which {language!r} is written",
        )
