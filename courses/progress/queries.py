from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, Case, Exists, F, FloatField, OuterRef, Q, QuerySet, UUIDField, Value, When
from wagtail.models import Page

from courses.assessments.models import Quiz, QuizStanding
from courses.assessments.queries import live_uses
from courses.assessments.rules import percent_of
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Contract, Enrolment
from courses.enrolment.queries import Person, enrolments_of
from courses.lessons.models import Lesson
from courses.media.models import MediaItem
from courses.media.rules.ranges import share
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress, WatchedMedia
from courses.progress.rules import LESSON, QUIZ, Requirement


@dataclass(frozen=True)
class Step:
    """A lesson or quiz in a syllabus, with what this reader has done of it. kind: "lesson" or "quiz".

    language: the code of the language it is in, where that is not the course page's own; else empty.
    is_required: asked of those who enrol today; else an optional lesson or a quiz for practice.
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

    @property
    def has_own_marks(self) -> bool:
        """Say whether a quiz has a pass mark of its own."""
        return any(step.own_mark_percent for step in self.steps)

    @property
    def required(self) -> tuple[Step, ...]:
        """What is asked of those who enrol today."""
        return tuple(step for step in self.steps if step.is_required)

    @property
    def missing(self) -> tuple[Step, ...]:
        """Why the course is not complete yet, for whoever asks: the learner, who teaches them, who leads."""
        return tuple(step for step in self.steps if step.is_missing)

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.missing)

    @property
    def next_step(self) -> Step | None:
        """Return where to go on: the first step that is missing from the current one on, else the first missing.

        When nothing is missing, or nobody is enrolled, the same of the steps not done.
        """
        here = next((n for n, step in enumerate(self.steps) if step.is_current), 0)
        ahead = [step for step in (*self.steps[here:], *self.steps) if not step.is_done]
        return next((step for step in ahead if step.is_missing), next(iter(ahead), None))


@dataclass(frozen=True)
class Record:
    """What an enrolment has done; steps by translation key.

    done_keys: lessons done and quizzes passed, asked for or not; contract_keys: what the contract asked for at first;
    asked_keys: what is asked today; missing: of that, what is not done, as (per cent asked, per cent reached).
    quiz_ids: of the quizzes of its course.
    """

    progress: rules.Progress
    done_keys: frozenset[str]
    contract_keys: frozenset[str]
    asked_keys: frozenset[str]
    missing: Mapping[str, tuple[int, int]]
    quiz_ids: Mapping[str, int]


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
            is_optional=F("lessonpage__is_optional"),
            is_graded=F("quizpage__is_graded"),
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
            own_mark_percent = row["own_mark_percent"]
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
    is_spared = step.is_required and key not in record.asked_keys
    return replace(
        step,
        is_open=True,
        is_done=key in record.done_keys,
        is_missing=key in record.missing,
        is_current=key == current_key,
        is_new=is_spared and key not in record.contract_keys,
        is_eased=is_spared and key in record.contract_keys,
        mark_percent=enrolment.contract.mark_asked_of(record.quiz_ids.get(key, 0)) if step.kind == QUIZ else 0,
        asked_percent=asked_percent,
        best_percent=best_percent,
    )


def requirements_of(contract: Contract) -> list[Requirement]:
    """Return what a contract asks for, with the pass mark that holds today."""
    return [
        *(Requirement(LESSON, n) for n in contract.lesson_ids),
        *(Requirement(QUIZ, n, contract.mark_asked_of(n)) for n in contract.quiz_ids),
    ]


def records_of(enrolments: Iterable[Enrolment]) -> dict[int, Record]:
    """Return what each enrolment has done, by its id; one query, however many enrolments."""
    enrolments = list(enrolments)
    if not enrolments:
        return {}
    key_of: dict[rules.Step, str] = {}
    reached: dict[int, dict[rules.Step, float]] = defaultdict(dict)
    for kind, step_id, key, fraction, enrolment_id in _step_rows(enrolments):
        if enrolment_id is None:
            key_of[kind, step_id] = str(key)
        else:
            reached[enrolment_id][kind, step_id] = fraction or 0
    quiz_ids = {key: step_id for (kind, step_id), key in key_of.items() if kind == QUIZ}
    return {one.pk: _record(one.contract, reached[one.pk], key_of, quiz_ids) for one in enrolments}


def _record(
    contract: Contract,
    reached: Mapping[rules.Step, float],
    key_of: Mapping[rules.Step, str],
    quiz_ids: Mapping[str, int],
) -> Record:
    requirements = requirements_of(contract)
    easing = contract.easing
    eased = {*((LESSON, n) for n in easing.lesson_ids), *((QUIZ, n) for n in easing.quiz_ids)}
    progress = rules.measure(requirements, reached, eased=eased)
    # A step that nobody is asked for is done by the same measure: a lesson marked so, a quiz with its mark.
    marks = {step: contract.mark_asked_of(step[1]) for step in reached if step[0] == QUIZ}
    done = [step for step in reached if Requirement(*step, marks.get(step, 100)).is_met(reached)]

    def keys(steps: Iterable[rules.Step]) -> frozenset[str]:
        return frozenset(key_of[step] for step in steps if step in key_of)

    return Record(
        progress=progress,
        done_keys=keys(done),
        contract_keys=keys(one.step for one in requirements),
        asked_keys=keys(one.step for one in progress.asked),
        missing={
            key_of[one.step]: (one.percent, percent_of(reached.get(one.step, 0)))
            for one in progress.missing
            if one.step in key_of
        },
        quiz_ids=quiz_ids,
    )


def _step_rows(enrolments: Sequence[Enrolment]) -> Iterable[tuple[str, int, UUID | None, float | None, int | None]]:
    """Return what is known of these enrolments' lessons and quizzes: one query made of four.

    (kind, id, translation key, None, None) of every step of their courses and contracts;
    (kind, id, None, fraction reached, enrolment id) of every lesson done and quiz taken; a quiz once passed is at 1.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    contracts = [enrolment.contract for enrolment in enrolments]
    course_ids = {contract.course_id for contract in contracts}
    lesson_ids = {n for contract in contracts for n in contract.lesson_ids}
    quiz_ids = {n for contract in contracts for n in contract.quiz_ids}
    nothing = {
        "reached": Value(None, output_field=FloatField()),
        "whose": Value(None, output_field=BigIntegerField()),
    }
    no_key = Value(None, output_field=UUIDField())
    known = ("step_kind", "pk", "translation_key", "reached", "whose")
    lessons = Lesson.objects.filter(Q(course__in=course_ids) | Q(pk__in=lesson_ids))
    quizzes = Quiz.objects.filter(Q(course__in=course_ids) | Q(pk__in=quiz_ids))
    done = LessonProgress.objects.filter(enrolment__in=ids).exclude(done_at=None)
    taken = QuizStanding.objects.filter(enrolment__in=ids)
    all_of_it = Value(1.0, output_field=FloatField())
    best = Case(When(passed_at=None, then=F("best_fraction")), default=all_of_it)
    # PostgreSQL types each column pair by pair, so a row with a key and one with an enrolment come first.
    return (
        lessons.annotate(step_kind=Value(LESSON), **nothing)
        .values_list(*known)
        .union(
            done.annotate(step_kind=Value(LESSON), key=no_key, reached=all_of_it).values_list(
                "step_kind", "lesson_id", "key", "reached", "enrolment_id"
            ),
            quizzes.annotate(step_kind=Value(QUIZ), **nothing).values_list(*known),
            taken.annotate(step_kind=Value(QUIZ), key=no_key, reached=best).values_list(
                "step_kind", "quiz_id", "key", "reached", "enrolment_id"
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


# -- Recordings ---------------------------------------------------------------------------------------------------


def watched_share(enrolment: Enrolment, item: MediaItem) -> float:
    """Return how much of a recording a learner has played, in [0, 1]; one query."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item).first()
    return share(watched.ranges, duration=item.duration) if watched else 0.0


def resume_seconds(enrolment: Enrolment, item: MediaItem) -> float:
    """Return where a learner stopped in a recording; 0 if they have not begun."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item)
    return watched.values_list("position_seconds", flat=True).first() or 0.0
