"""What a device sends, read strictly: a batch is taken as it was meant or refused as a whole, with the place named."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.offline.errors import Malformed
from courses.offline.rules import MOST_BYTES, MOST_EVENTS, Batch, Event

VERSION = 1
LARGEST_ID = 2**31 - 1
LONGEST_TEXT, LONGEST_NAME, MOST_VALUES, MOST_INPUTS, MOST_RANGES = 10_000, 60, 100, 400, 400
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL has no text with them
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)  # of what a clock may say


def read_batch(body: bytes) -> Batch:
    """Return the batch in the body of a request. Raises Malformed."""
    if len(body) > MOST_BYTES:
        raise Malformed(_("The batch has more than 200 kB. Send fewer events at once."))
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed(_("The batch is not JSON.")) from problem
    _known("", told, {"version", "person", "sent_at", "events"})
    if told.get("version") != VERSION:
        raise Malformed(_("The batch is of another version. Load the page again."))
    events = _listed("events", told.get("events"), MOST_EVENTS)
    return Batch(
        person=_text("person", told.get("person"), LONGEST_NAME),
        sent_at=_moment("sent_at", told.get("sent_at")),
        events=[_event(f"events[{number}]", one) for number, one in enumerate(events)],
    )


def _event(place: str, told: Any) -> Event:
    kind = told.get("kind") if isinstance(told, Mapping) else None
    if not isinstance(kind, str) or kind not in PARTS:
        raise _wrong(f"{place}.kind")
    own = PARTS[kind]
    _known(place, told, {"id", "kind", "at", *own})
    return Event(
        event_id=_uuid(f"{place}.id", told.get("id")),
        kind=kind,
        at=_moment(f"{place}.at", told.get("at")),
        **{name: read(f"{place}.{key}", told.get(key)) for key, (name, read) in own.items()},
    )


def _wrong(place: str) -> Malformed:
    return Malformed(_("%(place)s is missing or not what the interface asks for.") % {"place": place or "batch"})


def _known(place: str, told: Any, names: set[str]) -> None:
    if not isinstance(told, Mapping):
        raise _wrong(place)
    if strange := sorted(set(told) - names):
        raise _wrong(f"{place}.{strange[0][:LONGEST_NAME]}".lstrip("."))


def _listed(place: str, value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _wrong(place)
    return value


def _text(place: str, value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest or UNSTORABLE.search(value):
        raise _wrong(place)
    return value


def _version(place: str, value: Any) -> str:
    return "" if value is None else _text(place, value, LONGEST_NAME)


def _id(place: str, value: Any) -> int:
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise _wrong(place)
    return value


def _uuid(place: str, value: Any) -> UUID:
    try:
        return UUID(_text(place, value, LONGEST_NAME))
    except ValueError as problem:
        raise _wrong(place) from problem


def _earlier(place: str, value: Any) -> list[UUID]:
    listed = _listed(place, [] if value is None else value, MOST_EVENTS)
    return [_uuid(f"{place}[{number}]", one) for number, one in enumerate(listed)]


def _moment(place: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(place, value, LONGEST_NAME))
    except ValueError as problem:
        raise _wrong(place) from problem
    if moment.tzinfo is None:
        raise _wrong(place)
    if not EARLIEST.replace(tzinfo=None) < moment.replace(tzinfo=None) < LATEST.replace(tzinfo=None):
        raise _wrong(place)
    return moment.astimezone(UTC)


def _seconds(place: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1_000_000:
        raise _wrong(place)
    return float(value)


def _ranges(place: str, value: Any) -> list[tuple[float, float]]:
    ranges = []
    for number, one in enumerate(_listed(place, value, MOST_RANGES)):
        at = f"{place}[{number}]"
        if not isinstance(one, list) or len(one) != 2:
            raise _wrong(at)
        ranges.append((_seconds(at, one[0]), _seconds(at, one[1])))
    return ranges


def _inputs(place: str, value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict) or len(value) > MOST_INPUTS:
        raise _wrong(place)
    return {
        _text(place, name, LONGEST_NAME): [
            _text(f"{place}.{name}", one) for one in _listed(f"{place}.{name}", values, MOST_VALUES)
        ]
        for name, values in value.items()
    }


# Of each kind: the names in the batch, those of the event, and who reads them.
_Parts = dict[str, tuple[str, Callable[[str, Any], Any]]]
_LESSON: _Parts = {"lesson": ("page_id", _id)}
_RECORDING: _Parts = {**_LESSON, "recording": ("recording_id", _id)}
PARTS: dict[str, _Parts] = {
    "seen": _LESSON,
    "done": _LESSON,
    "read": _RECORDING,
    "watched": {**_RECORDING, "ranges": ("ranges", _ranges), "position": ("position", _seconds)},
    "answers": {"quiz": ("page_id", _id), "attempt": ("attempt_id", _id), "fields": ("fields", _inputs)},
    "reflection": {
        **_LESSON,
        "block": ("block", _uuid),
        "text": ("text", _text),
        "seen": ("seen", _version),
        "after": ("after", _earlier),
    },
}
