from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

MOST_EVENTS = 50  # of a batch
MOST_BYTES = 200_000


@dataclass(frozen=True)
class Event:
    """Something a learner did on a device. at: by the device's clock; page_id: of the lesson, or of the quiz.

    kind: one of SyncedEvent.Kind.
    recording_id, ranges (seconds), position: of what was read or watched; attempt_id, fields (name of the input ->
    values): of answers; drawn (question id -> id of its revision) in place of the attempt, of a quiz that was drawn elsewhere;
    block, text, seen (the version it was based on, or "") and after (earlier events whose text it replaces) of a
    reflection.
    """

    event_id: UUID
    kind: str
    at: datetime
    page_id: int
    recording_id: int = 0
    ranges: Sequence[tuple[float, float]] = ()
    position: float = 0
    attempt_id: int = 0
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    drawn: Mapping[int, int] = field(default_factory=dict)
    block: UUID | None = None
    text: str = ""
    seen: str = ""
    after: Sequence[UUID] = ()


@dataclass(frozen=True)
class Batch:
    """What a device sends at once. sent_at: by its own clock."""

    person: str
    sent_at: datetime
    events: Sequence[Event]


def happened_at(at: datetime, *, sent_at: datetime, received_at: datetime, not_before: datetime) -> datetime:
    """Return when something happened, by our clock, that a device tells by its own.

    The device says what it takes for now, so a clock that is wrong by a year, or by a time zone, tells the right age.
    One that was put right in between tells nonsense: no time before not_before, nor to come, is believed.
    """
    return max(min(at + (received_at - sent_at), received_at), min(not_before, received_at))
