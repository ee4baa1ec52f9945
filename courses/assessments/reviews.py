"""What a learner is shown of an item once it is marked: what was answered, what is right, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from courses.assessments import rules
from courses.assessments.exhibits import options_of
from courses.assessments.words import sentence_of

CHOSEN = frozenset({"single", "multiple", "true_false", "acmg", "pedigree", "hpo"})
IN_PARTS = frozenset({"matching", "ordering", "vcf"})


@dataclass(frozen=True)
class MarkedOption:
    text: str
    feedback: str
    is_chosen: bool
    is_correct: bool


@dataclass(frozen=True)
class MarkedPart:
    """One part of an answer in several parts. given: empty if it was left open."""

    prompt: str
    given: str
    right: str

    @property
    def is_right(self) -> bool:
        return self.given == self.right


@dataclass(frozen=True)
class Review:
    """An answer beside the right one: as options, as parts, or as words; and the reasons for its mark, as sentences.

    edition: of the key, where the key has one.
    """

    options: tuple[MarkedOption, ...] = ()
    parts: tuple[MarkedPart, ...] = ()
    given: str = ""
    right: str = ""
    reasons: tuple[str, ...] = ()
    edition: str = ""

    @property
    def given_lines(self) -> list[str]:
        """What was answered, a line for each part; empty if it was left open."""
        chosen = [option.text for option in self.options if option.is_chosen]
        parts = [f"{part.prompt}: {part.given}" for part in self.parts if part.given]
        return [*chosen, *parts, *([self.given] if self.given else [])]

    @property
    def template(self) -> str:
        shape = "options" if self.options else "parts" if self.parts else "words"
        return f"courses/assessments/marked/{shape}.html"


def review_of(kind: str, item: Mapping[str, Any], answer: Any) -> Review:
    """Return an answer beside the right one. answer: as the marker of the kind takes it; empty if it was left open."""
    mark = _mark(kind, item, answer) if answer else rules.Mark(0.0)
    reasons = tuple(
        sentence_of(reason)
        for reason in mark.reasons
        # What an author says to an option is said beside the option.
        if not (kind in ("single", "multiple") and reason.code == "feedback")
    )
    return replace(_beside_key(kind, item, answer), reasons=reasons, edition=mark.edition)


def _mark(kind: str, item: Mapping[str, Any], answer: Any) -> rules.Mark:
    """Return the mark with its reasons; none for an item that is no longer usable, such as one whose table has left."""
    try:
        return rules.mark(kind, item, answer)
    except rules.UnusableItem:
        return rules.Mark(0.0)


def _beside_key(kind: str, item: Mapping[str, Any], answer: Any) -> Review:
    key = rules.key_of(kind, item)
    if kind in CHOSEN:
        return Review(options=tuple(_options(kind, item, _listed(answer), _listed(key))))
    if kind in IN_PARTS:
        return Review(parts=tuple(_parts(kind, item, answer or {}, key)))
    right = f"{_plain(key)} {item['unit'] or ''}".strip() if kind == "numeric" else str(key)
    return Review(given=str(answer or ""), right=right)


def _options(kind: str, item: Mapping[str, Any], chosen: set[str], correct: set[str]) -> Iterator[MarkedOption]:
    feedback = {option["id"]: option["feedback"] for option in item.get("options", ())}
    for value, text in options_of(kind, item):
        yield MarkedOption(
            text=str(text),
            feedback=feedback.get(value, ""),
            is_chosen=value in chosen,
            is_correct=value in correct,
        )


def _parts(kind: str, item: Mapping[str, Any], answer: Any, key: Any) -> Iterator[MarkedPart]:
    if kind == "ordering":
        for place, (right, given) in enumerate(zip_longest(key, answer or (), fillvalue=""), start=1):
            yield MarkedPart(prompt=str(place), given=given, right=right)
        return
    prompts = {ask["id"]: ask["prompt"] for ask in item.get("asks", ())}
    for name, right in key.items():
        yield MarkedPart(prompt=prompts.get(name, name), given=str(answer.get(name) or ""), right=_plain(right))


def _listed(answer: Any) -> set[str]:
    """Return the values chosen; a judgement is stored as a form sends it."""
    if isinstance(answer, bool):
        return {str(answer).lower()}
    return {answer} if isinstance(answer, str) else set(answer or ())


def _plain(value: Any) -> str:
    """Return a number as a person would write it: 50 rather than 50.0, 0.0000125 rather than 1.25e-05."""
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)
