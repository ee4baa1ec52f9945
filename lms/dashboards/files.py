"""Tables as files: the same columns and figures as on the page."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook

from lms.dashboards.rules import escape_cell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Line = Sequence[str | int]


def as_csv(head: Line, lines: Sequence[Line]) -> bytes:
    """Return a table as CSV: UTF-8 with a byte order mark, so that Excel reads every script."""
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(value) for value in line] for line in (head, *lines)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(head: Line, lines: Sequence[Line], *, title: str) -> bytes:
    """Return a table as an Excel workbook of one sheet."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    for line in (head, *lines):
        sheet.append([_harmless(value) for value in line])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _harmless(value: str | int) -> str | int:
    return escape_cell(value) if isinstance(value, str) else value
