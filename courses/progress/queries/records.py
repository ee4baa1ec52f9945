from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    FloatField,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)

from courses.assessments.models import Quiz, QuizStanding
from courses.assessments.rules import percent_of
from courses.enrolment.models import Contract, Enrolment
from courses.enrolment.queries import Person, enrolments_of
from courses.lessons.models import Lesson
from courses.media.models import MediaItem
from courses.progress import rules
from courses.progress.models import Completion, LessonProgress, WatchedMedia
from courses.progress.rules import LESSON, QUIZ, WATCHED, Requirement


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


def requirements_of(contract: Contract) -> list[Requirement]:
    """Return what a contract asks for, with the marks and shares that hold today."""
    return [
        *(Requirement(LESSON, n) for n in contract.lesson_ids),
        *(Requirement(QUIZ, n, contract.mark_asked_of(n)) for n in contract.quiz_ids),
        *(Requirement(WATCHED, n, contract.share_asked_of(n)) for n in contract.recording_ids),
    ]


def eased_steps(contract: Contract) -> set[rules.Step]:
    """Return the steps of a contract that a later version asks of nobody."""
    easing = contract.easing
    return {
        *((LESSON, n) for n in easing.lesson_ids),
        *((QUIZ, n) for n in easing.quiz_ids),
        *((WATCHED, n) for n in easing.recording_ids),
    }


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
    progress = rules.measure(requirements, reached, eased=eased_steps(contract))
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
