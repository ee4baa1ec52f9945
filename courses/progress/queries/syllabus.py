from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import ceil
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Q,
)
from wagtail.models import Page

from courses.assessments.queries import live_uses
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Enrolment
from courses.lessons.queries import course_path_of
from courses.progress import rules
from courses.progress.queries.records import AskedRecording, Record, records_of
from courses.progress.rules import LESSON, QUIZ, WATCHED


@dataclass(frozen=True)
class Unwatched:
    """A recording that is missing, told as a Step is. url: where it stands in its lesson."""

    item_id: int
    title: str
    url: str
    minutes: int
    asked_percent: int
    best_percent: int
    kind: str = WATCHED
    language: str = ""


@dataclass(frozen=True)
class Step:
    """A lesson or quiz in a syllabus, with what this reader has done of it. kind: "lesson" or "quiz".

    language: the code of the language it is in, where that is not the course page's own; else empty.
    is_required: asked of those who enrol today; else an optional lesson or a quiz for practice.
    watched_percent: how much of each recording of a lesson is to be watched, by who enrols today or, once enrolled, by
    this reader; unwatched: those of them that are missing.
    own_mark_percent: the pass mark of a quiz that does not have the course's; mark_percent: the one that holds for this
    reader, 0 if they are not enrolled.
    asked_percent, best_percent: of a quiz that is missing, the mark asked for and the best result so far.
    """

    kind: str
    page_id: int
    translation_key: str
    title: str
    minutes: int
    url: str
    language: str = ""
    is_required: bool = True
    watched_percent: int | None = None
    unwatched: tuple[Unwatched, ...] = ()
    own_mark_percent: int | None = None
    mark_percent: int = 0
    is_open: bool = False
    is_done: bool = False
    is_current: bool = False
    is_missing: bool = False  # completing the course asks for it, and it is not done
    is_new: bool = False  # published since this reader enrolled, and asked only of those who came later
    is_eased: bool = False  # this reader was asked for it, until a later version let it go
    asked_percent: int = 0
    best_percent: int = 0


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

    def numbered(self, step: Step) -> tuple[str, SyllabusModule]:
        """Return the number of a step as learners see it, such as "2.3", and the module that it is in."""
        number, module = next((n, one) for n, one in enumerate(self.modules, start=1) if step in one.steps)
        return f"{number}.{module.steps.index(step) + 1}", module

    @property
    def has_own_marks(self) -> bool:
        """Say whether a quiz has a pass mark of its own."""
        return any(step.own_mark_percent for step in self.steps)

    @property
    def has_recordings_to_watch(self) -> bool:
        return any(step.watched_percent for step in self.steps)

    @property
    def required(self) -> tuple[Step, ...]:
        """What is asked of those who enrol today."""
        return tuple(step for step in self.steps if step.is_required)

    @property
    def missing(self) -> tuple[Step | Unwatched, ...]:
        """Why the course is not complete yet, for whoever asks: the learner, who teaches them, who leads."""
        return tuple(need for step in self.steps for need in (*((step,) if step.is_missing else ()), *step.unwatched))

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.missing)

    @property
    def next_step(self) -> Step | None:
        """Return where to go on: the first step that lacks something from the current one on, else the first of all.

        When nothing is missing, or nobody is enrolled, the same of the steps not done.
        """
        here = next((n for n, step in enumerate(self.steps) if step.is_current), 0)
        ahead = (*self.steps[here:], *self.steps)
        lacking = (step for step in ahead if step.is_missing or step.unwatched)
        return next(lacking, next((step for step in ahead if not step.is_done), None))


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
    course_path = course_path_of(page)
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
            is_optional=F("lessonpage__is_optional"),
            is_graded=F("quizpage__is_graded"),
            watched_percent=F("lessonpage__watched_percent"),
            own_mark_percent=F("quizpage__pass_mark_percent"),
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
            "is_optional",
            "is_graded",
            "watched_percent",
            "own_mark_percent",
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
            is_required = bool(row["is_graded"]) if row["lesson_minutes"] is None else not row["is_optional"]
            watched_percent, own_mark_percent = row["watched_percent"], row["own_mark_percent"]
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
                    is_required=is_required,
                    watched_percent=watched_percent if is_required else None,
                    own_mark_percent=own_mark_percent,
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
        replace(module, steps=tuple(_ticked(step, enrolment, record, current_key=current_key) for step in module.steps))
        for module in syllabus.modules
    )
    return replace(syllabus, modules=modules, enrolment=enrolment, progress=record.progress)


def _ticked(step: Step, enrolment: Enrolment, record: Record, *, current_key: str) -> Step:
    key = step.translation_key
    asked_percent, best_percent = record.missing.get(key, (0, 0))
    recordings = record.recordings.get(key, ())
    is_spared = step.is_required and key not in record.asked_keys
    return replace(
        step,
        is_open=True,
        is_done=key in record.done_keys,
        is_missing=key in record.missing,
        is_current=key == current_key,
        is_new=is_spared and key not in record.contract_keys,
        is_eased=is_spared and key in record.contract_keys,
        watched_percent=min((one.asked_percent for one in recordings), default=None),
        unwatched=tuple(_unwatched(one, step, record) for one in recordings if one.is_missing),
        mark_percent=enrolment.contract.mark_asked_of(record.quiz_ids.get(key, 0)) if step.kind == QUIZ else 0,
        asked_percent=asked_percent,
        best_percent=best_percent,
    )


def _unwatched(recording: AskedRecording, step: Step, record: Record) -> Unwatched:
    seconds = recording.duration * (recording.asked_percent - recording.reached_percent) / 100
    is_in_the_lesson = step.translation_key in record.missing  # whose minutes hold it
    return Unwatched(
        item_id=recording.item_id,
        title=recording.title or step.title,
        url=f"{step.url}#media-{recording.item_id}",
        minutes=0 if is_in_the_lesson else ceil(seconds / 60),
        asked_percent=recording.asked_percent,
        best_percent=recording.reached_percent,
    )
