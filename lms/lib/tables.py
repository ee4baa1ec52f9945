"""Tables as files: the same columns and figures as on the page."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Line = Sequence[str | int]


def escape_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Source: OWASP, CSV Injection: a leading = + - @, tab or line break is made harmless by an apostrophe before it.
    """
    return f"'{text}" if text.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def as_csv(head: Line, lines: Sequence[Line]) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark, so that Excel reads every script."""
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(value) for value in line] for line in (head, *lines)])
    return text.getvalue().encode("utf-8-sig")


def stream_csv(head: Line, lines: Iterable[Line]) -> Iterator[bytes]:
    """Return a table as the same CSV line by line, for one too long to be held whole."""
    writer = csv.writer(_PassedOn())
    yield codecs.BOM_UTF8
    for line in chain([head], lines):
        yield writer.writerow([_harmless(value) for value in line]).encode()


class _PassedOn:
    """A file that keeps nothing: csv's writer returns what `write` does."""

    def write(self, text: str) -> str:
        return text


def as_xlsx(head: Line, lines: Sequence[Line], *, title: str) -> bytes:
    """Return a table as an Excel workbook of one sheet."""
    file = io.BytesIO()
    write_xlsx(file, head, lines, title=title)
    return file.getvalue()


def write_xlsx(file: IO[bytes], head: Line, lines: Iterable[Line], *, title: str) -> None:
    """Write a table into a file as an Excel workbook of one sheet, line by line: nothing of it is held whole."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    for line in chain([head], lines):
        sheet.append([_for_excel(value) for value in line])
    workbook.save(file)


def _for_excel(value: str | int) -> str | int:
    """Return a value without the control characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", _harmless(value)) if isinstance(value, str) else value


def _harmless(value: str | int) -> str | int:
    return escape_cell(value) if isinstance(value, str) else value
