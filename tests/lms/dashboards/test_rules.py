from datetime import date
from itertools import product
from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.dashboards.rules import (
    LEAST,
    Table,
    add_months,
    months_of,
    periods,
    withheld_cells,
    withheld_parts,
)

SMALL = 3  # the least figure shown in these tests, so that every other world can be tried out


def possible_values(line: dict, hidden: frozenset) -> dict:
    """Return the values that each withheld part could have, for somebody who knows the total and what is shown."""
    rest = sum(value for (value,) in (line[key] for key in hidden))
    keys = sorted(hidden)
    worlds = [world for world in product(range(rest + 1), repeat=len(keys)) if sum(world) == rest]
    return {key: {world[number] for world in worlds} for number, key in enumerate(keys)}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5))
def test_no_withheld_part_of_a_shown_total_can_be_worked_out(values):
    line = {number: (value,) for number, value in enumerate(values)}
    assume(sum(values) >= SMALL)
    hidden = withheld_parts(line, least=SMALL)
    assert {key for key, (value,) in line.items() if value < SMALL} <= hidden
    for key, possible in possible_values(line, hidden).items():
        assert len(possible) > 1, f"part {key} can only be {possible}"


@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_what_is_withheld_from_a_sum_is_not_itself_a_small_figure(values):
    line = {number: (value,) for number, value in enumerate(values)}
    assume(sum(values) >= LEAST)
    hidden = withheld_parts(line)
    assert not hidden or sum(line[key][0] for key in hidden) >= LEAST


@given(st.lists(st.integers(LEAST, 500), min_size=1, max_size=8))
def test_nothing_is_withheld_where_every_figure_is_large(values):
    assert withheld_parts({number: (value,) for number, value in enumerate(values)}) == frozenset()


def test_one_small_part_takes_the_smallest_other_with_it():
    assert withheld_parts({"FJ": (4,), "GH": (31,), "NP": (12,), "IN": (60,)}) == {"FJ", "NP"}


def test_figures_of_a_group_are_withheld_together():
    completed_and_certified = {"FJ": (11, 9), "GH": (31, 31), "NP": (12, 12)}
    assert withheld_parts(completed_and_certified) == {"FJ", "NP"}


def worlds(rows: list[list[int]], shown: set, hidden_rows: frozenset, hidden_columns: frozenset):
    """Yield every table that looks the same to somebody who knows the total, the sums that are shown, and what is shown."""
    height, width = len(rows), len(rows[0])
    total = sum(map(sum, rows))
    row_sums = [None if row in hidden_rows else sum(rows[row]) for row in range(height)]
    column_sums = [None if column in hidden_columns else sum(line[column] for line in rows) for column in range(width)]
    cells = [(row, column) for row in range(height) for column in range(width)]

    def fill(number: int, world: dict):
        if number == len(cells):
            if sum(world.values()) == total:
                yield dict(world)
            return
        row, column = cells[number]
        row_so_far = sum(world[row, c] for c in range(column))
        column_so_far = sum(world[r, column] for r in range(row))
        room = total - sum(world.values())
        limits = [room]
        if row_sums[row] is not None:
            limits.append(row_sums[row] - row_so_far)
        if column_sums[column] is not None:
            limits.append(column_sums[column] - column_so_far)
        exact = []
        if (row, column) in shown:
            exact.append(rows[row][column])
        if column == width - 1 and row_sums[row] is not None:
            exact.append(row_sums[row] - row_so_far)
        if row == height - 1 and column_sums[column] is not None:
            exact.append(column_sums[column] - column_so_far)
        if len(set(exact)) > 1:
            return
        for value in exact[:1] or range(min(limits) + 1):
            if 0 <= value <= min(limits):
                world[row, column] = value
                yield from fill(number + 1, world)
                del world[row, column]

    yield from fill(0, {})


tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 4), min_size=width, max_size=width), min_size=1, max_size=3 if width < 3 else 2
    )
)


@given(tables)
@settings(max_examples=400, deadline=None)
def test_no_withheld_cell_or_sum_of_a_table_can_be_worked_out(rows):
    height, width = len(rows), len(rows[0])
    assume(sum(map(sum, rows)) >= SMALL)
    row_sums = {row: (sum(rows[row]),) for row in range(height)}
    column_sums = {column: (sum(line[column] for line in rows),) for column in range(width)}
    hidden_rows = withheld_parts(row_sums, least=SMALL)
    hidden_columns = withheld_parts(column_sums, least=SMALL)
    cells = {(row, column): (rows[row][column],) for row in range(height) for column in range(width)}
    hidden = withheld_cells(
        Table(range(height), range(width), cells), hidden_rows=hidden_rows, hidden_columns=hidden_columns, least=SMALL
    )
    assert {cell for cell, (value,) in cells.items() if value < SMALL} <= hidden
    seen: dict = {cell: set() for cell in hidden}
    sums_seen: dict = {("row", row): set() for row in hidden_rows} | {("col", c): set() for c in hidden_columns}
    for world in worlds(rows, set(cells) - hidden, hidden_rows, hidden_columns):
        for cell in hidden:
            seen[cell].add(world[cell])
        for row in hidden_rows:
            sums_seen["row", row].add(sum(world[row, column] for column in range(width)))
        for column in hidden_columns:
            sums_seen["col", column].add(sum(world[row, column] for row in range(height)))
        if all(len(values) > 1 for values in (*seen.values(), *sums_seen.values())):
            break
    for key, values in (*seen.items(), *sums_seen.items()):
        assert len(values) > 1, f"{key} of {rows} can only be {values}; withheld: {sorted(hidden)}"


def test_a_cell_between_two_groups_of_withheld_cells_gets_company():
    """The 9 follows from the sums, though its row and its column withhold others as well: no round trip leads over it."""
    rows = [[5, 12, 99, 99], [12, 5, 9, 99], [99, 99, 5, 12], [99, 99, 12, 5]]
    cells = {(r, c): (value,) for r, line in enumerate(rows) for c, value in enumerate(line)}
    groups = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)}
    hidden = withheld_cells(Table(range(4), range(4), cells), hidden_rows=frozenset(), hidden_columns=frozenset())
    assert hidden > groups | {(1, 2)}


def test_a_table_as_large_as_a_programme_takes_a_moment():
    """60 courses by 75 countries, most of them with few learners or none, as a programme of a million has them."""
    cells = {
        (row, column): ((row * 7 + column * 13) % max(45 - 2 * column, 1),) for row in range(60) for column in range(75)
    }
    table = Table(range(60), range(75), cells)
    rows = {row: (sum(cells[row, column][0] for column in range(75)),) for row in range(60)}
    columns = {column: (sum(cells[row, column][0] for row in range(60)),) for column in range(75)}
    began = process_time()
    hidden = withheld_cells(table, hidden_rows=withheld_parts(rows), hidden_columns=withheld_parts(columns))
    assert process_time() - began < 2
    assert 0 < len(hidden) < len(cells)


@pytest.mark.parametrize(
    ("first", "today", "expected"),
    [
        (date(2026, 11, 1), date(2026, 11, 24), ["2026-11"]),
        (date(2025, 12, 1), date(2026, 11, 24), ["2026-11"]),
        (date(2025, 11, 1), date(2026, 11, 24), ["2026-11", "2025-11"]),
        (date(2023, 2, 1), date(2026, 1, 31), ["2026-01", "2025-01", "2024-01"]),
    ],
)
def test_periods_reach_back_to_the_first_month_without_overlapping(first, today, expected):
    found = periods(first, today)
    assert [f"{last:%Y-%m}" for last in found] == expected
    months = [month for last in found for month in months_of(last)]
    assert len(months) == len(set(months))
    assert first in months


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-500, 500))
def test_going_months_on_and_back_again_ends_where_it_began(day, number):
    month = day.replace(day=1)
    assert add_months(add_months(month, number), -number) == month
