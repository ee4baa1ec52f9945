"""Comma-separated files, read whole or refused whole with the line."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LARGEST_FILE = 20_000_000  # bytes; a row of some twenty makes a million rows
LONGEST_SHOWN = 40  # characters of a value that a message repeats


class UnusableTable(ValueError):
    """A file that cannot be used; the text names the line and what is wrong with it."""

    def __init__(self, line: int, said: str) -> None:
        super().__init__(f"Line {line}: {said}")


@dataclass(frozen=True)
class Row:
    """One row: the line on which it begins, and its values in the order of the header."""

    line: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def place(self, column: str) -> int:
        return self.header.index(column)


def read_table(data: bytes, *, columns: Sequence[str], may_have_more: bool = False) -> Table:
    """Return the rows of a file in UTF-8 with these columns, in any order. Raises UnusableTable.

    may_have_more: further columns are kept as they are. Empty lines at the end are none.
    """
    lines = _lines(_text(data))
    header = next(lines, None)
    if header is None or not any(header.values):
        raise UnusableTable(1, f"the header is missing; it names the columns {', '.join(columns)}.")
    names = header.values
    if missing := [name for name in columns if name not in names]:
        raise UnusableTable(1, f"the header has no column called {shown(missing[0])}.")
    for name in names:
        if names.count(name) > 1:
            raise UnusableTable(1, f"the header names the column {shown(name)} more than once.")
        if not name or (name not in columns and not may_have_more):
            raise UnusableTable(1, f"the header has a column {shown(name)}, which does not belong here.")
    rows: list[Row] = []
    empty = 0
    for row in lines:
        if not row.values:
            empty = empty or row.line
            continue
        if empty:
            raise UnusableTable(empty, "the line is empty.")
        if len(row.values) != len(names):
            raise UnusableTable(row.line, f"the header has {len(names)} columns, and this row has {len(row.values)}.")
        rows.append(row)
    return Table(names, tuple(rows))


def shown(value: str) -> str:
    """Return a value as a message can repeat it: between quotation marks, short, nothing invisible."""
    short = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}..."
    return f"“{''.join(sign if sign.isprintable() else '?' for sign in short)}”"


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise UnusableTable(1, f"the file is larger than {LARGEST_FILE} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableTable(data.count(b"\n", 0, error.start) + 1, "the text is not UTF-8.") from error
    if "\0" in text:
        raise UnusableTable(text.count("\n", 0, text.index("\0")) + 1, "there is a NUL character.")
    return text


def _lines(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise UnusableTable(line, f"the row cannot be read ({error}).") from error
        if values is None:
            return
        yield Row(line, tuple(values))
