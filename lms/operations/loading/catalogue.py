import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from courses.assessments.exchange import task_in_files, trials_in_files
from courses.assessments.models import Question
from courses.assessments.rules.hgvs import observed_of
from lms.lib.svg import problems_in_svg
from lms.operations.loading import schema
from lms.operations.loading.files import DOCUMENT_ENDINGS, ContentFiles
from lms.operations.loading.lesson_text import Block, problems_of, read_blocks
from lms.operations.loading.located_yaml import LocatedYaml, Place, YamlProblem, parse_yaml
from lms.operations.loading.problems import ContentRefused, Problem

_LESSON_FILE = re.compile(rf"\d\d-({schema.SLUG})\.md")
_CITATION = re.compile(r"\[@([^\]]*)\]")


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


def read_catalogue(root: Path, *, languages: Collection[str]) -> Catalogue:
    """Read a content folder whole. languages: the codes of the platform's languages.

    Raises ContentRefused with every problem found, each naming its file and line.
    """
    if not root.is_dir():
        raise ContentRefused([Problem(str(root), 1, "there is no such folder")])
    files = ContentFiles(root)
    if not files.problems and not files.folders_in("courses"):
        raise ContentRefused([Problem("courses", 1, "this folder holds no courses; name the folder above `courses`")])
    reader = _Reader(files, languages)
    catalogue = reader.read() if not files.problems else None
    if files.problems or catalogue is None:
        raise ContentRefused(files.problems)
    return catalogue


@dataclass
class _Names:
    """Ids met so far and where; an id met twice is refused."""

    reader: "_Reader"
    kind: str
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, name: str, path: str, line: int) -> None:
        if name in self.places:
            first_path, first_line = self.places[name]
            self.reader.refuse(path, line, f"the {self.kind} {name!r} is taken already, in {first_path}:{first_line}")
        else:
            self.places[name] = (path, line)

    def require(self, name: str, path: str, line: int) -> None:
        if name not in self.places:
            self.reader.refuse(path, line, f"there is no {self.kind} {name!r}")


class _Reader:
    def __init__(self, files: ContentFiles, languages: Collection[str]) -> None:
        self.files = files
        self.languages = languages
        self.refuse = files.refuse
        self.reference_keys = _Names(self, "reference")
        self.term_keys = _Names(self, "glossary term")
        self.course_slugs = _Names(self, "course")
        self.course_codes = _Names(self, "course code")
        self.course_objectives = _Names(self, "course objective")
        self.lesson_objectives = _Names(self, "objective")
        self.question_ids = _Names(self, "question")
        self.quiz_ids = _Names(self, "quiz")

    def read(self) -> Catalogue:
        references = self._read_keyed("references.yaml", schema.REFERENCES, self.reference_keys)
        glossary = self._read_keyed("glossary.yaml", schema.GLOSSARY, self.term_keys)
        self._check_see_also("glossary.yaml", glossary)
        courses = [
            course for slug in self.files.folders_in("courses") if (course := self._read_course(f"courses/{slug}"))
        ]
        for course in courses:
            self._require_courses(course)
        return Catalogue(
            references=references,
            glossary=glossary,
            webinars=self._read_webinars(),
            courses=_in_teaching_order(courses),
            translated_glossaries=self._read_glossaries(),
            translations=tuple(self._read_translations({course.head.slug: course for course in courses})),
        )

    # -- YAML files -----------------------------------------------------------------------------------------------

    def _load(
        self, path: str, adapter: TypeAdapter[Any], text: str | None, first_line: int = 1
    ) -> tuple[Any, LocatedYaml]:
        """Return a YAML text in the shape of the adapter's type, or None if refused, and where its parts stand."""
        nothing = LocatedYaml(value=None, lines={(): first_line})
        if text is None:
            return None, nothing
        try:
            source = parse_yaml(text, first_line=first_line)
            return adapter.validate_python(source.value), source
        except YamlProblem as problem:
            self.refuse(path, problem.line, str(problem))
        except ValidationError as error:
            for line, sentence in schema.problems_of(error, source):
                self.refuse(path, line, sentence)
        return None, nothing

    def _read_keyed(self, path: str, adapter: TypeAdapter[Any], names: _Names) -> dict[str, Any]:
        if not self.files.exists(path):
            return {}
        entries, source = self._load(path, adapter, self.files.read_text(path))
        for key in entries or ():
            names.add(key, path, source.line_of((key,)))
        return entries or {}

    def _check_see_also(self, path: str, terms: Mapping[str, schema.Term]) -> None:
        for key, term in terms.items():
            for other in term.see:
                self.term_keys.require(other, path, self.term_keys.places[key][1])

    def _read_webinars(self) -> tuple[schema.Webinar, ...]:
        path = "webinars.yaml"
        if not self.files.exists(path):
            return ()
        webinars, source = self._load(path, schema.WEBINARS, self.files.read_text(path))
        slugs = _Names(self, "webinar")
        for number, webinar in enumerate(webinars or ()):
            slugs.add(webinar.slug, path, source.line_of((number, "slug")))
            if webinar.related_course:
                self.course_slugs.require(webinar.related_course, path, source.line_of((number, "related_course")))
            self._require_language(webinar.language, path, source.line_of((number, "language")))
        return webinars or ()

    # -- Courses --------------------------------------------------------------------------------------------------

    def _read_course(self, folder: str) -> Course | None:
        path = f"{folder}/course.yaml"
        head, source = self._load(path, TypeAdapter(schema.Course), self.files.read_text(path))
        if head is None:
            return None
        if head.slug != folder.removeprefix("courses/"):
            self.refuse(path, source.line_of(("slug",)), f"the slug {head.slug!r} differs from the folder's name")
        self.course_slugs.add(head.slug, path, source.line_of(("slug",)))
        self.course_codes.add(head.code, path, source.line_of(("code",)))
        self._require_language(head.language, path, source.line_of(("language",)))
        for number, objective in enumerate(head.objectives):
            self.course_objectives.add(objective.id, path, source.line_of(("objectives", number, "id")))
        module_slugs, lesson_slugs = _Names(self, "module"), _Names(self, "lesson of this course")
        modules = []
        listed = {entry.slug for entry in head.modules}
        for name in self.files.folders_in(f"{folder}/modules"):
            if name not in listed:
                self.refuse(path, source.line_of(("modules",)), f"the folder modules/{name} is not listed here")
        for number, entry in enumerate(head.modules):
            line = source.line_of(("modules", number, "slug"))
            module_slugs.add(entry.slug[3:], path, line)
            if not self.files.names_in(f"{folder}/modules/{entry.slug}"):
                self.refuse(path, line, f"the folder modules/{entry.slug} is missing or empty")
                continue
            own = {objective.id for objective in head.objectives}
            modules.append(self._read_module(f"{folder}/modules/{entry.slug}", entry, own, lesson_slugs))
        return Course(path=path, head=head, modules=tuple(modules))

    def _require_courses(self, course: Course) -> None:
        source = parse_yaml(self.files.read_text(course.path) or "")
        for number, slug in enumerate(course.head.prerequisites):
            self.course_slugs.require(slug, course.path, source.line_of(("prerequisites", number)))

    def _read_module(
        self, folder: str, entry: schema.ModuleEntry, course_objectives: set[str], slugs: _Names
    ) -> Module:
        lessons = []
        for name in self._lesson_files(folder):
            lesson, source = self._read_lesson(f"{folder}/{name}", schema.LessonHead)
            if lesson is None:
                continue
            slugs.add(lesson.slug, lesson.path, source.line_of(("slug",)))
            for number, objective in enumerate(lesson.head.objectives):
                line = source.line_of(("objectives", number, "id"))
                self.lesson_objectives.add(objective.id, lesson.path, line)
                if objective.course not in course_objectives:
                    self.refuse(
                        lesson.path,
                        source.line_of(("objectives", number, "course")),
                        f"this course has no objective {objective.course!r}",
                    )
            lessons.append(lesson)
        objectives = {objective.id for lesson in lessons for objective in lesson.head.objectives}
        quiz_path = f"{folder}/quiz.yaml"
        quiz = self._read_quiz(quiz_path, objectives) if self.files.exists(quiz_path) else None
        return Module(path=folder, slug=entry.slug[3:], title=entry.title, lessons=tuple(lessons), quiz=quiz)

    def _lesson_files(self, folder: str) -> list[str]:
        """Return the names of a module's lesson files in order; what would be passed over in silence is refused."""
        names = []
        for name in self.files.names_in(folder):
            if _LESSON_FILE.fullmatch(name):
                names.append(name)
            elif name != "quiz.yaml" and not name.endswith((".svg", *DOCUMENT_ENDINGS)):
                kinds = "a lesson (NN-name.md), a figure (name.svg), a document or quiz.yaml"
                self.refuse(f"{folder}/{name}", 1, f"not {kinds}")
        if not names:
            self.refuse(folder, 1, "this module holds no lesson")
        return names

    # -- Lessons --------------------------------------------------------------------------------------------------

    def _read_lesson(self, path: str, head_type: type[schema.Fields]) -> tuple[Lesson | None, Any]:
        text = self.files.read_text(path)
        if text is None:
            return None, None
        parts = text.split("\n---\n", 1)
        if not text.startswith("---\n") or len(parts) != 2:
            self.refuse(path, 1, "a lesson begins with a line ---, its fields, and another line ---")
            return None, None
        front, body = parts[0][4:], parts[1]
        head, source = self._load(path, TypeAdapter(head_type), front, first_line=2)
        refuse: Callable[[int, str], None] = lambda line, sentence: self.refuse(path, line, sentence)  # noqa: E731
        first_line = front.count("\n") + 4
        blocks = read_blocks(body, first_line=first_line, refuse=refuse)
        for block in blocks:
            for sentence in problems_of(block):
                refuse(block.line, sentence)
        pictures, documents = self._read_pictures(path, blocks), self._read_documents(path, blocks)
        if head is None:
            return None, None
        slug = _LESSON_FILE.fullmatch(path.rpartition("/")[2])[1]  # type: ignore[index]
        own_slug = head.slug if isinstance(head, schema.LessonHead) else head.translation_of
        if own_slug != slug:
            place = ("slug",) if isinstance(head, schema.LessonHead) else ("translation_of",)
            self.refuse(path, source.line_of(place), f"{own_slug!r} differs from the file's name")
        for name, names, keys in (
            ("glossary", self.term_keys, head.glossary),
            ("references", self.reference_keys, head.references),
        ):
            for number, key in enumerate(keys):
                names.require(key, path, source.line_of((name, number)))
        cited = self._read_citations(path, body, first_line)
        lesson = Lesson(
            path=path, slug=slug, head=head, blocks=tuple(blocks), pictures=pictures, documents=documents, cited=cited
        )
        if not blocks:
            self.refuse(path, first_line, "this lesson has no text")
        return lesson, source

    def _read_citations(self, path: str, body: str, first_line: int) -> tuple[str, ...]:
        keys: list[str] = []
        for match in _CITATION.finditer(body):
            line = first_line + body.count("\n", 0, match.start())
            for key in (part.strip().removeprefix("@") for part in match[1].split(";")):
                self.reference_keys.require(key, path, line)
                keys.append(key)
        return tuple(dict.fromkeys(keys))

    def _read_pictures(self, path: str, blocks: Iterable[Block]) -> dict[str, Attachment]:
        folder = path.rpartition("/")[0]
        pictures: dict[str, Attachment] = {}
        for block in blocks:
            if block.kind != "figure":
                continue
            name = block.value["image"]
            figure_path = f"{folder}/{name}"
            if not self.files.exists(figure_path):
                self.refuse(path, block.line, f"the figure {name} is missing")
                continue
            data = self.files.read_figure(figure_path)
            if data is None:
                continue
            for problem in problems_in_svg(data):
                self.refuse(figure_path, problem.line, problem.text)
            if b"viewBox" not in data:
                self.refuse(figure_path, 1, "the drawing needs a viewBox: it says how large it is")
            pictures[name] = Attachment(path=figure_path, data=data)
        return pictures

    def _read_documents(self, path: str, blocks: Iterable[Block]) -> dict[str, Attachment]:
        folder = path.rpartition("/")[0]
        documents: dict[str, Attachment] = {}
        for block in blocks:
            if block.kind != "document":
                continue
            name = block.value["document"]
            document_path = f"{folder}/{name}"
            if not self.files.exists(document_path):
                self.refuse(path, block.line, f"the document {name} is missing")
            elif data := self.files.read_document(document_path):
                documents[name] = Attachment(path=document_path, data=data)
        return documents

    # -- Quizzes --------------------------------------------------------------------------------------------------

    def _read_quiz(self, path: str, objectives: Collection[str]) -> Quiz | None:
        quiz, source = self._load(path, TypeAdapter(schema.Quiz), self.files.read_text(path))
        if quiz is None:
            return None
        self.quiz_ids.add(quiz.id, path, source.line_of(("id",)))
        for number, question in enumerate(quiz.questions):
            place: Place = ("questions", number)
            self.question_ids.add(question.id, path, source.line_of((*place, "id")))
            if question.objective not in objectives:
                line = source.line_of((*place, "objective"))
                self.refuse(path, line, f"no lesson of this module has the objective {question.objective!r}")
            problems = list(_key_problems(question)) or list(_proof_problems(_plain(source.value["questions"][number])))
            for step, sentence in problems:
                self.refuse(path, source.line_of((*place, *step)), f"{question.id}: {sentence}")
        items = tuple(_plain(item) for item in source.value["questions"])
        return Quiz(path=path, head=quiz, items=items)

    # -- Translations ---------------------------------------------------------------------------------------------

    def _read_glossaries(self) -> dict[str, dict[str, schema.Term]]:
        glossaries = {}
        for language in self.files.folders_in("translations"):
            path = f"translations/{language}/glossary.yaml"
            self._require_language(language, f"translations/{language}", 1)
            if not self.files.exists(path):
                continue
            terms, source = self._load(path, schema.GLOSSARY, self.files.read_text(path))
            for key in terms or ():
                self.term_keys.require(key, path, source.line_of((key,)))
            glossaries[language] = terms or {}
        return glossaries

    def _read_translations(self, courses: Mapping[str, Course]) -> Iterable[Translation]:
        for language in self.files.folders_in("translations"):
            for slug in self.files.folders_in(f"translations/{language}"):
                folder = f"translations/{language}/{slug}"
                path = f"{folder}/course.yaml"
                head, source = self._load(path, TypeAdapter(schema.TranslatedCourse), self.files.read_text(path))
                if head is None:
                    continue
                original = courses.get(slug)
                if original is None or head.translation_of != slug:
                    self.refuse(
                        path,
                        source.line_of(("translation_of",)),
                        f"there is no course {head.translation_of!r} in a folder of that name",
                    )
                    continue
                self._check_language(head, language, path, source)
                known = {objective.id for objective in original.head.objectives}
                for number, objective in enumerate(head.objectives):
                    if objective.id not in known:
                        self.refuse(
                            path,
                            source.line_of(("objectives", number, "id")),
                            f"the course has no objective {objective.id!r}",
                        )
                yield Translation(
                    path=path,
                    language=language,
                    head=head,
                    modules=tuple(self._translated_modules(folder, language, head, source, original)),
                )

    def _translated_modules(
        self, folder: str, language: str, head: schema.TranslatedCourse, source: LocatedYaml, original: Course
    ) -> Iterable[Module]:
        originals = {module.path.rpartition("/")[2]: module for module in original.modules}
        titles = {entry.slug: entry.title for entry in head.modules}
        for number, entry in enumerate(head.modules):
            if entry.slug not in originals:
                self.refuse(
                    f"{folder}/course.yaml",
                    source.line_of(("modules", number, "slug")),
                    f"the course has no module {entry.slug!r}",
                )
        for name in self.files.folders_in(f"{folder}/modules"):
            module_folder = f"{folder}/modules/{name}"
            module = originals.get(name)
            if module is None:
                self.refuse(module_folder, 1, "the course has no module in a folder of this name")
                continue
            lessons = []
            for file_name in self._lesson_files(module_folder):
                lesson, lesson_source = self._read_lesson(f"{module_folder}/{file_name}", schema.TranslatedLessonHead)
                if lesson is None:
                    continue
                self._check_language(lesson.head, language, lesson.path, lesson_source)
                first = next((one for one in module.lessons if one.slug == lesson.slug), None)
                if first is None:
                    line = lesson_source.line_of(("translation_of",))
                    self.refuse(lesson.path, line, f"the module has no lesson {lesson.slug!r} to translate")
                    continue
                known = {objective.id for objective in first.head.objectives}
                for number, objective in enumerate(lesson.head.objectives):
                    if objective.id not in known:
                        line = lesson_source.line_of(("objectives", number, "id"))
                        self.refuse(lesson.path, line, f"the lesson has no objective {objective.id!r}")
                lessons.append(lesson)
            yield Module(
                path=module_folder, slug=module.slug, title=titles.get(name, module.title), lessons=tuple(lessons)
            )

    def _check_language(self, head: Any, language: str, path: str, source: LocatedYaml) -> None:
        if head.language != language:
            self.refuse(
                path,
                source.line_of(("language",)),
                f"the language {head.language!r} differs from the folder's, {language!r}",
            )
        if (head.direction == "rtl") != (language in ("ar", "fa", "he", "ur")):
            self.refuse(
                path,
                source.line_of(("direction",)),
                f"{head.direction!r} is not the direction in which {language!r} is written",
            )

    def _require_language(self, language: str, path: str, line: int) -> None:
        if language not in self.languages:
            self.refuse(path, line, f"the platform has no language {language!r}; it has {', '.join(self.languages)}")


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


def _key_problems(question: Any) -> Iterable[tuple[Place, str]]:
    """Yield (place within the question, sentence) for a key that no answer can meet."""
    match question:
        case schema.Single() | schema.Multiple():
            correct = sum(option.correct for option in question.options)
            if len(question.options) < 2:
                yield ("options",), "there must be at least two options"
            if isinstance(question, schema.Single) and correct != 1:
                yield ("options",), f"exactly one option must be correct, not {correct}"
            if isinstance(question, schema.Multiple) and not 2 <= correct < len(question.options):
                yield (
                    ("options",),
                    f"two or more options must be correct, but not all of them; here {correct} of {len(question.options)}",
                )
            yield from _repeated([option.id for option in question.options], ("options",), "option")
            yield from _repeated([option.text for option in question.options], ("options",), "option text")
        case schema.Matching():
            yield from _repeated([pair.left for pair in question.pairs], ("pairs",), "left side")
        case schema.Ordering():
            yield from _repeated(question.items, ("items",), "item")
        case schema.Pedigree():
            ids = {member.id for member in question.members}
            yield from _repeated([member.id for member in question.members], ("members",), "member")
            for number, member in enumerate(question.members):
                for parent in (member.father, member.mother):
                    if parent is not None and parent not in ids:
                        yield ("members", number), f"there is no member {parent!r}"
            for mode in question.answer:
                if mode not in question.modes:
                    yield ("answer",), f"the key {mode!r} is not among the modes offered"
        case schema.Vcf():
            yield from _repeated([ask.id for ask in question.asks], ("asks",), "ask")
            for number, ask in enumerate(question.asks):
                if isinstance(ask, schema.ChoiceAsk) and ask.answer not in ask.options:
                    yield ("asks", number, "answer"), f"the key {ask.answer!r} names no option"
        case schema.Hpo():
            yield from _repeated([term.id for term in question.terms], ("terms",), "term")
        case schema.Hgvs():
            if question.reference.level == "c" and question.reference.cds_start is None:
                yield ("reference",), "a description at level c needs cds_start"
            elif (question.reference.cds_start or 1) > len(question.reference.sequence):
                yield ("reference",), "cds_start lies beyond the sequence"


def _proof_problems(item: Mapping[str, Any]) -> Iterable[tuple[Place, str]]:
    """Yield (place within the question, sentence) for a key that its own marker does not mark as its file says."""
    question = Question(
        kind=item["type"],
        stem=item["stem"],
        task=json.dumps(task_in_files(item, str)),
        trials=json.dumps(trials_in_files(item, str)),
    )
    problems = question.problems()
    for problem in problems.values():
        yield _place_in_file(item, problem.place), problem
    if item["type"] == "hgvs" and not problems and observed_of(question.item) != item["observed"]:
        yield ("observed",), "the key leads to another sequence than the one observed"


def _place_in_file(item: Mapping[str, Any], place: Place) -> Place:
    """Return where a file states what has this place in the item that is marked."""
    match item["type"], place:
        case "hgvs", ["key"]:
            return ("answer",)
        case "hgvs", ["reference"]:
            return ("reference", "sequence")
        case "hgvs", ["accession" | "cds_start" | "cds_end"]:
            return ("reference", *place)
        case "hpo", ["terms", term, *rest]:
            return ("terms", [one["id"] for one in item["terms"]].index(term), *rest)
    return place


def _repeated(names: Sequence[str], place: Place, kind: str) -> Iterable[tuple[Place, str]]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield (*place, number), f"the {kind} {name!r} stands here twice"


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
