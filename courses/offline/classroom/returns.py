"""The file that a class sends back, read strictly: whole and unchanged since its computer signed it, or not at all.

It is UTF-8, as it is or packed with gzip: a line that says of which classroom file it is, a line for each person, and as the
last the HMAC-SHA-256 of all before it, by the secret of that classroom file (docs/interface.md, "Return file").
"""

import hashlib
import hmac
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.assessments.rules.draws import is_drawn_from
from courses.offline.classroom.errors import NotAReturn
from courses.offline.classroom.rules import (
    LARGEST_RETURN,
    LARGEST_TEXT,
    MOST_EVENTS_OF_ONE,
    MOST_PEOPLE,
    Packed,
    Pupil,
    Return,
)
from courses.offline.errors import Malformed
from courses.offline.forms import PARTS, Parts, read_event
from courses.offline.reading import (
    as_id,
    as_list,
    as_moment,
    as_text,
    as_uuid,
    json_in,
    refuse_strange,
    wrong,
)
from courses.offline.rules import Event

MAGIC, VERSION = "classroom-return", 1
GZIP = b"\x1f\x8b"
LONGEST_ADDRESS, LONGEST_PERSON = 254, 120
MOST_DRAWN = 200
HEAD = {"genomed", "version", "file", "computer", "made_at", "people"}


def as_drawn(place: str, value: Any) -> dict[int, int]:
    """Return question id -> 0, in order, for fitted to fill in."""
    ids = [as_id(f"{place}[{number}]", one) for number, one in enumerate(as_list(place, value, MOST_DRAWN))]
    if not ids or len(set(ids)) != len(ids):
        raise wrong(place)
    return dict.fromkeys(ids, 0)


_ANSWERS: Parts = {name: read for name, read in PARTS["answers"].items() if name != "attempt"}
KINDS: Mapping[str, Parts] = {
    **{kind: PARTS[kind] for kind in ("seen", "done", "read", "reflection")},
    "answers": {**_ANSWERS, "drawn": ("drawn", as_drawn)},
}


def read_return(data: bytes, packed_as: Callable[[UUID], Packed | None]) -> Return:
    """Return what a class sends back. packed_as: what is known of the classroom file with a key. Raises Malformed."""
    lines, signature, signed = _parts(unpacked(data))
    head = _head(lines[0])
    key = as_uuid("line 1.file", head.get("file"))
    packed = packed_as(key)
    if packed is None:
        raise NotAReturn(
            _(
                "It comes from a classroom file that is not of this course, or that was made more than a year ago. "
                "Open the course that the class took, and bring it there."
            )
        )
    if not hmac.compare_digest(hmac.new(packed.secret.encode(), signed, hashlib.sha256).hexdigest(), signature):
        raise NotAReturn(
            _("The file was changed, or cut off, after the class’s computer had made it: its signature does not fit.")
        )
    number = head.get("people")
    if type(number) is not int or number != len(lines) - 1 or number > MOST_PEOPLE:
        raise wrong("line 1.people")
    return Return(
        file_key=key,
        made_at=as_moment("line 1.made_at", head.get("made_at")),
        people=_people(lines[1:], packed),
    )


def unpacked(data: bytes) -> bytes:
    """Return a file as it was before gzip; at most LARGEST_TEXT bytes of it are ever unpacked. Raises NotAReturn."""
    if len(data) > LARGEST_RETURN:
        raise NotAReturn(_("The file is larger than 10 MB. A class’s computer makes none so large."))
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, LARGEST_TEXT + 1)
    except zlib.error as problem:
        raise NotAReturn(
            _("The file is damaged and cannot be unpacked. Copy it from the class’s computer again.")
        ) from problem
    if len(text) > LARGEST_TEXT:
        raise NotAReturn(
            _("The file holds more than 20 MB once it is unpacked. A class’s computer makes none so large.")
        )
    if not unpacker.eof:
        raise NotAReturn(_("The file is cut off. Copy it from the class’s computer again."))
    if unpacker.unused_data:
        raise NotAReturn(_("Something was added to the end of the file. Copy it from the class’s computer again."))
    return text


def _parts(text: bytes) -> tuple[list[str], str, bytes]:
    """Return the lines of a file without the last, the signature that the last one is, and what it signs."""
    signed, _line, signature = text.removesuffix(b"\n").rpartition(b"\n")
    try:
        lines = signed.decode().split("\n")
        return lines, signature.decode("ascii"), signed + b"\n"
    except UnicodeDecodeError as problem:
        raise NotAReturn(_("This is not the file that a class sends back: it is not text.")) from problem


def _head(line: str) -> Mapping[str, Any]:
    try:
        head = json_in("line 1", line)
    except Malformed:
        head = None
    if not isinstance(head, Mapping) or head.get("genomed") != MAGIC or head.get("version") != VERSION:
        raise NotAReturn(_("This is not the file that a class sends back, or it was made by another version."))
    refuse_strange("line 1", head, HEAD)
    return head


def _people(lines: list[str], packed: Packed) -> list[Pupil]:
    people, addresses = [], set()
    for number, line in enumerate(lines, start=2):
        place = f"line {number}"
        told = json_in(place, line)
        refuse_strange(place, told, {"email", "name", "events"})
        email = as_text(f"{place}.email", told.get("email"), LONGEST_ADDRESS).strip()
        if not email or email.casefold() in addresses:
            raise wrong(f"{place}.email")
        addresses.add(email.casefold())
        events = as_list(f"{place}.events", told.get("events"), MOST_EVENTS_OF_ONE)
        people.append(
            Pupil(
                email=email,
                name=as_text(f"{place}.name", told.get("name"), LONGEST_PERSON),
                events=[_event(f"{place}.events[{n}]", one, packed) for n, one in enumerate(events)],
            )
        )
    return people


def _event(place: str, told: Any, packed: Packed) -> Event:
    """Return an event that fits the classroom file: of a lesson or quiz in it, and of a draw that could be made from it."""
    event = read_event(place, told, KINDS)
    if event.kind != "answers":
        if event.page_id not in packed.lessons:
            raise wrong(f"{place}.lesson")
        return event
    quiz = packed.quizzes.get(event.page_id)
    if quiz is None:
        raise wrong(f"{place}.quiz")
    if not is_drawn_from(event.drawn, quiz.pools, quiz.draws):
        raise wrong(f"{place}.drawn")
    return replace(event, drawn={pk: quiz.revisions[pk] for pk in event.drawn})
