import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LONGEST_SEARCH = 100  # characters; what is longer is cut
MOST_SEARCH_WORDS = 8
SELF_PACED, WEBINAR = "self-paced", "webinar"
FORMATS = (SELF_PACED, WEBINAR)
DURATIONS: Mapping[str, tuple[int, int]] = {  # minutes, both ends included
    "short": (0, 120),
    "medium": (121, 360),
    "long": (361, 30_000),
}
GROUPS = ("topic", "level", "language", "format", "duration")  # as the parameters of the address are named
# A word keeps marks inside it, as in c.35delG or HLA-B*15:02; quotes and controls never reach a search query.
_WORD = re.compile(r"\w+(?:[.:*+/>_-]+\w+)*")


@dataclass(frozen=True)
class Asked:
    """What a reader asked the catalogue for, with only values that exist; values of one group widen, groups narrow."""

    words: str = ""
    topic: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()

    @property
    def filters(self) -> tuple[tuple[str, str], ...]:
        """Every filter in use, as (group, value)."""
        return tuple((group, value) for group in GROUPS for value in getattr(self, group))

    def without(self, group: str, value: str | None = None) -> "Asked":
        """Return the same question less one value, or less a whole group."""
        kept: Any = tuple(one for one in getattr(self, group) if value is not None and one != value)
        return replace(self, **{group: kept})


@dataclass(frozen=True)
class Facts:
    """What the catalogue's filters know of one course (or webinar)."""

    topic: frozenset[str] = frozenset()
    level: str = ""
    language: frozenset[str] = frozenset()
    format: str = SELF_PACED
    minutes: int = 0


def search_words(text: str) -> str:
    """Return the words of a search, one space between them; at most eight, of at most a hundred characters in all."""
    return " ".join(_WORD.findall(text[:LONGEST_SEARCH])[:MOST_SEARCH_WORDS])


def read_question(given: Mapping[str, Sequence[str]], known: Mapping[str, Collection[str]]) -> Asked:
    """Return what an address asks for. given: parameter -> values; known: group -> the values that exist.

    Unknown values, repetitions and unknown parameters are passed over: an old link still opens.
    """
    chosen = {
        group: tuple(value for value in dict.fromkeys(given.get(group, ())) if value in known[group])
        for group in GROUPS
    }
    return Asked(words=search_words(next(iter(given.get("q", ())), "")), **chosen)


def fits(facts: Facts, asked: Asked) -> bool:
    """Say whether a course passes every filter of a question; its words are the search's business."""
    return (
        (not asked.topic or not facts.topic.isdisjoint(asked.topic))
        and (not asked.level or facts.level in asked.level)
        and (not asked.language or not facts.language.isdisjoint(asked.language))
        and (not asked.format or facts.format in asked.format)
        and (not asked.duration or any(_lasts(facts.minutes, name) for name in asked.duration))
    )


def count_choices(courses: Iterable[Facts], asked: Asked, group: str) -> Counter[str]:
    """Return, for each value of a group, how many courses it stands for under the filters of the other groups."""
    others = asked.without(group)
    counts: Counter[str] = Counter()
    for facts in courses:
        if fits(facts, others):
            counts.update(_values(facts, group))
    return counts


def preferred_language(languages: Collection[str], *, asked: Sequence[str], reader: str, default: str) -> str:
    """Return the language to show a course in: one that was asked for, else the reader's, else the platform's first."""
    wanted = [language for language in asked if language in languages]
    candidates = wanted or sorted(languages)
    return next((language for language in (reader, default) if language in candidates), candidates[0])


def _lasts(minutes: int, duration: str) -> bool:
    shortest, longest = DURATIONS[duration]
    return shortest <= minutes <= longest


def _values(facts: Facts, group: str) -> Iterable[str]:
    match group:
        case "topic":
            return facts.topic
        case "language":
            return facts.language
        case "duration":
            return [name for name in DURATIONS if _lasts(facts.minutes, name)]
        case _:
            return [getattr(facts, group)]
