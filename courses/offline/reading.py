"""Values of JSON that comes from elsewhere, read strictly: each is what it must be, or its place is named."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from courses.offline.errors import Malformed

LARGEST_ID = 2**31 - 1
LONGEST_TEXT, LONGEST_NAME, MOST_VALUES, MOST_INPUTS, MOST_RANGES = 10_000, 60, 100, 400, 400
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL has no text with them
EARLIEST, LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)  # of what a clock may say


def wrong(place: str) -> Malformed:
    """Return the refusal that names a place."""
    return Malformed(_("%(place)s is missing or not what the interface asks for.") % {"place": place or "batch"})


def json_in(place: str, text: str | bytes) -> Any:
    """Return what a text says in JSON. Raises Malformed, as do all below."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise wrong(place) from problem


def refuse_strange(place: str, told: Any, names: Collection[str]) -> None:
    """Refuse what is no object, or has a name in it that nobody asks for."""
    if not isinstance(told, Mapping):
        raise wrong(place)
    if strange := sorted(set(told) - set(names)):
        raise wrong(f"{place}.{strange[0][:LONGEST_NAME]}".lstrip("."))


def as_list(place: str, value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise wrong(place)
    return value


def as_text(place: str, value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or len(value) > longest or UNSTORABLE.search(value):
        raise wrong(place)
    return value


def as_seen(place: str, value: Any) -> str:
    """Return what a text was based on, "" for nothing."""
    return "" if value is None else as_text(place, value, LONGEST_NAME)


def as_id(place: str, value: Any) -> int:
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise wrong(place)
    return value


def as_uuid(place: str, value: Any) -> UUID:
    try:
        return UUID(as_text(place, value, LONGEST_NAME))
    except ValueError as problem:
        raise wrong(place) from problem


def as_uuids(place: str, value: Any, most: int) -> list[UUID]:
    """Return so many ids at most; none where there is nothing."""
    listed = as_list(place, [] if value is None else value, most)
    return [as_uuid(f"{place}[{number}]", one) for number, one in enumerate(listed)]


def as_moment(place: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(as_text(place, value, LONGEST_NAME))
    except ValueError as problem:
        raise wrong(place) from problem
    if moment.tzinfo is None:
        raise wrong(place)
    if not EARLIEST.replace(tzinfo=None) < moment.replace(tzinfo=None) < LATEST.replace(tzinfo=None):
        raise wrong(place)
    return moment.astimezone(UTC)


def as_seconds(place: str, value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < 1_000_000:
        raise wrong(place)
    return float(value)


def as_ranges(place: str, value: Any) -> list[tuple[float, float]]:
    ranges = []
    for number, one in enumerate(as_list(place, value, MOST_RANGES)):
        at = f"{place}[{number}]"
        if not isinstance(one, list) or len(one) != 2:
            raise wrong(at)
        ranges.append((as_seconds(at, one[0]), as_seconds(at, one[1])))
    return ranges


def as_inputs(place: str, value: Any) -> dict[str, list[str]]:
    if not isinstance(value, dict) or len(value) > MOST_INPUTS:
        raise wrong(place)
    return {
        as_text(place, name, LONGEST_NAME): [
            as_text(f"{place}.{name}", one) for one in as_list(f"{place}.{name}", values, MOST_VALUES)
        ]
        for name, values in value.items()
    }
