import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from courses.assessments.forms import attempt_form
from courses.assessments.models import QuizPage
from courses.assessments.queries import attempts_at
from courses.assessments.rules import is_over
from courses.assessments.services import save_draft
from courses.enrolment.models import Enrolment
from courses.lessons.models import LessonPage
from courses.offline.models import SyncedEvent
from courses.offline.queries import Place, pages_of, places_of, reasons_of_known
from courses.offline.rules import Batch, Event, happened_at
from courses.progress.queries.locking import known_lessons, locked_enrolment
from courses.progress.services import (
    is_done_by_word,
    lesson_of,
    record_read,
    record_watched,
    submit_quiz,
    submit_quiz_taken_away,
)
from courses.progress.settling import Mark, settle
from courses.reflections.queries import question_at, reflections_at
from courses.reflections.services import save_reflection
from lms.accounts.models import User
from lms.lib.errors import Refusal
from lms.lib.sql import prepared_moment, prepared_uuid, table

logger = logging.getLogger(__name__)

KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Answer:
    """What became of an event. known: the academy had it already; later: it is to be sent again."""

    event_id: UUID
    state: Literal["accepted", "known", "refused", "later"]
    reason: str = ""


def take_batch(person: User, batch: Batch, *, now: datetime) -> list[Answer]:
    """Count what a person did on a device, and answer for each event, in order.

    Any order, any repeat and any number of senders at once leave what one after another leaves. Each enrolment is one
    transaction, whose lock decides who was first; for lessons it takes as many statements for fifty events as for one.
    """
    events = {event.event_id: event for event in batch.events}
    places = places_of(person, events.values())
    groups: dict[int, list[Event]] = defaultdict(list)
    for event_id, place in places.items():
        event = events[event_id]
        at = happened_at(event.at, sent_at=batch.sent_at, received_at=now, not_before=place.enrolled_at)
        groups[place.enrolment_id].append(replace(event, at=at))
    answers = _answers_to_placeless(person, events.keys() - places.keys())
    for enrolment_id, group in groups.items():
        answers |= {answer.event_id: answer for answer in _answers_to(person, enrolment_id, group, places, now=now)}
    return [answers[event.event_id] for event in batch.events]


def _answers_to_placeless(person: User, event_ids: Collection[UUID]) -> dict[UUID, Answer]:
    """Answer for what a person cannot have done where they say, unless it was taken when they could."""
    known = reasons_of_known(person, event_ids) if event_ids else {}
    reason = _("You do not study this course, or the lesson is gone. It cannot count.")
    return {
        one: Answer(one, "known", known[one]) if one in known else Answer(one, "refused", reason) for one in event_ids
    }


def forget_events(*, now: datetime) -> int:
    """Forget which events were had 400 days ago, and return how many. One that came again would change nothing."""
    old, _models = SyncedEvent.objects.filter(received_at__lt=now - KEPT).delete()
    return old


def _answers_to(
    person: User, enrolment_id: int, group: Sequence[Event], places: Mapping[UUID, Place], *, now: datetime
) -> list[Answer]:
    """Return what became of the events of an enrolment; a fault of ours costs nobody their work: it comes again."""
    try:
        with transaction.atomic():
            return _take(person, enrolment_id, group, places, now=now)
    except Exception:
        logger.exception("A batch for enrolment %s could not be taken; the device sends it again", enrolment_id)
        return [Answer(event.event_id, "later") for event in group]


def _take(
    person: User, enrolment_id: int, group: Sequence[Event], places: Mapping[UUID, Place], *, now: datetime
) -> list[Answer]:
    locked = locked_enrolment(enrolment_id)
    known = reasons_of_known(person, [event.event_id for event in group])
    fresh = [event for event in group if event.event_id not in known]
    reasons = _settle_lessons(locked, [one for one in fresh if one.kind in ("seen", "done")], places, now=now)
    others = [event for event in fresh if event.kind not in ("seen", "done")]
    pages = pages_of(others)
    for event in others:
        reasons[event.event_id] = _reason_against(person, pages[event.event_id], locked, event, now=now)
    _note_taken(person, fresh, reasons, now=now)
    return [
        *(Answer(event_id, "known", reason) for event_id, reason in known.items()),
        *(Answer(event_id, "refused" if reason else "accepted", reason) for event_id, reason in reasons.items()),
    ]


def _note_taken(person: User, events: Sequence[Event], reasons: Mapping[UUID, str], *, now: datetime) -> None:
    """Write which events the academy has: by hand, since building rows took as long as counting what they tell."""
    if not events:
        return
    own = (person.pk, prepared_moment(now))
    rows = [
        (*own, prepared_uuid(one.event_id), one.kind, prepared_moment(one.at), reasons[one.event_id]) for one in events
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(SyncedEvent)} (person_id, received_at, event_id, kind, happened_at, reason)"
            f" VALUES {', '.join(['(%s, %s, %s, %s, %s, %s)'] * len(rows))}",
            [value for row in rows for value in row],
        )


def _settle_lessons(
    locked: Enrolment, events: Sequence[Event], places: Mapping[UUID, Place], *, now: datetime
) -> dict[UUID, str]:
    """Count lessons seen and done; return why one does not count, or "", by event id."""
    if not events:
        return {}
    lessons = known_lessons({places[event.event_id].lesson_key for event in events})
    reasons, marks = {}, []
    for event in sorted(events, key=lambda one: one.at):
        place = places[event.event_id]
        known = lessons.get(place.lesson_key)
        if event.kind == "done" and not is_done_by_word(place.lesson_key, known, now=now):
            reasons[event.event_id] = _("“%(lesson)s” is done by attending its webinar.") % {"lesson": place.title}
            continue
        lesson_id = known.lesson_id if known else lesson_of(locked, place.lesson_key, title=place.title).pk
        marks.append(Mark(lesson_id, seen_at=event.at, done_at=event.at if event.kind == "done" else None))
        reasons[event.event_id] = ""
    is_latest = marks and (locked.last_active_on is None or marks[-1].seen_at.date() >= locked.last_active_on)
    resume = marks[-1].lesson_id if is_latest else None
    settle(locked, now=now, marks=marks, is_learner_here=bool(marks), resume_lesson_id=resume)
    return reasons


def _reason_against(person: User, page: object, locked: Enrolment, event: Event, *, now: datetime) -> str:
    """Count an event; return why it does not count, or ""."""
    try:
        with transaction.atomic():
            return COUNTED[event.kind](person, page, locked, event, now)
    except Refusal as refusal:
        return str(refusal)


def _count_read(person: User, page: LessonPage, locked: Enrolment, event: Event, now: datetime) -> str:
    if event.recording_id not in {*page.recording_ids, *locked.contract.recording_ids}:
        return _("The recording is no longer part of the lesson. It cannot count.")
    record_read(locked, event.recording_id, now=now)
    return ""


def _count_watched(person: User, page: LessonPage, locked: Enrolment, event: Event, now: datetime) -> str:
    item = next((one for one in page.recordings if one.pk == event.recording_id), None)
    if item is None:
        return _("The recording is no longer part of the lesson. It cannot count.")
    record_watched(locked, page, item, event.ranges, position_seconds=event.position, now=now)
    return ""


def _count_answers(person: User, page: QuizPage, locked: Enrolment, event: Event, now: datetime) -> str:
    given = MultiValueDict({name: list(values) for name, values in event.fields.items()})
    if event.drawn:
        submit_quiz_taken_away(locked, page, event.drawn, given, taken_at=event.at, now=now)
        return ""
    attempt = attempts_at(locked, page).filter(pk=event.attempt_id).first()
    if attempt is None:
        return _("The quiz was begun anew on another device since you saved it. Open it and answer it there.")
    if not attempt.is_open:
        return _("These questions had been handed in already, perhaps on another device. That result stands.")
    if is_over(attempt.due_at, now=event.at):
        return _("Time was up before these answers were given. What was saved in time is handed in.")
    form = attempt_form(attempt, given)
    if not form.is_valid():
        save_draft(attempt, form.draft, now=now)
        return _("Some answers are missing or could not be read. All others are saved: open the quiz and hand it in.")
    submit_quiz(locked, attempt.pk, form.answers, now=now)
    return ""


def _count_reflection(person: User, page: LessonPage, locked: Enrolment, event: Event, now: datetime) -> str:
    assert event.block
    question = question_at(page, event.block)
    if question is None:
        return _("The lesson does not ask this any more. Copy your text if you want to keep it.")
    based_on = _version_replaced(person, page, event, now=now)
    save_reflection(person, page, event.block, question=question, text=event.text, based_on=based_on, now=now)
    return ""


def _version_replaced(person: User, page: LessonPage, event: Event, *, now: datetime) -> str:
    """Return the version that a text was written in place of: an earlier one of the same device, if that is what we have."""
    stored = reflections_at(person, page).get(event.block) if event.after and event.block else None
    if stored is None:
        return event.seen
    earlier = SyncedEvent.objects.filter(person=person, event_id__in=event.after, reason="")
    is_theirs = stored.written_at == now or earlier.filter(received_at=stored.written_at).exists()
    return stored.version if is_theirs else event.seen


COUNTED: Mapping[str, Callable[..., str]] = {
    "read": _count_read,
    "watched": _count_watched,
    "answers": _count_answers,
    "reflection": _count_reflection,
}
