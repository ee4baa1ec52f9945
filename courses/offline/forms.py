"""What a device sends, read strictly: a batch is taken as it was meant or refused as a whole, with the place named."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.offline.errors import Malformed
from courses.offline.reading import (
    LONGEST_NAME,
    as_id,
    as_inputs,
    as_list,
    as_moment,
    as_ranges,
    as_seconds,
    as_seen,
    as_text,
    as_uuid,
    as_uuids,
    refuse_strange,
    wrong,
)
from courses.offline.rules import MOST_BYTES, MOST_EVENTS, Batch, Event

VERSION = 1

# Of each kind: the names in the batch, those of the event, and who reads them.
Parts = Mapping[str, tuple[str, Callable[[str, Any], Any]]]
_LESSON: Parts = {"lesson": ("page_id", as_id)}
_RECORDING: Parts = {**_LESSON, "recording": ("recording_id", as_id)}
PARTS: Mapping[str, Parts] = {
    "seen": _LESSON,
    "done": _LESSON,
    "read": _RECORDING,
    "watched": {**_RECORDING, "ranges": ("ranges", as_ranges), "position": ("position", as_seconds)},
    "answers": {"quiz": ("page_id", as_id), "attempt": ("attempt_id", as_id), "fields": ("fields", as_inputs)},
    "reflection": {
        **_LESSON,
        "block": ("block", as_uuid),
        "text": ("text", as_text),
        "seen": ("seen", as_seen),
        "after": ("after", lambda place, value: as_uuids(place, value, MOST_EVENTS)),
    },
}


def read_batch(body: bytes) -> Batch:
    """Return the batch in the body of a request. Raises Malformed."""
    if len(body) > MOST_BYTES:
        raise Malformed(_("The batch has more than 200 kB. Send fewer events at once."))
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed(_("The batch is not JSON.")) from problem
    refuse_strange("", told, {"version", "person", "sent_at", "events"})
    if told.get("version") != VERSION:
        raise Malformed(_("The batch is of another version. Load the page again."))
    events = as_list("events", told.get("events"), MOST_EVENTS)
    return Batch(
        person=as_text("person", told.get("person"), LONGEST_NAME),
        sent_at=as_moment("sent_at", told.get("sent_at")),
        events=[read_event(f"events[{number}]", one) for number, one in enumerate(events)],
    )


def read_event(place: str, told: Any, kinds: Mapping[str, Parts] = PARTS) -> Event:
    """Return one event. place: where it stands; kinds: those that may come, and their parts. Raises Malformed."""
    kind = told.get("kind") if isinstance(told, Mapping) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise wrong(f"{place}.kind")
    own = kinds[kind]
    refuse_strange(place, told, {"id", "kind", "at", *own})
    return Event(
        event_id=as_uuid(f"{place}.id", told.get("id")),
        kind=kind,
        at=as_moment(f"{place}.at", told.get("at")),
        **{name: read(f"{place}.{key}", told.get(key)) for key, (name, read) in own.items()},
    )
