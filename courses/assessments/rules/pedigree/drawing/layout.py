"""Who belongs together, and in which row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from courses.assessments.rules.pedigree.drawing.shapes import APART, BESIDE, LETTER, LONGEST_LABEL
from courses.assessments.rules.pedigree.family import Family


@dataclass(frozen=True)
class Home:
    """Parents and their children, by number; where a parent is not named, or a line only passes a row, partners are one and the same."""

    partners: tuple[int, int]
    children: tuple[int, ...]


@dataclass
class Layout:
    """People, and where lines pass a row, by number: people first, in the order of the family."""

    family: Family
    homes: list[Home]
    row_of: list[int]
    rows: list[list[int]]
    x_of: list[float]
    offsets: list[list[float]] = field(
        default_factory=list
    )  # of each row: where everybody stands at least, from the first
    anchors: list[tuple[int, int, float]] = field(default_factory=list)  # of each home: see _anchor

    @cached_property
    def home_above(self) -> dict[int, int]:
        return {child: number for number, home in enumerate(self.homes) for child in home.children}

    @cached_property
    def homes_below(self) -> dict[int, list[int]]:
        below: dict[int, list[int]] = {}
        for number, home in enumerate(self.homes):
            for partner in set(home.partners):
                below.setdefault(partner, []).append(number)
        return below

    @cached_property
    def couples(self) -> frozenset[tuple[int, int]]:
        return frozenset(pair for home in self.homes for pair in (home.partners, home.partners[::-1]))

    def label_width(self, node: int) -> int:
        people = self.family.people
        return LETTER * min(len(people[node].id), LONGEST_LABEL) if node < len(people) else 0

    def gap(self, left: int, right: int) -> float:
        """Return how far apart two neighbours must stand."""
        home = self.home_above.get(left)
        related = (home is not None and home == self.home_above.get(right)) or (left, right) in self.couples
        labels = (self.label_width(left) + self.label_width(right)) / 2 + LETTER
        return max(BESIDE if related else APART, labels)


def homes_of(family: Family) -> list[Home]:
    children: dict[tuple[int, int], list[int]] = {}
    for place, person in enumerate(family.people):
        if person.parents:
            parents = [family.place_of[parent] for parent in person.parents]
            children.setdefault((parents[0], parents[-1]), []).append(place)
    return [Home(partners, tuple(places)) for partners, places in children.items()]


def rows_of(count: int, homes: Sequence[Home]) -> list[int]:
    """Return the row of each person: below their parents, and beside their partners as long as no row would come out above itself."""
    group = list(range(count))
    for home in homes:
        one, other = (group[partner] for partner in home.partners)
        joined = [one if number == other else number for number in group]
        if _groups_in_order(joined, homes):
            group = joined
    above = _groups_above(group, homes)
    in_order = _groups_in_order(group, homes)
    row = dict.fromkeys(in_order, 0)
    for number in in_order:
        row[number] = max((row[parent] + 1 for parent in above[number]), default=0)
    below: dict[int, list[int]] = {}
    for number, parents in above.items():
        for parent in parents:
            below.setdefault(parent, []).append(number)
    for number in reversed(in_order):  # founders stand right above their children, not at the top
        if not above[number] and number in below:
            row[number] = min(row[child] for child in below[number]) - 1
    return [row[number] for number in group]


def _groups_above(group: Sequence[int], homes: Iterable[Home]) -> dict[int, set[int]]:
    above: dict[int, set[int]] = {number: set() for number in group}
    for home in homes:
        for child in home.children:
            above[group[child]] |= {group[partner] for partner in home.partners}
    return above


def _groups_in_order(group: Sequence[int], homes: Iterable[Home]) -> list[int]:
    """Return the groups, those of parents first; nothing if some group would come out above itself."""
    try:
        return list(TopologicalSorter(_groups_above(group, homes)).static_order())
    except CycleError:
        return []


def with_passages(homes: Iterable[Home], row_of: list[int]) -> list[Home]:
    """Return homes whose children all stand one row below, with a passage (added to row_of) for each row that a line has to pass."""
    complete: list[Home] = []
    for home in homes:
        nearest = []
        for child in home.children:
            lower = child
            while row_of[lower] > max(row_of[partner] for partner in home.partners) + 1:
                row_of.append(row_of[lower] - 1)
                passage = len(row_of) - 1
                complete.append(Home((passage, passage), (lower,)))
                lower = passage
            nearest.append(lower)
        complete.append(replace(home, children=tuple(nearest)))
    return complete
