from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Why an answer earned what it did: a code, and the facts that its sentence names.

    The sentences stand in courses/assessments/words.py, for they are translated; "feedback" is the author's own text.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mark:
    """What an answer earned: a score in [0, 1], the reasons, and the edition of the key where the key has one."""

    score: float
    reasons: tuple[Reason, ...] = ()
    edition: str = ""


Place = tuple[str | int, ...]  # the names of fields and the numbers in lists, from 0, that lead to something in an item


class UnusableItem(ValueError):
    """An item that cannot be marked at all, such as a pedigree with a cycle; the text names what is wrong with it.

    place: where in the item; empty where it is all of it.
    """

    def __init__(self, said: str, *place: str | int) -> None:
        super().__init__(said)
        self.place: Place = place

    def within(self, *outer: str | int) -> "UnusableItem":
        """Return it as what is wrong with a larger thing, of which what has been looked at is a part."""
        self.place = (*outer, *self.place)
        return self


def has_passed(points: float, possible: int, pass_mark_percent: int) -> bool:
    """Say whether the points reach the pass mark (per cent of the possible points); an empty quiz is not passed."""
    return possible > 0 and points * 100 >= pass_mark_percent * possible - 1e-9


def percent_of(fraction: float) -> int:
    """Return whole per cent, rounded down: what is shown never looks better than what counts."""
    return int(100 * fraction + 1e-9)
