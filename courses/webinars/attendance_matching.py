"""Whose presence a list tells: by e-mail address, else by a name that is one person's only."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest

from courses.webinars.attendance_files import Listed

MOST_SUGGESTED = 8
LEAST_LIKE = 4  # whoever is so many times less like a name than the likeliest is no suggestion


class Basis(StrEnum):
    """What a match rests on."""

    EMAIL = "email"
    NAME = "name"


@dataclass(frozen=True)
class Registered:
    """Somebody who is registered, with what a list can know of them."""

    registration_id: int
    name: str
    email: str


@dataclass(frozen=True)
class Match:
    registered: Registered
    basis: Basis


@dataclass(frozen=True)
class Listee:
    """A person as a list names them, with all their lines in it, the first of which stands for them."""

    name: str
    email: str
    lines: Sequence[Listed]

    @property
    def line(self) -> int:
        return self.lines[0].line


def listees_of(lines: Iterable[Listed]) -> list[Listee]:
    """Return the people of a list in its order: who has the same name and the same address is the same."""
    people: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for line in lines:
        people[line.name, line.email].append(line)
    return [Listee(name, email, tuple(theirs)) for (name, email), theirs in people.items()]


class Register:
    """The people who are registered for a webinar, to be found by what a list says."""

    def __init__(self, people: Iterable[Registered]):
        self._by_email: dict[str, Registered] = {}
        self._by_name: dict[str, list[Registered]] = defaultdict(list)
        self._by_word: dict[str, list[Registered]] = defaultdict(list)
        for person in people:
            self._by_email[person.email.casefold()] = person
            self._by_name[_plain(person.name)].append(person)
            for word in set(_plain(person.name).split()):
                self._by_word[word].append(person)

    def match(self, listees: Sequence[Listee]) -> Mapping[int, Match]:
        """Return who people of a list are, by the line that stands for them; who cannot be told for certain is missing."""
        found = {
            listee.line: Match(person, Basis.EMAIL)
            for listee in listees
            if listee.email and (person := self._by_email.get(listee.email.casefold()))
        }
        addresses: dict[str, set[str]] = defaultdict(set)
        for listee in listees:
            if listee.line not in found:
                addresses[_plain(listee.name)].add(listee.email)
        for listee in listees:
            name = _plain(listee.name)
            namesakes = self._by_name.get(name, []) if name else []
            if listee.line not in found and len(namesakes) == 1 and len(addresses[name] - {""}) <= 1:
                found[listee.line] = Match(namesakes[0], Basis.NAME)
        return found

    def suggest(self, name: str) -> list[Registered]:
        """Return the people whose names have words in common with a name, likeliest first; a few of them.

        A word that many people have says little, so each counts the less the more have it.
        """
        shared: dict[Registered, float] = defaultdict(float)
        for word in set(_plain(name).split()):
            namesakes = self._by_word.get(word, ())
            for person in namesakes:
                shared[person] += 1 / len(namesakes)
        best = nlargest(MOST_SUGGESTED, shared.items(), key=lambda item: (item[1], -item[0].registration_id))
        return [person for person, likeness in best if likeness >= best[0][1] / LEAST_LIKE]


def _plain(name: str) -> str:
    """Return a name by which it is compared: without accents, capitals and punctuation."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = (letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join("".join(kept).split())
