"""In which order people stand, and how far apart."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from statistics import fmean

from courses.assessments.rules.pedigree.drawing.layout import Home, Layout
from courses.assessments.rules.pedigree.drawing.shapes import BESIDE

_ROUNDS = 30  # attempts at better places


def first_order(homes: Sequence[Home], row_of: Sequence[int]) -> list[list[int]]:
    """Return each row from left to right: family after family, partners side by side, children as the item lists them."""
    rows: list[list[int]] = [[] for _row in range(max(row_of) + 1)]
    below: dict[int, list[Home]] = {}
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


def _side_by_side(row: Sequence[int], row_of: Sequence[int], below: dict[int, list[Home]]) -> list[int]:
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


def place(layout: Layout) -> None:
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


def _settle(layout: Layout, row: int, wanted: Sequence[float]) -> None:
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


def _under_parents(layout: Layout, node: int) -> float:
    home = layout.home_above.get(node)
    return layout.x_of[node] + (0 if home is None else _off_centre(layout, home))


def _above_children(layout: Layout, node: int) -> float:
    homes = layout.homes_below.get(node, ())
    return layout.x_of[node] - (sum(_off_centre(layout, home) for home in homes) / len(homes) if homes else 0)


def _off_centre(layout: Layout, home: int) -> float:
    """Return how far the middle of the children is left of where their line comes down."""
    children = [layout.x_of[child] for child in layout.homes[home].children]
    return descent(layout, home) - (min(children) + max(children)) / 2


def descent(layout: Layout, home: int) -> float:
    """Return the x at which the line to the children leaves their parents."""
    one, other, beside = layout.anchors[home]
    return (layout.x_of[one] + layout.x_of[other]) / 2 + beside


def _anchor(layout: Layout, home: Home) -> tuple[int, int, float]:
    """Return from whom the line to the children comes down, halfway between two, and how far beside that."""
    one, other = from_above_and_left(layout, home)
    if one == other:
        return one, one, _free_side(layout, one) * BESIDE / 2 if one < len(layout.family.people) else 0
    if are_neighbours(layout, one, other):
        return one, other, 0
    return other, other, -BESIDE / 2


def from_above_and_left(layout: Layout, home: Home) -> tuple[int, int]:
    one, other = sorted(
        home.partners, key=lambda node: (layout.row_of[node], layout.rows[layout.row_of[node]].index(node))
    )
    return one, other


def _free_side(layout: Layout, node: int) -> float:
    """Return on which side of a person no partner stands: 1 on the right, -1 on the left, and a half where there is one on either."""
    row = layout.rows[layout.row_of[node]]
    place = row.index(node)
    if place + 1 == len(row) or (node, row[place + 1]) not in layout.couples:
        return 1
    return -1 if place == 0 or (node, row[place - 1]) not in layout.couples else 0.5


def are_neighbours(layout: Layout, one: int, other: int) -> bool:
    row = layout.rows[layout.row_of[one]]
    return layout.row_of[one] == layout.row_of[other] and abs(row.index(one) - row.index(other)) == 1


def reorder(layout: Layout) -> None:
    """Sort each row by where the parents stand, or else the children; partners are kept together, each on the side of their parents."""
    for row in layout.rows:
        wanted = {
            node: descent(layout, layout.home_above[node])
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
