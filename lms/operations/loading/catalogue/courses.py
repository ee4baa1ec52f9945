from pydantic import TypeAdapter

from lms.operations.loading import schema
from lms.operations.loading.catalogue.lessons import lesson_files, read_lesson
from lms.operations.loading.catalogue.parts import Course, Module
from lms.operations.loading.catalogue.quizzes import read_quiz
from lms.operations.loading.catalogue.reading import Names, Reading
from lms.operations.loading.located_yaml import parse_yaml


def read_course(reading: Reading, folder: str) -> Course | None:
    path = f"{folder}/course.yaml"
    head, source = reading.load(path, TypeAdapter(schema.Course), reading.files.read_text(path))
    if head is None:
        return None
    if head.slug != folder.removeprefix("courses/"):
        reading.refuse(path, source.line_of(("slug",)), f"the slug {head.slug!r} differs from the folder's name")
    reading.course_slugs.add(head.slug, path, source.line_of(("slug",)))
    reading.course_codes.add(head.code, path, source.line_of(("code",)))
    reading.require_language(head.language, path, source.line_of(("language",)))
    for number, objective in enumerate(head.objectives):
        reading.course_objectives.add(objective.id, path, source.line_of(("objectives", number, "id")))
    module_slugs, lesson_slugs = Names(reading.files, "module"), Names(reading.files, "lesson of this course")
    modules = []
    listed = {entry.slug for entry in head.modules}
    for name in reading.files.folders_in(f"{folder}/modules"):
        if name not in listed:
            reading.refuse(path, source.line_of(("modules",)), f"the folder modules/{name} is not listed here")
    for number, entry in enumerate(head.modules):
        line = source.line_of(("modules", number, "slug"))
        module_slugs.add(entry.slug[3:], path, line)
        if not reading.files.names_in(f"{folder}/modules/{entry.slug}"):
            reading.refuse(path, line, f"the folder modules/{entry.slug} is missing or empty")
            continue
        own = {objective.id for objective in head.objectives}
        modules.append(_read_module(reading, f"{folder}/modules/{entry.slug}", entry, own, lesson_slugs))
    return Course(path=path, head=head, modules=tuple(modules))


def require_courses(reading: Reading, course: Course) -> None:
    source = parse_yaml(reading.files.read_text(course.path) or "")
    for number, slug in enumerate(course.head.prerequisites):
        reading.course_slugs.require(slug, course.path, source.line_of(("prerequisites", number)))


def _read_module(
    reading: Reading, folder: str, entry: schema.ModuleEntry, course_objectives: set[str], slugs: Names
) -> Module:
    lessons = []
    for name in lesson_files(reading, folder):
        lesson, source = read_lesson(reading, f"{folder}/{name}", schema.LessonHead)
        if lesson is None:
            continue
        slugs.add(lesson.slug, lesson.path, source.line_of(("slug",)))
        for number, objective in enumerate(lesson.head.objectives):
            line = source.line_of(("objectives", number, "id"))
            reading.lesson_objectives.add(objective.id, lesson.path, line)
            if objective.course not in course_objectives:
                reading.refuse(
                    lesson.path,
                    source.line_of(("objectives", number, "course")),
                    f"this course has no objective {objective.course!r}",
                )
        lessons.append(lesson)
    objectives = {objective.id for lesson in lessons for objective in lesson.head.objectives}
    quiz_path = f"{folder}/quiz.yaml"
    quiz = read_quiz(reading, quiz_path, objectives) if reading.files.exists(quiz_path) else None
    return Module(path=folder, slug=entry.slug[3:], title=entry.title, lessons=tuple(lessons), quiz=quiz)
