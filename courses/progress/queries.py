from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, BooleanField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from wagtail.models import Page

from courses.assessments.models import Quiz, QuizStanding
from courses.assessments.queries import live_uses
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import Person, enrolments_of
from courses.lessons.models import Lesson
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress

LESSON, QUIZ = "lesson", "quiz"


@dataclass(frozen=True)
class Step:
    """A lesson or quiz in a syllabus, with what this reader has done of it. kind: "lesson" or "quiz".

    language: the code of the language it is in, where that is not the course page's own; else empty.
    """

    kind: str
    page_id: int
    translation_key: str
    title: str
    minutes: int
    url: str
    language: str = ""
    is_open: bool = False
    is_done: bool = False
    is_current: bool = False
    is_missing: bool = False  # completing the course asks for it, and it is not done


@dataclass(frozen=True)
class SyllabusModule:
    """A module and its steps, in order."""

    page_id: int
    title: str
    url: str
    steps: tuple[Step, ...]
    language: str = ""

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True)
class Syllabus:
    """A course as one reader sees it: its modules, and the progress of their enrolment if there is one."""

    title: str
    url: str
    modules: tuple[SyllabusModule, ...]
    enrolment: Enrolment | None = None
    progress: rules.Progress | None = None
    steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(step for module in self.modules for step in module.steps))

    @property
    def lessons(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == LESSON)

    @property
    def quizzes(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == QUIZ)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)

    @property
    def minutes_done(self) -> int:
        return sum(step.minutes for step in self.steps if step.is_done)

    @property
    def missing(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_missing)

    @property
    def next_step(self) -> Step | None:
        """Return where to go on: the first step not done from the current one on, else the first not done."""
        here = next((n for n, step in enumerate(self.steps) if step.is_current), 0)
        return next((step for step in (*self.steps[here:], *self.steps) if not step.is_done), None)


@dataclass(frozen=True)
class Record:
    """What an enrolment has done. done_keys: translation keys of lessons done and quizzes passed, asked for or not.

    missing_keys: translation keys of the steps that completing asks for and that are not done.
    """

    progress: rules.Progress
    done_keys: frozenset[str]
    missing_keys: frozenset[str]


# -- What a course holds ------------------------------------------------------------------------------------------


def syllabuses_of(courses: Iterable[CoursePage]) -> dict[int, Syllabus]:
    """Return the syllabus of each course, by page id, without anybody's progress.

    One query, and two more if one is a translation: what a translation lacks is shown in the first language, so
    that a course asks for the same in every language.
    """
    courses = list(courses)
    rows = _page_rows([course.path for course in courses])
    heads = {course.path: next((row for row in rows if row["path"] == course.path), None) for course in courses}
    originals = _originals([head for head in heads.values() if head])
    return {
        course.pk: _syllabus(head, rows, original=originals.get(head["translation_key"]), url=course.url or "")
        for course in courses
        if (head := heads[course.path])
    }


def syllabus_around(page: Page) -> Syllabus | None:
    """Return the syllabus of the course that a lesson or quiz page stands in, or None if the course is not live."""
    course_path = page.path[: -2 * Page.steplen]
    rows = _page_rows([course_path])
    if not rows or rows[0]["path"] != course_path:
        return None
    head = rows[0]
    below = len(page.url_path) - len(head["url_path"])
    original = _originals([head]).get(head["translation_key"])
    return _syllabus(head, rows, original=original, url=(page.url or "")[:-below])


def _page_rows(paths: Sequence[str]) -> list[dict[str, Any]]:
    """Return the live pages at and below these places in the tree, in order, as plain rows; one query."""
    if not paths:
        return []
    below = reduce(or_, (Q(path__startswith=path) for path in paths))
    return list(
        Page.objects.live()
        .filter(below)
        .order_by("path")
        .annotate(
            lesson_minutes=F("lessonpage__minutes"),
            is_preview=F("lessonpage__is_preview"),
            quiz_minutes=F("quizpage__minutes"),
            is_asked=Exists(live_uses().filter(page=OuterRef("pk"))),
            language=F("locale__language_code"),
        )
        .values(
            "pk",
            "path",
            "url_path",
            "title",
            "translation_key",
            "language",
            "lesson_minutes",
            "is_preview",
            "quiz_minutes",
            "is_asked",
        )
    )


def _originals(heads: Sequence[Mapping[str, Any]]) -> dict[Any, tuple[list[dict[str, Any]], str]]:
    """Return translation key -> (rows, address) of the first-language course of each translation among these."""
    keys = [head["translation_key"] for head in heads if head["language"] != settings.LANGUAGE_CODE]
    if not keys:
        return {}
    pages = CoursePage.objects.live().filter(translation_key__in=keys, locale__language_code=settings.LANGUAGE_CODE)
    originals = {page.path: page for page in pages}
    rows = _page_rows(list(originals))
    return {
        page.translation_key: ([row for row in rows if row["path"].startswith(path)], page.url or "")
        for path, page in originals.items()
    }


def _syllabus(
    head: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    original: tuple[list[dict[str, Any]], str] | None,
    url: str,
) -> Syllabus:
    own = [row for row in rows if row["path"].startswith(head["path"])]
    addresses = {row["pk"]: url + row["url_path"][len(head["url_path"]) :] for row in own}
    base: Sequence[Mapping[str, Any]] = own
    base_head = head
    if original:
        base, base_head = original[0], original[0][0]
        addresses |= {row["pk"]: original[1] + row["url_path"][len(base_head["url_path"]) :] for row in base}
    translated = {row["translation_key"]: row for row in own}

    def shown(row: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
        row = translated.get(row["translation_key"], row)
        return row, "" if row["language"] == head["language"] else row["language"]

    module_length = len(base_head["path"]) + Page.steplen
    modules = []
    for module in (row for row in base if len(row["path"]) == module_length):
        steps = []
        for row in base:
            if row["path"][: -Page.steplen] != module["path"]:
                continue
            if row["lesson_minutes"] is None and not row["is_asked"]:
                continue
            row, language = shown(row)
            steps.append(
                Step(
                    kind=QUIZ if row["lesson_minutes"] is None else LESSON,
                    page_id=row["pk"],
                    translation_key=str(row["translation_key"]),
                    title=row["title"],
                    minutes=row["quiz_minutes"] if row["lesson_minutes"] is None else row["lesson_minutes"],
                    url=addresses[row["pk"]],
                    language=language,
                    is_open=bool(row["is_preview"]),
                )
            )
        row, language = shown(module)
        modules.append(
            SyllabusModule(
                page_id=row["pk"],
                title=row["title"],
                url=addresses[row["pk"]],
                steps=tuple(steps),
                language=language,
            )
        )
    return Syllabus(title=head["title"], url=url, modules=tuple(modules))


# -- What somebody has done of it ---------------------------------------------------------------------------------


def syllabus_for(course: CoursePage, enrolment: Enrolment | None = None) -> Syllabus:
    """Return a course's syllabus with this enrolment's ticks; the place to go on is its current step."""
    syllabus = syllabuses_of([course]).get(course.pk) or Syllabus(title=course.title, url=course.url or "", modules=())
    if enrolment is None:
        return syllabus
    return ticked(syllabus, enrolment, records_of([enrolment])[enrolment.pk], current_key=resume_key(enrolment))


def resume_key(enrolment: Enrolment) -> str:
    """Return the translation key of the lesson last opened, or an empty text."""
    return str(enrolment.resume_lesson.translation_key) if enrolment.resume_lesson else ""


def ticked(syllabus: Syllabus, enrolment: Enrolment, record: Record, *, current_key: str) -> Syllabus:
    """Return a syllabus with this enrolment's ticks and with the step of this translation key as the current one."""
    modules = tuple(
        replace(
            module,
            steps=tuple(
                replace(
                    step,
                    is_open=True,
                    is_done=step.translation_key in record.done_keys,
                    is_missing=step.translation_key in record.missing_keys,
                    is_current=step.translation_key == current_key,
                )
                for step in module.steps
            ),
        )
        for module in syllabus.modules
    )
    return replace(syllabus, modules=modules, enrolment=enrolment, progress=record.progress)


def records_of(enrolments: Iterable[Enrolment]) -> dict[int, Record]:
    """Return what each enrolment has done, by its id; one query, however many enrolments."""
    enrolments = list(enrolments)
    if not enrolments:
        return {}
    key_of: dict[tuple[str, int], str] = {}
    retired: dict[str, set[int]] = defaultdict(set)
    done: dict[tuple[str, int], set[int]] = defaultdict(set)
    for kind, step_id, key, is_retired, enrolment_id in _step_rows(enrolments):
        if enrolment_id is not None:
            done[kind, enrolment_id].add(step_id)
            continue
        key_of[kind, step_id] = str(key)
        if is_retired:
            retired[kind].add(step_id)
    return {
        enrolment.pk: _record(
            enrolment,
            lessons=done[LESSON, enrolment.pk],
            quizzes=done[QUIZ, enrolment.pk],
            key_of=key_of,
            retired=retired,
        )
        for enrolment in enrolments
    }


def _record(
    enrolment: Enrolment,
    *,
    lessons: set[int],
    quizzes: set[int],
    key_of: Mapping[tuple[str, int], str],
    retired: Mapping[str, set[int]],
) -> Record:
    progress = rules.measure(
        lesson_ids=enrolment.contract.lesson_ids,
        quiz_ids=enrolment.contract.quiz_ids,
        done_lesson_ids=lessons,
        passed_quiz_ids=quizzes,
        retired_lesson_ids=retired.get(LESSON, ()),
        retired_quiz_ids=retired.get(QUIZ, ()),
    )
    done = [(LESSON, n) for n in lessons] + [(QUIZ, n) for n in quizzes]
    missing = [(LESSON, n) for n in progress.missing_lesson_ids] + [(QUIZ, n) for n in progress.missing_quiz_ids]
    return Record(
        progress=progress,
        done_keys=frozenset(key_of[step] for step in done if step in key_of),
        missing_keys=frozenset(key_of[step] for step in missing if step in key_of),
    )


def _step_rows(enrolments: Sequence[Enrolment]) -> Iterable[tuple[str, int, UUID | None, bool | None, int | None]]:
    """Return what is known of these enrolments' lessons and quizzes: one query made of four.

    (kind, id, translation key, is retired, None) of every step of their courses and contracts;
    (kind, id, None, None, enrolment id) of every lesson done and quiz passed.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    contracts = [enrolment.contract for enrolment in enrolments]
    course_ids = {contract.course_id for contract in contracts}
    lesson_ids = {n for contract in contracts for n in contract.lesson_ids}
    quiz_ids = {n for contract in contracts for n in contract.quiz_ids}
    nobody = Value(None, output_field=BigIntegerField())
    no_key, unknown = Value(None, output_field=UUIDField()), Value(None, output_field=BooleanField())
    known = ("step_kind", "pk", "translation_key", "is_retired", "whose")
    lessons = Lesson.objects.filter(Q(course__in=course_ids) | Q(pk__in=lesson_ids))
    quizzes = Quiz.objects.filter(Q(course__in=course_ids) | Q(pk__in=quiz_ids))
    done = LessonProgress.objects.filter(enrolment__in=ids).exclude(done_at=None)
    passed = QuizStanding.objects.filter(enrolment__in=ids).exclude(passed_at=None)
    marks = {"key": no_key, "is_away": unknown}
    # PostgreSQL types each column pair by pair, so a row with a key and one with an enrolment come first.
    return (
        lessons.annotate(step_kind=Value(LESSON), whose=nobody)
        .values_list(*known)
        .union(
            done.annotate(step_kind=Value(LESSON), **marks).values_list(
                "step_kind", "lesson_id", "key", "is_away", "enrolment_id"
            ),
            quizzes.annotate(step_kind=Value(QUIZ), whose=nobody).values_list(*known),
            passed.annotate(step_kind=Value(QUIZ), **marks).values_list(
                "step_kind", "quiz_id", "key", "is_away", "enrolment_id"
            ),
            all=True,
        )
    )


def completions_of(person: Person) -> QuerySet[Completion]:
    """Return a person's completions, newest first."""
    return (
        Completion.objects.filter(enrolment__in=enrolments_of(person))
        .select_related("contract")
        .order_by("-completed_at")
    )
