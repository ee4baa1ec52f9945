"""What people send in forms: read within bounds, and what a form of the course asks for."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

MOST_BYTES = 200_000
MOST_FIELDS = 2_000
LONGEST_LINE = 2_500  # the longest answer that any marker reads
MOST_VALUES = 100
LONGEST_REFLECTION = 5_000
LONGEST_NAME, LONGEST_ADDRESS = 120, 254
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PIN = re.compile(r"^[0-9]{4,12}$")
_FIELD = re.compile(r"^q([0-9]{1,10})(_[0-9]{1,3})?$")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Unreadable(Exception):
    """What was sent is no form of ours. word: the name of the sentence that says so."""

    def __init__(self, word: str):
        super().__init__(word)
        self.word = word


def fields_in(body: bytes) -> dict[str, list[str]]:
    """Return what a form held: name -> values. Raises Unreadable."""
    try:
        told = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise Unreadable("unreadable") from None
    return {name: [_UNSTORABLE.sub("", value) for value in values] for name, values in told.items()}


def one(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0].strip()


def person_in(fields: dict[str, list[str]]) -> tuple[str, str]:
    """Return the name and the address that somebody gives. Raises Unreadable."""
    name, email = " ".join(one(fields, "name").split()), one(fields, "email")
    if not name or len(name) > LONGEST_NAME:
        raise Unreadable("name_missing")
    if len(email) > LONGEST_ADDRESS or not _ADDRESS.match(email):
        raise Unreadable("address_wrong")
    return name, email


def pin_in(fields: dict[str, list[str]]) -> str:
    pin = one(fields, "pin")
    if not _PIN.match(pin):
        raise Unreadable("pin_wrong")
    return pin


def answers_in(fields: dict[str, list[str]], drawn: list[int]) -> dict[str, list[str]]:
    """Return the answers to the questions that were drawn, by the names of their inputs; what is open is left out."""
    answers = {}
    for name, values in fields.items():
        found = _FIELD.match(name)
        if not found or int(found[1]) not in drawn:
            continue
        kept = [value for value in values[:MOST_VALUES] if len(value) <= LONGEST_LINE]
        if any(kept):
            answers[name] = kept
    return answers


def wrong_place(answers: dict[str, list[str]], questions: list[dict]) -> tuple[str, dict[str, str]] | None:
    """Return what is wrong with a question that asks for an order, as the name of a sentence and what it names; None if nothing is."""
    for question in questions:
        labels = question["places"]
        places = [answers.get(f"q{question['id']}_{n}", [""])[0] for n in range(len(labels))]
        if not any(places):
            continue
        if "" in places:
            return "place_missing", {"thing": labels[places.index("")]}
        for place in places:
            same = [label for label, given in zip(labels, places) if given == place]
            if len(same) > 1:
                return "place_twice", {"place": place, "first": same[0], "second": same[1]}
    return None
