from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import ceil
from operator import or_
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from wagtail.models import Page

from courses.assessments.models import Quiz, QuizStanding
from courses.assessments.queries import live_uses
from courses.assessments.rules import percent_of
from courses.catalogue.models import CoursePage
from courses.enrolment.models import Contract, Enrolment
from courses.enrolment.queries import Person, enrolments_of
from courses.lessons.models import Lesson, LessonPage
from courses.media.models import MediaItem
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress, WatchedMedia
from courses.progress.rules import LESSON, QUIZ, WATCHED, Requirement


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


@dataclass(frozen=True)
class AskedRecording:
    """A recording to be watched, and how far somebody is with it. duration: in seconds."""

    item_id: int
    title: str
    duration: float
    asked_percent: int
    reached_percent: int
    is_missing: bool


@dataclass(frozen=True)
class Record:
    """What an enrolment has done; steps by translation key.

    done_keys: lessons done and quizzes passed, asked for or not; contract_keys: what the contract asked for at first;
    asked_keys: what is asked today; missing: of that, what is not done, as (per cent asked, per cent reached).
    quiz_ids: of the quizzes of its course; recordings: those asked for, by the lesson that each stands in.
    """

    progress: rules.Progress
    done_keys: frozenset[str]
    contract_keys: frozenset[str]
    asked_keys: frozenset[str]
    missing: Mapping[str, tuple[int, int]]
    quiz_ids: Mapping[str, int]
    recordings: Mapping[str, Sequence[AskedRecording]]


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


def requirements_of(contract: Contract) -> list[Requirement]:
    """Return what a contract asks for, with the marks and shares that hold today."""
    return [
        *(Requirement(LESSON, n) for n in contract.lesson_ids),
        *(Requirement(QUIZ, n, contract.mark_asked_of(n)) for n in contract.quiz_ids),
        *(Requirement(WATCHED, n, contract.share_asked_of(n)) for n in contract.recording_ids),
    ]


def records_of(enrolments: Iterable[Enrolment]) -> dict[int, Record]:
    """Return what each enrolment has done, by its id; one query, however many enrolments."""
    enrolments = list(enrolments)
    if not enrolments:
        return {}
    key_of: dict[rules.Step, str] = {}
    reached: dict[int, dict[rules.Step, float]] = defaultdict(dict)
    media: dict[int, tuple[str, float]] = {}
    for kind, step_id, key, title, amount, enrolment_id in _step_rows(enrolments):
        if enrolment_id is not None:
            reached[enrolment_id][kind, step_id] = amount or 0
        elif kind == WATCHED:
            media[step_id] = title, amount or 0
        else:
            key_of[kind, step_id] = str(key)
    quiz_ids = {key: step_id for (kind, step_id), key in key_of.items() if kind == QUIZ}
    return {one.pk: _record(one.contract, reached[one.pk], key_of, quiz_ids, media) for one in enrolments}


def _record(
    contract: Contract,
    reached: Mapping[rules.Step, float],
    key_of: Mapping[rules.Step, str],
    quiz_ids: Mapping[str, int],
    media: Mapping[int, tuple[str, float]],
) -> Record:
    requirements = requirements_of(contract)
    easing = contract.easing
    eased = {
        *((LESSON, n) for n in easing.lesson_ids),
        *((QUIZ, n) for n in easing.quiz_ids),
        *((WATCHED, n) for n in easing.recording_ids),
    }
    progress = rules.measure(requirements, reached, eased=eased)
    # A step that nobody is asked for is done by the same measure: a lesson marked so, a quiz with its mark.
    marks = {step: contract.mark_asked_of(step[1]) for step in reached if step[0] == QUIZ}
    done = [step for step in reached if Requirement(*step, marks.get(step, 100)).is_met(reached)]

    lesson_of = {item_id: key_of[LESSON, lesson_id] for item_id, _percent, lesson_id in contract.recordings}
    recordings = defaultdict(list)
    for one in progress.asked:
        if one.kind == WATCHED:
            title, duration = media.get(one.step_id, ("", 0))
            reached_percent = percent_of(reached.get(one.step, 0))
            recordings[lesson_of[one.step_id]].append(
                AskedRecording(one.step_id, title, duration, one.percent, reached_percent, not one.is_met(reached))
            )

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
        recordings=recordings,
    )


def _step_rows(
    enrolments: Sequence[Enrolment],
) -> Iterable[tuple[str, int, UUID | None, str, float | None, int | None]]:
    """Return what is known of these enrolments' lessons, quizzes and recordings to be watched: one query of four or six.

    (kind, id, translation key, "", None, None) of every lesson and quiz of their courses and contracts;
    (kind, id, None, title, seconds, None) of every recording;
    (kind, id, None, "", fraction reached, enrolment id) of all that was done; a quiz once passed is at 1.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    contracts = [enrolment.contract for enrolment in enrolments]
    course_ids = {contract.course_id for contract in contracts}
    lesson_ids = {n for contract in contracts for n in contract.lesson_ids}
    quiz_ids = {n for contract in contracts for n in contract.quiz_ids}
    recording_ids = {n for contract in contracts for n in contract.recording_ids}
    no_title = Value("", output_field=CharField())
    nobody = Value(None, output_field=BigIntegerField())
    nothing = {"no_title": no_title, "reached": Value(None, output_field=FloatField()), "whose": nobody}
    no_key = Value(None, output_field=UUIDField())
    known = ("step_kind", "pk", "translation_key", "no_title", "reached", "whose")
    lessons = Lesson.objects.filter(Q(course__in=course_ids) | Q(pk__in=lesson_ids))
    quizzes = Quiz.objects.filter(Q(course__in=course_ids) | Q(pk__in=quiz_ids))
    done = LessonProgress.objects.filter(enrolment__in=ids).exclude(done_at=None)
    taken = QuizStanding.objects.filter(enrolment__in=ids)
    all_of_it = Value(1.0, output_field=FloatField())
    best = Case(When(passed_at=None, then=F("best_fraction")), default=all_of_it)
    # PostgreSQL types each column pair by pair, so a row with a key and one with an enrolment come first.
    rows = [
        lessons.annotate(step_kind=Value(LESSON), **nothing).values_list(*known),
        done.annotate(step_kind=Value(LESSON), key=no_key, no_title=no_title, reached=all_of_it).values_list(
            "step_kind", "lesson_id", "key", "no_title", "reached", "enrolment_id"
        ),
        quizzes.annotate(step_kind=Value(QUIZ), **nothing).values_list(*known),
        taken.annotate(step_kind=Value(QUIZ), key=no_key, no_title=no_title, reached=best).values_list(
            "step_kind", "quiz_id", "key", "no_title", "reached", "enrolment_id"
        ),
    ]
    if recording_ids:
        media = MediaItem.objects.filter(pk__in=recording_ids)
        watched = WatchedMedia.objects.filter(enrolment__in=ids, item_id__in=recording_ids)
        rows += [
            media.annotate(step_kind=Value(WATCHED), key=no_key, whose=nobody).values_list(
                "step_kind", "pk", "key", "title", "duration", "whose"
            ),
            watched.annotate(step_kind=Value(WATCHED), key=no_key, no_title=no_title).values_list(
                "step_kind", "item_id", "key", "no_title", "reached_fraction", "enrolment_id"
            ),
        ]
    return rows[0].union(*rows[1:], all=True)


def completions_of(person: Person) -> QuerySet[Completion]:
    """Return a person's completions, newest first."""
    return (
        Completion.objects.filter(enrolment__in=enrolments_of(person))
        .select_related("contract")
        .order_by("-completed_at")
    )


# -- Recordings ---------------------------------------------------------------------------------------------------


def watched_share(enrolment: Enrolment, item: MediaItem) -> float:
    """Return how much of a recording counts as watched, in [0, 1]; one query."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item)
    return watched.values_list("reached_fraction", flat=True).first() or 0.0


def original_recording(page: LessonPage, item_id: int) -> int:
    """Return which recording of the first language one of a lesson stands for: itself, or the one in its place there."""
    original = LessonPage.objects.filter(
        translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
    ).first()
    theirs = original.recording_ids if original else []
    place = page.recording_ids.index(item_id)
    return item_id if item_id in theirs or place >= len(theirs) else theirs[place]


def resume_seconds(enrolment: Enrolment, item: MediaItem) -> float:
    """Return where a learner stopped in a recording; 0 if they have not begun."""
    watched = WatchedMedia.objects.filter(enrolment=enrolment, item=item)
    return watched.values_list("position_seconds", flat=True).first() or 0.0
