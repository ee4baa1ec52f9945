"""A table into a file, a page of it at a time, so that nothing of it is held whole."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Protocol

from lms.lib.tables import Line, Mark, csv_line, write_xlsx

MOST_IN_A_WORKBOOK = 300_000


class PagedTable(Protocol):
    """What can be written: a heading, and rows as lines of CSV without their ends or as cells."""

    @property
    def head(self) -> Sequence[str]: ...

    def pages_of_csv(self) -> Iterator[list[bytes]]: ...

    def pages_of_cells(self) -> Iterator[list[list[str | int]]]: ...


OnPage = Callable[[int], None]  # told the number of rows after each page; what it raises ends the writing


def write_csv(file: IO[bytes], table: PagedTable, *, mark: Mark, on_page: OnPage) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark; the mark heads a last column of empty cells."""
    file.write(codecs.BOM_UTF8 + csv_line([*table.head, mark.sentence]))
    for page in table.pages_of_csv():
        if page:
            file.write(b",\r\n".join(page) + b",\r\n")
        on_page(len(page))


def write_workbook(file: IO[bytes], table: PagedTable, *, title: str, mark: Mark, on_page: OnPage) -> None:
    """Write a table as an Excel workbook, which is for at most MOST_IN_A_WORKBOOK rows."""

    def lines() -> Iterator[Line]:
        for page in table.pages_of_cells():
            yield from page
            on_page(len(page))

    write_xlsx(file, table.head, lines(), title=title, mark=mark)
