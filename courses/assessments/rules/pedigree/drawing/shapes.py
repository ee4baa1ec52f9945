from dataclasses import dataclass
from itertools import pairwise

from courses.assessments.rules.pedigree.family import Person

HALF = 12  # half the width of a symbol; all lengths are in units of the drawing
BESIDE = 60  # between neighbours of one family, centre to centre
APART = 76  # between neighbours of different families
LETTER = 7  # the width of a letter below a symbol, about
LONGEST_LABEL = 12
ABOVE, BELOW = 22, 40  # what a row takes above and below its centres: room for lines, and for the label
LEVEL = 10  # between lines that would lie upon each other
MARGIN = 12

Point = tuple[int, int]


@dataclass(frozen=True)
class Symbol:
    """A person at a place."""

    person: Person
    x: int
    y: int

    @property
    def position(self) -> str:
        """As SVG writes it."""
        return f"{self.x} {self.y}"

    @property
    def label(self) -> str:
        name = self.person.id
        return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"


@dataclass(frozen=True)
class Drawing:
    """A family drawn: symbols, and lines as points to be joined one after the other; generations counts the rows."""

    symbols: tuple[Symbol, ...]
    lines: tuple[tuple[Point, ...], ...]
    width: int
    height: int
    generations: int

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def polylines(self) -> list[str]:
        """The lines as SVG writes them."""
        return [" ".join(f"{x},{y}" for x, y in line) for line in self.lines]


def crossings_of(drawing: Drawing) -> int:
    """Return how often upright lines cross level ones; touching with an end is no crossing."""
    level, upright = [], []
    for line in drawing.lines:
        for (x1, y1), (x2, y2) in pairwise(line):
            if y1 == y2:
                level.append((min(x1, x2), max(x1, x2), y1))
            elif x1 == x2:
                upright.append((x1, min(y1, y2), max(y1, y2)))
    return sum(left < x < right and top < y < bottom for left, right, y in level for x, top, bottom in upright)
