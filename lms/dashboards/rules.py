"""Which figures are withheld: small ones, and as many others as it takes that no subtraction gives a small one away."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

LEAST = 10  # figures under it are withheld, for everyone. Source: access policy, "Public figures only for cells of 10 or more"

Key = Hashable
K = TypeVar("K", bound=Hashable)
Cell = tuple[Key, Key]
Values = tuple[int, ...]  # one figure per measure of a group whose figures are withheld together


@dataclass(frozen=True)
class Table:
    """Figures by two things, such as course and country. A cell that is not named is nought."""

    rows: Sequence[Key]
    columns: Sequence[Key]
    cells: Mapping[Cell, Values]


# -- Periods ------------------------------------------------------------------------------------------------------


def add_months(month: date, number: int) -> date:
    """Return the first day of the month that lies so many months later (or earlier)."""
    months = month.year * 12 + month.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def periods(first: date, today: date) -> list[date]:
    """Return the last months of the periods on offer, newest first: whole years of twelve months back from this one.

    Periods do not overlap, so subtracting one from another gives nothing away.
    """
    last = today.replace(day=1)
    found = [last]
    while add_months(found[-1], -11) > first:
        found.append(add_months(found[-1], -12))
    return found


def months_of(last: date) -> list[date]:
    """Return the twelve months of the period that ends with this month, in order."""
    return [add_months(last, number) for number in range(-11, 1)]


# -- Time to complete ----------------------------------------------------------------------------------------------


def quartiles_of(histogram: Mapping[int, int]) -> tuple[int, int, int] | None:
    """Return in how many days a quarter, half and three quarters of people were done, or None where there are none.

    Each is the smallest figure that so many people did not exceed.
    """
    people = sum(histogram.values())
    if people <= 0:
        return None
    found, reached = [], 0
    wanted = [1, 2, 3]
    for day in sorted(histogram):
        reached += histogram[day]
        while wanted and 4 * reached >= wanted[0] * people:
            found.append(day)
            wanted.pop(0)
    return found[0], found[1], found[2]


# -- Withholding --------------------------------------------------------------------------------------------------


def withheld_parts(parts: Mapping[Key, Values], *, least: int = LEAST) -> frozenset[Key]:
    """Return which parts of a total are withheld, given that the total itself is shown.

    Small parts are, and the smallest others with them until what is withheld adds up to enough, in at least two parts.
    """
    hidden = {key for key, values in parts.items() if min(values) < least}
    shown = _smallest_first((key for key in parts if key not in hidden), parts)
    while hidden and shown and not _is_enough([parts[key] for key in hidden], least):
        hidden.add(shown.pop(0))
    return frozenset(hidden)


def withheld_cells(
    table: Table, *, hidden_rows: Set[Key], hidden_columns: Set[Key], least: int = LEAST
) -> frozenset[Cell]:
    """Return which cells of a table are withheld, given which sums of rows and columns are.

    What is shown of the table, its sums and its total leaves every withheld figure open: checked cell by cell.
    """
    nothing = (0,) * len(next(iter(table.cells.values()), (0,)))
    values = {(row, column): table.cells.get((row, column), nothing) for row in table.rows for column in table.columns}
    hidden = {
        (row, column)
        for (row, column), figures in values.items()
        if row in hidden_rows or column in hidden_columns or min(figures) < least
    }
    lines = [
        *([(row, column) for column in table.columns] for row in table.rows if row not in hidden_rows),
        *([(row, column) for row in table.rows] for column in table.columns if column not in hidden_columns),
    ]
    while True:
        before = len(hidden)
        for line in lines:
            inside = [cell for cell in line if cell in hidden]
            if not inside or _is_enough([values[cell] for cell in inside], least):
                continue  # nearly always: what is shown is put in order only where some of it has to go
            shown = _smallest_first((cell for cell in line if cell not in hidden), values)
            while shown and not _is_enough([values[cell] for cell in inside], least):
                inside.append(shown.pop(0))
                hidden.add(inside[-1])
        if len(hidden) == len(values):
            return frozenset(hidden)  # as of figures that such a table never counts: nothing is left to be withheld
        if len(hidden) > before:
            continue
        given_away = _first_given_away(values, hidden, hidden_rows, hidden_columns)
        if given_away is None:
            return frozenset(hidden)
        row, column = given_away
        beside = _smallest_first(
            (cell for cell in values if cell not in hidden and (cell[0] == row or cell[1] == column)), values
        )
        if not beside:
            return frozenset(values)
        hidden.add(beside[0])


def _is_enough(withheld: Sequence[Values], least: int) -> bool:
    """Say whether figures withheld from one sum leave each other open: two or more, and not all as small as can be."""
    sums = [sum(figures) for figures in zip(*withheld, strict=True)]
    return len(withheld) > 1 and min(sums) >= max(least, len(withheld) + 1)


def _smallest_first(keys: Iterable[K], values: Mapping[K, Values]) -> list[K]:
    return sorted(keys, key=lambda key: (values[key], str(key)))


def _first_given_away(
    values: Mapping[Cell, Values], hidden: Set[Cell], hidden_rows: Set[Key], hidden_columns: Set[Key]
) -> Cell | None:
    """Return a withheld cell that what is shown gives away, or None.

    A table with its sums is a flow from the total through rows and columns back to the total. A withheld figure is open
    if some round trip through it, over withheld figures only, can be raised on the way there and lowered on the
    way back; a figure of nought cannot be lowered.
    """
    for measure in range(len(next(iter(values.values()), ()))):
        flow = _Flow({cell: values[cell][measure] for cell in hidden}, hidden_rows, hidden_columns)
        for cell in sorted(hidden, key=str):
            if not flow.is_open(cell):
                return cell
    return None


class _Flow:
    """values: the withheld figures of one measure."""

    def __init__(self, values: Mapping[Cell, int], hidden_rows: Set[Key], hidden_columns: Set[Key]) -> None:
        self.values = values
        self.exits: dict[Key, set[Key]] = defaultdict(set)
        self.columns_of: dict[Key, set[Key]] = defaultdict(set)
        self.rows_of: dict[Key, set[Key]] = defaultdict(set)
        self.lowerable_columns_of: dict[Key, set[Key]] = defaultdict(set)
        self.reached: dict[Key, set[Key]] = {}
        row_sums: dict[Key, int] = defaultdict(int)
        column_sums: dict[Key, int] = defaultdict(int)
        for (row, column), value in values.items():
            self.columns_of[row].add(column)
            self.rows_of[column].add(row)
            if value > 0:
                self.lowerable_columns_of[row].add(column)
            row_sums[row] += value  # whole, where it matters: of a withheld sum every cell is withheld
            column_sums[column] += value
            self._connect(("row", row), ("column", column), value)
        for row in hidden_rows:
            self._connect("source", ("row", row), row_sums[row])
        for column in hidden_columns:
            self._connect(("column", column), "sink", column_sums[column])

    def _connect(self, start: Key, end: Key, value: int) -> None:
        self.exits[start].add(end)
        if value > 0:
            self.exits[end].add(start)

    def is_open(self, cell: Cell) -> bool:
        """Say whether the cell's figure could be another: raised, or lowered if it is not nought."""
        row, column = cell
        if self._has_square(cell):
            return True
        if self.values[cell] == 0:
            return ("row", row) in self._reachable_from(("column", column))
        ends = ("column", column), ("row", row)
        return self._reaches(*ends) or self._reaches(*reversed(ends))

    def _has_square(self, cell: Cell) -> bool:
        """Look for the commonest round trip first: four withheld cells at the corners of a rectangle."""
        row, column = cell
        lowerable = self.lowerable_columns_of[row] - {column}
        for other in self.rows_of[column]:
            if other == row:
                continue
            # Raise the cell, lower its two neighbours in the rectangle, raise the corner opposite.
            if self.values[other, column] > 0 and not lowerable.isdisjoint(self.columns_of[other]):
                return True
            # Or the other way round.
            if self.values[cell] > 0:
                opposite = self.lowerable_columns_of[other] & self.columns_of[row]
                if len(opposite) > (column in opposite):
                    return True
        return False

    def _reachable_from(self, start: Key) -> set[Key]:
        if start not in self.reached:
            seen, waiting = {start}, [start]
            while waiting:
                new = self.exits[waiting.pop()] - seen
                seen |= new
                waiting += new
            self.reached[start] = seen
        return self.reached[start]

    def _reaches(self, start: Key, end: Key) -> bool:
        """Say whether there is a way that does not simply go back through the cell between the two."""
        seen = {start}
        waiting = deque(self.exits[start] - {end})
        while waiting:
            here = waiting.popleft()
            if here == end:
                return True
            if here not in seen:
                seen.add(here)
                waiting += self.exits[here] - seen
        return False
