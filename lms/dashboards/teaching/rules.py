"""What the answers to a quiz say about its questions: classical item analysis, on plain numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum, sqrt

# Source of the thresholds: docs/decisions.md, "Questions worth a look".
LEAST_ANSWERS = 10  # with fewer, nothing is said
TOO_EASY = 0.95  # above it nearly everyone is right
TOO_HARD = 0.25  # below it people do no better than by guessing among four
LEAST_DISCRIMINATION = 0.1  # below it the question hardly tells who knows the rest
TURNED = -0.1  # below it those who know the rest do worse
PREFERRED = 0.1  # from it on, a wrong option draws those who know the rest


@dataclass(frozen=True, slots=True)
class Answer:
    """One learner's answer to a question.

    score: what it earned, in [0, 1]; rest: the mean of what their other answers of that attempt earned, None if there is
    no other; chosen: ids of the options chosen, where there are any.
    """

    score: float
    rest: float | None = None
    chosen: frozenset[str] = frozenset()


class Reason(StrEnum):
    """Why a question is worth a look."""

    TOO_EASY = "too-easy"
    TOO_HARD = "too-hard"
    TURNED = "better-do-worse"
    LOW = "low-discrimination"
    NOBODY_CHOOSES = "nobody-chooses"
    PREFERRED = "preferred-by-the-better"


@dataclass(frozen=True)
class Flag:
    """A reason to look at a question. option_id: of the option it is about, else empty."""

    reason: Reason
    option_id: str = ""


@dataclass(frozen=True)
class OptionFigures:
    """How an option was used. share: of the answers that chose it; rest: what those earned elsewhere, on average.

    discrimination: point-biserial correlation of choosing it with the rest, None where it cannot be told.
    """

    option_id: str
    is_correct: bool
    count: int
    share: float
    rest: float | None
    discrimination: float | None


@dataclass(frozen=True)
class ItemFigures:
    """What a question's answers say. Under LEAST_ANSWERS only their number is known and nothing is flagged."""

    answers: int
    facility: float | None = None
    discrimination: float | None = None
    options: tuple[OptionFigures, ...] = ()
    flags: tuple[Flag, ...] = ()

    @property
    def is_judged(self) -> bool:
        return self.answers >= LEAST_ANSWERS


def analyse(answers: Sequence[Answer], options: Mapping[str, bool]) -> ItemFigures:
    """Return the figures of a question. options: id -> whether it is correct, in order; empty if it has none."""
    if len(answers) < LEAST_ANSWERS:
        return ItemFigures(len(answers))
    facility = mean(answer.score for answer in answers)
    discrimination = correlation(
        [(answer.score, answer.rest) for answer in answers if answer.rest is not None],
    )
    figures = tuple(_option_figures(option_id, is_correct, answers) for option_id, is_correct in options.items())
    return ItemFigures(
        answers=len(answers),
        facility=facility,
        discrimination=discrimination,
        options=figures,
        flags=tuple(_flags(facility, discrimination, figures)),
    )


def rests(scores: Sequence[float]) -> list[float | None]:
    """Return, for each score of an attempt, the mean of the others: what the question is compared with.

    Leaving the question out of its own total keeps it from correlating with itself. Source: Guilford, The correlation of
    an item with a composite of the remaining items in a test, Educ. Psychol. Meas. 1953, 13, 87-93. Every question counts
    the same, for points may have been changed since.
    """
    if len(scores) < 2:
        return [None] * len(scores)
    total = fsum(scores)
    return [min(max((total - score) / (len(scores) - 1), 0.0), 1.0) for score in scores]


def mean(values: Iterable[float]) -> float:
    """Return the mean, whatever the order, of one value or more."""
    values = list(values)
    return fsum(values) / len(values)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the product-moment correlation, in [-1, 1]; None if either side does not vary.

    Of a question marked right or wrong with a score, this is the point-biserial correlation; sums are exact, so the
    order of the pairs does not matter.
    """
    if len({x for x, _y in pairs}) < 2 or len({y for _x, y in pairs}) < 2:
        return None
    mean_x, mean_y = mean(x for x, _y in pairs), mean(y for _x, y in pairs)
    spread = sqrt(fsum((x - mean_x) ** 2 for x, _y in pairs)) * sqrt(fsum((y - mean_y) ** 2 for _x, y in pairs))
    if not spread:
        return None  # they differ by less than a float can square
    return min(max(fsum((x - mean_x) * (y - mean_y) for x, y in pairs) / spread, -1.0), 1.0)


def _option_figures(option_id: str, is_correct: bool, answers: Sequence[Answer]) -> OptionFigures:
    compared = [(float(option_id in answer.chosen), answer.rest) for answer in answers if answer.rest is not None]
    elsewhere = [rest for is_chosen, rest in compared if is_chosen]
    count = sum(option_id in answer.chosen for answer in answers)
    return OptionFigures(
        option_id=option_id,
        is_correct=is_correct,
        count=count,
        share=count / len(answers),
        rest=mean(elsewhere) if elsewhere else None,
        discrimination=correlation(compared),
    )


def _flags(facility: float, discrimination: float | None, options: Iterable[OptionFigures]) -> Iterable[Flag]:
    if facility > TOO_EASY:
        yield Flag(Reason.TOO_EASY)
    if facility < TOO_HARD:
        yield Flag(Reason.TOO_HARD)
    if discrimination is not None and discrimination < TURNED:
        yield Flag(Reason.TURNED)
    elif discrimination is not None and discrimination < LEAST_DISCRIMINATION:
        yield Flag(Reason.LOW)
    for option in options:
        if option.is_correct:
            continue
        if not option.count:
            yield Flag(Reason.NOBODY_CHOOSES, option.option_id)
        if option.discrimination is not None and option.discrimination >= PREFERRED:
            yield Flag(Reason.PREFERRED, option.option_id)
