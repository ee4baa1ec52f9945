"""Tables as files: the same columns and figures as on the page."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Line = Sequence[str | int]


@dataclass(frozen=True)
class Mark:
    """What a file says of whom it was made for and when, should it turn up elsewhere. sentence: the same in words."""

    who: str
    at: datetime
    sentence: str


def escape_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Source: OWASP, CSV Injection: a leading = + - @, tab or line break is made harmless by an apostrophe before it.
    """
    return f"'{text}" if text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def as_csv(head: Line, lines: Sequence[Line], *, mark: Mark | None = None) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark, so that Excel reads every script.

    The mark heads a last column of empty cells: the table opens and adds up as without it.
    """
    if mark:
        head, lines = [*head, mark.sentence], [[*line, ""] for line in lines]
    return codecs.BOM_UTF8 + b"".join(csv_line(line) for line in (head, *lines))


def csv_line(line: Line) -> bytes:
    """Return one line of a table as CSV, without a byte order mark."""
    written: str = csv.writer(_PassedOn()).writerow([_harmless(value) for value in line])
    return written.encode()


def stream_csv(head: Line, lines: Iterable[Line]) -> Iterator[bytes]:
    """Return a table as the same CSV line by line, for one too long to be held whole."""
    yield codecs.BOM_UTF8
    yield from map(csv_line, chain([head], lines))


class _PassedOn:
    """A file that keeps nothing: csv's writer returns what `write` does."""

    def write(self, text: str) -> str:
        return text


def as_xlsx(head: Line, lines: Sequence[Line], *, title: str, mark: Mark | None = None) -> bytes:
    """Return a table as an Excel workbook."""
    file = io.BytesIO()
    write_xlsx(file, head, lines, title=title, mark=mark)
    return file.getvalue()


def write_xlsx(file: IO[bytes], head: Line, lines: Iterable[Line], *, title: str, mark: Mark | None = None) -> None:
    """Write a table into a file as an Excel workbook, line by line: nothing of it is held whole.

    The mark stands in the properties of the document and on a second sheet.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_for_excel(title)[:31])
    for line in chain([head], lines):
        sheet.append([_for_excel(value) for value in line])
    if mark:
        workbook.properties.creator = _for_excel(mark.who)
        workbook.properties.description = _for_excel(mark.sentence)
        workbook.properties.created = workbook.properties.modified = mark.at.astimezone(UTC).replace(tzinfo=None)
        workbook.create_sheet("About").append([_for_excel(mark.sentence)])
    workbook.save(file)


def _for_excel(value: Any) -> Any:
    """Return a value without the control characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", _harmless(value)) if isinstance(value, str) else value


def _harmless(value: str | int) -> str | int:
    return escape_cell(value) if isinstance(value, str) else value
