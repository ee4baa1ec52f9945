"""What a class may send back, and when its work was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from courses.offline.rules import Event

LARGEST_RETURN = 10_000_000  # bytes as they are sent
LARGEST_TEXT = 20_000_000  # once they are unpacked
MOST_PEOPLE = 500
MOST_EVENTS_OF_ONE = 1_000
RETURNS_TAKEN = timedelta(days=365)  # after packing; less than events are remembered, so that none counts twice
SLACK = timedelta(days=1)  # by which the clock of a computer may be wrong and is believed all the same


@dataclass(frozen=True)
class PackedQuiz:
    """A quiz as it was packed. pools: question id -> name of its pool, or ""; revisions: question id -> what was asked."""

    pools: Mapping[int, str]
    revisions: Mapping[int, int]
    draws: Mapping[str, int]


@dataclass(frozen=True)
class Packed:
    """What a return must fit: the secret it is signed with, and the lessons and quizzes in the file, by their pages."""

    secret: str
    lessons: frozenset[int]
    quizzes: Mapping[int, PackedQuiz]


@dataclass(frozen=True)
class Pupil:
    """Somebody of a class, as they named themselves there, and what they did."""

    email: str
    name: str
    events: Sequence[Event]


@dataclass(frozen=True)
class Return:
    """What a class's computer sends back. made_at: by its clock."""

    file_key: UUID
    made_at: datetime
    people: Sequence[Pupil] = field(default=())


def sent_at_of(brought: Return, *, packed_at: datetime, now: datetime) -> datetime:
    """Return the moment to take for that of sending, from which ages are counted.

    A file may lie for weeks before somebody has a connection. So a clock that told times between packing and now is
    believed as it is; of any other, only how long before the file was made something happened.
    """
    told = [brought.made_at, *(event.at for pupil in brought.people for event in pupil.events)]
    is_believable = packed_at - SLACK <= min(told) and max(told) <= now + SLACK
    return now if is_believable else brought.made_at
