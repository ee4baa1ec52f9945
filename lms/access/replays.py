"""The form in which a pool's history is exchanged (docs/interface.md), read and answered by the production rules."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from typing import Any

from lms.access.rules.batch import OPEN_FIRST, RESERVED_FIRST, Applicant, allocate
from lms.access.rules.rolling import RollingPool
from lms.access.rules.seats import HELD, LARGEST_SHARE, split
from lms.access.rules.times import Times

HOLD_HOURS = Decimal(72)
NUMBERS_END_AT = Decimal(10) ** 12
MOST_PLACES = 40  # behind the point
EXACT = Context(prec=60)  # digits enough for the sum of any two numbers that are taken

Answer = dict[str, Any]


class UnusableReplay(ValueError):
    """Something that cannot be replayed; the text is one sentence that names the place."""


def answer_file(raw: bytes) -> Answer | list[Answer]:
    """Return the answer to the object in a file, or the answers to its list of objects. Raises UnusableReplay."""
    try:
        asked = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_Object,
            parse_int=_decimal,
            parse_float=_decimal,
            parse_constant=Decimal,  # NaN and Infinity, so that they are refused by name where they stand
        )
    except UnicodeDecodeError as error:
        raise UnusableReplay(f"The file is not UTF-8 at byte {error.start + 1}.") from error
    except json.JSONDecodeError as error:
        raise UnusableReplay(
            f"Line {error.lineno}, column {error.colno}: the file is not JSON ({error.msg})."
        ) from error
    except RecursionError as error:
        raise UnusableReplay("The file is nested too deeply.") from error
    with localcontext(EXACT):
        if isinstance(asked, list):
            return [_answer(_Part(one, f"replay {number}")) for number, one in enumerate(asked, 1)]
        if not isinstance(asked, _Object):
            raise UnusableReplay("The file holds neither an object nor a list of objects.")
        return _answer(_Part(asked, ""))


class _Object(dict[str, Any]):
    """An object of JSON that remembers which keys were there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]):
        super().__init__(pairs)
        self.repeated: set[str] = set()
        if len(self) < len(pairs):
            self.repeated = {key for key, times in Counter(key for key, _value in pairs).items() if times > 1}


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond all bounds
        return Decimal("Infinity")


@dataclass(frozen=True)
class _Part:
    """A part of what was asked, and where it stands; every read refuses what is not of the kind it should be."""

    value: Any
    place: str

    def refusal(self, problem: str) -> UnusableReplay:
        sentence = f"{self.place}: {problem}." if self.place else f"{problem}."
        return UnusableReplay(sentence[0].upper() + sentence[1:])

    def get(self, key: str) -> Any:
        if not isinstance(self.value, _Object):
            raise self.refusal("this is not an object")
        if key in self.value.repeated:
            raise self.refusal(f'"{key}" is there twice')
        if key not in self.value:
            raise self.refusal(f'"{key}" is missing')
        return self.value[key]

    def number(self, key: str) -> Decimal:
        number = self.get(key)
        if not isinstance(number, Decimal):
            raise self.refusal(f'"{key}" is not a number')
        if not number.is_finite() or not -NUMBERS_END_AT < number < NUMBERS_END_AT:
            raise self.refusal(f'"{key}" is not a number below {NUMBERS_END_AT:,f}')
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -MOST_PLACES:
            raise self.refusal(f'"{key}" has more than {MOST_PLACES} places behind the point')
        return number

    def whole_number(self, key: str) -> int:
        number = self.number(key)
        if number != number.to_integral_value():
            raise self.refusal(f'"{key}" is not a whole number')
        return int(number)

    def text(self, key: str) -> str:
        text = self.get(key)
        if not isinstance(text, str):
            raise self.refusal(f'"{key}" is not a string')
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise self.refusal(f'"{key}" holds half a character')
        return text

    def truth(self, key: str) -> bool:
        truth = self.get(key)
        if not isinstance(truth, bool):
            raise self.refusal(f'"{key}" is neither true nor false')
        return truth

    def one_of(self, key: str, choices: Collection[str]) -> str:
        choice = self.get(key)
        if not isinstance(choice, str) or choice not in choices:
            raise self.refusal(f'"{key}" is none of {", ".join(choices)}')
        return choice

    def parts(self, key: str, called: str) -> "Iterator[_Part]":
        parts = self.get(key)
        if not isinstance(parts, list):
            raise self.refusal(f'"{key}" is not a list')
        before = f"{self.place}, " if self.place else ""
        for number, part in enumerate(parts, 1):
            yield _Part(part, f"{before}{called} {number}")


def _answer(asked: _Part) -> Answer:
    capacity = asked.whole_number("capacity")
    if capacity < 1:
        raise asked.refusal('"capacity" is below 1')
    share = asked.number("share")
    if not 0 <= share <= LARGEST_SHARE:
        raise asked.refusal(f'"share" is not between 0 and {LARGEST_SHARE}')
    size = split(capacity, share)
    answer = {"capacity": capacity, "reserved": size.reserved}
    mode = asked.one_of("mode", ["rolling", "batch"]) if "mode" in asked.value else "rolling"
    if mode == "batch":
        precedence = asked.one_of("precedence", [OPEN_FIRST, RESERVED_FIRST])
        allocation = allocate(_applicants(asked), size, salt=asked.text("salt"), precedence=precedence)
        seated = [(who, pool, HELD, None) for who, pool in allocation.pools.items()]
        reserved = [applicant.who for applicant in allocation.waiting if applicant.is_priority]
        return answer | _places(seated, reserved, [applicant.who for applicant in allocation.waiting])
    pool = RollingPool(size, _times(asked), asked.text("salt"))
    _replay(asked, pool)
    seated = [(grant.who, grant.pool, grant.state, grant.until) for grant in pool.seats.values()]
    reserved = [entry.who for entry in pool.waiting.reserved]
    return answer | {"now": _plain(pool.now)} | _places(seated, reserved, [entry.who for entry in pool.waiting.open])


def _places(
    seated: Sequence[tuple[str, str, str, Decimal | None]], reserved: list[str], open_order: list[str]
) -> Answer:
    return {
        "seated": [
            {"who": who, "pool": pool, "state": state, "until": _plain(until)}
            for who, pool, state, until in sorted(seated)
        ],
        "waiting": {"reserved": reserved, "open": open_order},
    }


def _times(asked: _Part) -> Times:
    t0, t1, t2, t3 = (asked.number(key) for key in ("t0", "t1", "t2", "t3"))
    for is_early, key, before in ((t1 < t0, "t1", "t0"), (t2 < t1, "t2", "t1")):
        if is_early:
            raise asked.refusal(f'"{key}" is before "{before}"')
    if t3 <= t2:
        raise asked.refusal('"t3" is not after "t2"')
    return Times(t0, t1, t2, t3, HOLD_HOURS)


def _replay(asked: _Part, pool: RollingPool) -> None:
    for event in asked.parts("events", "event"):
        at = event.number("at")
        if pool.now is not None and at < pool.now:
            raise event.refusal('"at" goes back in time')
        match event.one_of("do", ["apply", "accept", "cancel", "tick"]):
            case "apply":
                pool.apply(event.text("who"), at, is_priority=event.truth("priority"))
            case "accept":
                pool.accept(event.text("who"), at)
            case "cancel":
                pool.cancel(event.text("who"), at)
            case "tick":
                pool.tick(at)


def _applicants(asked: _Part) -> list[Applicant]:
    applicants: dict[str, Applicant] = {}
    for part in asked.parts("applicants", "applicant"):
        who, is_priority = part.text("who"), part.truth("priority")
        if who in applicants:
            raise part.refusal('"who" was an applicant before')
        merit = part.number("merit") if "merit" in part.value else Decimal(0)
        applicants[who] = Applicant(who, is_priority, merit)
    return list(applicants.values())


def _plain(hours: Decimal | None) -> int | float | None:
    """Return hours as JSON writes them."""
    if hours is None:
        return None
    return int(hours) if hours == hours.to_integral_value() else float(hours)
