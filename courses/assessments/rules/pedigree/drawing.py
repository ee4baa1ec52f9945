"""Where the people of a family stand and which lines join them; symbols and lines as in Bennett 2008, doi:10.1007/s10897-008-9169-9."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import accumulate, pairwise
from statistics import fmean

from courses.assessments.rules.pedigree.family import Family, Person

HALF = 12  # half the width of a symbol; all lengths are in units of the drawing
BESIDE = 60  # between neighbours of one family, centre to centre
APART = 76  # between neighbours of different families
LETTER = 7  # the width of a letter below a symbol, about
LONGEST_LABEL = 12
ABOVE, BELOW = 22, 40  # what a row takes above and below its centres: room for lines, and for the label
LEVEL = 10  # between lines that would lie upon each other
MARGIN = 12
_ROUNDS, _ORDERS = 30, 6  # attempts at better places, and at a better order

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


@dataclass(frozen=True)
class _Home:
    """Parents and their children, by number; where a parent is not named, or a line only passes a row, partners are one and the same."""

    partners: tuple[int, int]
    children: tuple[int, ...]


@dataclass
class _Layout:
    """People, and where lines pass a row, by number: people first, in the order of the family."""

    family: Family
    homes: list[_Home]
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


def drawing_of(family: Family) -> Drawing:
    """Return the drawing of a family; nobody stands upon anybody else, and lines cross only where no order found avoids it."""
    homes = _homes_of(family)
    row_of = _rows_of(len(family.people), homes)
    homes = _with_passages(homes, row_of)
    layout = _Layout(family, homes, row_of, _first_order(homes, row_of), [0.0] * len(row_of))
    _place(layout)
    best = _drawn(layout)
    crossings = crossings_of(best)
    for _round in range(_ORDERS if crossings else 0):
        before = [list(row) for row in layout.rows]
        _reorder(layout)
        if layout.rows == before:
            break
        _place(layout)
        drawn = _drawn(layout)
        if crossings_of(drawn) < crossings:
            best, crossings = drawn, crossings_of(drawn)
    return best


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


def are_related(family: Family, one: str, other: str) -> bool:
    """Say whether two people share an ancestor, or one is an ancestor of the other."""
    return bool(_ancestors(family, one) & _ancestors(family, other))


def _ancestors(family: Family, name: str) -> set[str]:
    found, waiting = set(), [name]
    while waiting:
        person = family.people[family.place_of[waiting.pop()]]
        if person.id not in found:
            found.add(person.id)
            waiting.extend(person.parents)
    return found


# -- Who belongs together, and in which row ----------------------------------------------------------------------------


def _homes_of(family: Family) -> list[_Home]:
    children: dict[tuple[int, int], list[int]] = {}
    for place, person in enumerate(family.people):
        if person.parents:
            parents = [family.place_of[parent] for parent in person.parents]
            children.setdefault((parents[0], parents[-1]), []).append(place)
    return [_Home(partners, tuple(places)) for partners, places in children.items()]


def _rows_of(count: int, homes: Sequence[_Home]) -> list[int]:
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


def _groups_above(group: Sequence[int], homes: Iterable[_Home]) -> dict[int, set[int]]:
    above: dict[int, set[int]] = {number: set() for number in group}
    for home in homes:
        for child in home.children:
            above[group[child]] |= {group[partner] for partner in home.partners}
    return above


def _groups_in_order(group: Sequence[int], homes: Iterable[_Home]) -> list[int]:
    """Return the groups, those of parents first; nothing if some group would come out above itself."""
    try:
        return list(TopologicalSorter(_groups_above(group, homes)).static_order())
    except CycleError:
        return []


def _with_passages(homes: Iterable[_Home], row_of: list[int]) -> list[_Home]:
    """Return homes whose children all stand one row below, with a passage (added to row_of) for each row that a line has to pass."""
    complete: list[_Home] = []
    for home in homes:
        nearest = []
        for child in home.children:
            lower = child
            while row_of[lower] > max(row_of[partner] for partner in home.partners) + 1:
                row_of.append(row_of[lower] - 1)
                passage = len(row_of) - 1
                complete.append(_Home((passage, passage), (lower,)))
                lower = passage
            nearest.append(lower)
        complete.append(replace(home, children=tuple(nearest)))
    return complete


# -- In which order, and how far apart ---------------------------------------------------------------------------------


def _first_order(homes: Sequence[_Home], row_of: Sequence[int]) -> list[list[int]]:
    """Return each row from left to right: family after family, partners side by side, children as the item lists them."""
    rows: list[list[int]] = [[] for _row in range(max(row_of) + 1)]
    below: dict[int, list[_Home]] = {}
    for home in homes:
        for partner in dict.fromkeys(home.partners):
            below.setdefault(partner, []).append(home)
    seen: set[int] = set()

    def visit(node: int) -> None:
        if node in seen:
            return
        seen.add(node)
        rows[row_of[node]].append(node)
        for home in below.get(node, ()):
            for partner in home.partners:
                visit(partner)
            for child in home.children:
                visit(child)

    for node in sorted(range(len(row_of)), key=lambda node: row_of[node]):
        visit(node)
    return [_side_by_side(row, row_of, below) for row in rows]


def _side_by_side(row: Sequence[int], row_of: Sequence[int], below: dict[int, list[_Home]]) -> list[int]:
    """Return a row with partners next to each other, each circle of partners where its first one stands."""
    partners = {
        node: [
            other
            for home in below.get(node, ())
            for other in home.partners
            if other != node and row_of[other] == row_of[node]
        ]
        for node in row
    }
    ordered: list[int] = []
    for node in row:
        if node in ordered:
            continue
        circle = _circle(node, partners)
        end = next((one for one in circle if len(partners[one]) <= 1), node)
        ordered += _circle(end, partners)
    return ordered


def _circle(start: int, partners: dict[int, list[int]]) -> list[int]:
    found: dict[int, None] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(reversed(partners[node]))
    return list(found)


def _place(layout: _Layout) -> None:
    """Give everybody an x: rows in their order, parents above the middle of their children as far as neighbours allow."""
    layout.offsets = [
        list(accumulate((layout.gap(left, right) for left, right in pairwise(row)), initial=0.0)) for row in layout.rows
    ]
    layout.anchors = [_anchor(layout, home) for home in layout.homes]
    for row in range(len(layout.rows)):
        _settle(layout, row, layout.offsets[row])
    for _round in range(_ROUNDS):
        before = list(layout.x_of)
        for row in range(1, len(layout.rows)):
            _settle(layout, row, [_under_parents(layout, node) for node in layout.rows[row]])
        for row in reversed(range(len(layout.rows) - 1)):
            _settle(layout, row, [_above_children(layout, node) for node in layout.rows[row]])
        if all(abs(x - old) < 0.5 for x, old in zip(layout.x_of, before, strict=True)):
            break


def _settle(layout: _Layout, row: int, wanted: Sequence[float]) -> None:
    """Put a row as near to what is wanted as its gaps allow, by least squares (pool adjacent violators)."""
    offsets = layout.offsets[row]
    pools: list[tuple[float, int]] = []  # sum, number
    for want, offset in zip(wanted, offsets, strict=True):
        total, number = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] > total / number:
            before, members = pools.pop()
            total, number = total + before, number + members
        pools.append((total, number))
    places = (total / number for total, number in pools for _member in range(number))
    for node, place, offset in zip(layout.rows[row], places, offsets, strict=True):
        layout.x_of[node] = place + offset


def _under_parents(layout: _Layout, node: int) -> float:
    home = layout.home_above.get(node)
    return layout.x_of[node] + (0 if home is None else _off_centre(layout, home))


def _above_children(layout: _Layout, node: int) -> float:
    homes = layout.homes_below.get(node, ())
    return layout.x_of[node] - (sum(_off_centre(layout, home) for home in homes) / len(homes) if homes else 0)


def _off_centre(layout: _Layout, home: int) -> float:
    """Return how far the middle of the children is left of where their line comes down."""
    children = [layout.x_of[child] for child in layout.homes[home].children]
    return _descent(layout, home) - (min(children) + max(children)) / 2


def _descent(layout: _Layout, home: int) -> float:
    """Return the x at which the line to the children leaves their parents."""
    one, other, beside = layout.anchors[home]
    return (layout.x_of[one] + layout.x_of[other]) / 2 + beside


def _anchor(layout: _Layout, home: _Home) -> tuple[int, int, float]:
    """Return from whom the line to the children comes down, halfway between two, and how far beside that."""
    one, other = _from_above_and_left(layout, home)
    if one == other:
        return one, one, _free_side(layout, one) * BESIDE / 2 if one < len(layout.family.people) else 0
    if _are_neighbours(layout, one, other):
        return one, other, 0
    return other, other, -BESIDE / 2


def _from_above_and_left(layout: _Layout, home: _Home) -> tuple[int, int]:
    one, other = sorted(
        home.partners, key=lambda node: (layout.row_of[node], layout.rows[layout.row_of[node]].index(node))
    )
    return one, other


def _free_side(layout: _Layout, node: int) -> float:
    """Return on which side of a person no partner stands: 1 on the right, -1 on the left, and a half where there is one on either."""
    row = layout.rows[layout.row_of[node]]
    place = row.index(node)
    if place + 1 == len(row) or (node, row[place + 1]) not in layout.couples:
        return 1
    return -1 if place == 0 or (node, row[place - 1]) not in layout.couples else 0.5


def _are_neighbours(layout: _Layout, one: int, other: int) -> bool:
    row = layout.rows[layout.row_of[one]]
    return layout.row_of[one] == layout.row_of[other] and abs(row.index(one) - row.index(other)) == 1


def _reorder(layout: _Layout) -> None:
    """Sort each row by where the parents stand, or else the children; partners are kept together, each on the side of their parents."""
    for row in layout.rows:
        wanted = {
            node: _descent(layout, layout.home_above[node])
            if node in layout.home_above
            else _above_children(layout, node)
            for node in row
        }
        circles: list[list[int]] = []
        for node in row:
            if circles and any((node, one) in layout.couples for one in circles[-1]):
                circles[-1].append(node)
            else:
                circles.append([node])
        middles = {}
        for circle in circles:
            children = [node for node in circle if node in layout.home_above]
            if children and wanted[children[0]] > wanted[children[-1]]:
                circle.reverse()
            middles[circle[0]] = fmean(wanted[node] for node in children or circle)
        circles.sort(key=lambda circle: middles[circle[0]])
        row[:] = [node for circle in circles for node in circle]


# -- Lines -------------------------------------------------------------------------------------------------------------


def _drawn(layout: _Layout) -> Drawing:
    people = layout.family.people
    leftmost = min(layout.x_of[node] - max(layout.label_width(node) / 2, 2 * HALF) for node in range(len(layout.x_of)))
    x_of = [round(x - leftmost) + MARGIN for x in layout.x_of]
    placed = replace(layout, x_of=[float(x) for x in x_of])
    levels = _levels(placed)
    y_of_row = [MARGIN + ABOVE]
    for row in range(len(layout.rows) - 1):
        depth = max((level for home, level in levels if _row_below(placed, home) == row + 1), default=0)
        y_of_row.append(y_of_row[-1] + BELOW + ABOVE + LEVEL * (depth + 1))
    lines: list[tuple[Point, ...]] = []
    for home, level in levels:
        lines += _lines_of(placed, home, y_of_row, y_of_row[_row_below(placed, home)] - ABOVE - LEVEL * level)
    symbols = tuple(Symbol(one, x_of[n], y_of_row[layout.row_of[n]]) for n, one in enumerate(people))
    rightmost = [x + max(layout.label_width(node) // 2, 2 * HALF) for node, x in enumerate(x_of)]
    right = max(rightmost + [x for line in lines for x, _y in line])
    return Drawing(symbols, tuple(lines), right + MARGIN, y_of_row[-1] + BELOW, len(layout.rows))


def _row_below(layout: _Layout, home: int) -> int:
    return layout.row_of[layout.homes[home].children[0]]


def _levels(layout: _Layout) -> list[tuple[int, int]]:
    """Return each home with the level of the line over its children, so that no two of one row lie upon each other."""
    taken: dict[tuple[int, int], float] = {}  # (row, level): where it is free again
    spans = []
    for number, home in enumerate(layout.homes):
        ends = [_descent(layout, number), *(layout.x_of[child] for child in home.children)]
        spans.append((min(ends), max(ends), number))
    found = []
    for left, right, number in sorted(spans):
        row, level = _row_below(layout, number), 0
        while taken.get((row, level), float("-inf")) >= left:
            level += 1
        taken[row, level] = right
        found.append((number, level))
    return found


def _lines_of(layout: _Layout, number: int, y_of_row: Sequence[int], bar: int) -> list[tuple[Point, ...]]:
    """Return the line between partners (two if they are related), that down from it, that over the children, one to each child."""
    home, people = layout.homes[number], len(layout.family.people)
    down = round(_descent(layout, number))
    children = {child: round(layout.x_of[child]) for child in home.children}
    if len(children) == 1 and min(children) < people and abs(down - min(children.values())) < HALF // 2:
        children = dict.fromkeys(children, down)  # not worth a bend
    between = _between(layout, home, down, y_of_row)
    is_double = len(set(home.partners)) == 2 and are_related(
        layout.family, *(layout.family.people[partner].id for partner in home.partners)
    )
    lines = [between] if between else []
    if is_double:
        lines = [tuple((x, y + shift) for x, y in between) for shift in (-2, 2)]
    start = max(y_of_row[layout.row_of[partner]] for partner in home.partners) + 2 * is_double
    lines.append(((down, start), (down, bar)))
    ends = [down, *children.values()]
    if min(ends) < max(ends):
        lines.append(((min(ends), bar), (max(ends), bar)))
    for child, x in children.items():
        lines.append(((x, bar), (x, y_of_row[layout.row_of[child]] - (HALF if child < people else 0))))
    return lines


def _between(layout: _Layout, home: _Home, down: int, y_of_row: Sequence[int]) -> tuple[Point, ...]:
    one, other = _from_above_and_left(layout, home)
    x1, x2 = round(layout.x_of[one]), round(layout.x_of[other])
    y1, y2 = y_of_row[layout.row_of[one]], y_of_row[layout.row_of[other]]
    if one == other:
        is_person = one < len(layout.family.people)
        return ((x1 + HALF if down > x1 else x1 - HALF, y1), (down, y1)) if is_person else ()
    if _are_neighbours(layout, one, other):
        return (x1 + HALF, y1), (x2 - HALF, y2)
    side = 1 if y1 == y2 else -1
    beside, over = x1 + side * (HALF + LEVEL), y2 - HALF - LEVEL // 2
    return (x1 + side * HALF, y1), (beside, y1), (beside, over), (down, over), (down, y2), (x2 - HALF, y2)
