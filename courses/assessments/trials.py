"""Trial answers: how their author writes them, what they earn, and which no longer earn what was expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from courses.assessments import rules
from courses.assessments.blocks.genomics import MODES
from courses.assessments.words import sentence_of

CLOSE = 0.005  # scores nearer than this are the same, so an author may write 0.67 for two thirds


@dataclass(frozen=True)
class MarkedTrial:
    """A trial answer and its mark. expected: the score it should earn, None if its author only wants to see."""

    written: str
    expected: float | None
    score: float
    reasons: tuple[str, ...]

    @property
    def has_flipped(self) -> bool:
        return self.expected is not None and abs(self.score - self.expected) > CLOSE


def marked_trial(kind: str, item: Mapping[str, Any], written: str | None, expected: float | None) -> MarkedTrial:
    """Return what an answer earns that is written as answer_in understands it. Raises UnusableItem."""
    mark = rules.mark(kind, item, answer_in(kind, item, written or ""))
    return MarkedTrial(written or "", expected, mark.score, tuple(map(sentence_of, mark.reasons)))


def answer_in(kind: str, item: Mapping[str, Any], written: str) -> Any:
    """Return an answer as the marker takes it: options by their texts and steps, one a line; pairs as "left = right"."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    match kind:
        case "single" | "multiple":
            ids = {option["text"]: option["id"] for option in item["options"]}
            return [ids.get(line, line) for line in lines]
        case "pedigree":
            modes = {str(label).casefold(): mode for mode, label in MODES}
            return [modes.get(line.casefold(), line.upper()) for line in lines]
        case "ordering" | "hpo":
            return lines
        case "matching":
            return {left.strip(): right.strip() for left, _sign, right in (line.partition("=") for line in lines)}
        case "vcf":
            return {ask["id"]: line for ask, line in zip(item["asks"], lines, strict=False)}
    return written.strip()


def flips_told(trials: Sequence[MarkedTrial]) -> str:
    """Return a sentence for each trial answer that does not earn what its author expects."""
    return " ".join(
        _("“%(answer)s” should earn %(expected)s and earns %(score)s.")
        % {
            "answer": " / ".join(trial.written.splitlines()),
            "expected": floatformat(trial.expected, "-2"),
            "score": floatformat(trial.score, "-2"),
        }
        for trial in trials
    )
