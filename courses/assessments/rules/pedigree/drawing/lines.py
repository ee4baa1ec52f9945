"""Which lines join people."""

from collections.abc import Sequence
from dataclasses import replace

from courses.assessments.rules.pedigree.drawing.layout import Home, Layout
from courses.assessments.rules.pedigree.drawing.placing import are_neighbours, descent, from_above_and_left
from courses.assessments.rules.pedigree.drawing.shapes import ABOVE, BELOW, HALF, LEVEL, MARGIN, Drawing, Point, Symbol
from courses.assessments.rules.pedigree.family import Family


def draw(layout: Layout) -> Drawing:
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


def _row_below(layout: Layout, home: int) -> int:
    return layout.row_of[layout.homes[home].children[0]]


def _levels(layout: Layout) -> list[tuple[int, int]]:
    """Return each home with the level of the line over its children, so that no two of one row lie upon each other."""
    taken: dict[tuple[int, int], float] = {}  # (row, level): where it is free again
    spans = []
    for number, home in enumerate(layout.homes):
        ends = [descent(layout, number), *(layout.x_of[child] for child in home.children)]
        spans.append((min(ends), max(ends), number))
    found = []
    for left, right, number in sorted(spans):
        row, level = _row_below(layout, number), 0
        while taken.get((row, level), float("-inf")) >= left:
            level += 1
        taken[row, level] = right
        found.append((number, level))
    return found


def _lines_of(layout: Layout, number: int, y_of_row: Sequence[int], bar: int) -> list[tuple[Point, ...]]:
    """Return the line between partners (two if they are related), that down from it, that over the children, one to each child."""
    home, people = layout.homes[number], len(layout.family.people)
    down = round(descent(layout, number))
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


def _between(layout: Layout, home: Home, down: int, y_of_row: Sequence[int]) -> tuple[Point, ...]:
    one, other = from_above_and_left(layout, home)
    x1, x2 = round(layout.x_of[one]), round(layout.x_of[other])
    y1, y2 = y_of_row[layout.row_of[one]], y_of_row[layout.row_of[other]]
    if one == other:
        is_person = one < len(layout.family.people)
        return ((x1 + HALF if down > x1 else x1 - HALF, y1), (down, y1)) if is_person else ()
    if are_neighbours(layout, one, other):
        return (x1 + HALF, y1), (x2 - HALF, y2)
    side = 1 if y1 == y2 else -1
    beside, over = x1 + side * (HALF + LEVEL), y2 - HALF - LEVEL // 2
    return (x1 + side * HALF, y1), (beside, y1), (beside, over), (down, over), (down, y2), (x2 - HALF, y2)


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
