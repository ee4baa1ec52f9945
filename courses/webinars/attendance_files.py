"""Attendance lists as Zoom, Microsoft Teams and BigBlueButton write them, read as a whole or refused with the line named.

Such files differ in encoding, in what stands above the table, in the language of its heads and in the order of day and month,
and tell none of it. What is read is held against the session, so that a wrong guess cannot pass.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from courses.webinars.attendance_heads import HEADS, Column
from lms.lib.errors import Refusal

LARGEST = 5_000_000  # bytes; a list of 20,000 stays has about 2 million
MOST_ROWS = 50_000
MOST_LINES = MOST_ROWS + 1_000  # with what stands above the table
MOST_COLUMNS = 100
LONGEST_CELL = 300
FARTHEST = timedelta(hours=12)  # from the session; farther off, the file is of another day

NEEDED = (Column.NAME, Column.JOINED, Column.LEFT)

_CLOCK = re.compile(
    r"^(?:(?P<a>\d{1,4})[/.\-](?P<b>\d{1,2})[/.\-](?P<c>\d{1,4})[,\s]*T?\s*)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?\s*(?P<half>[^\d\s][^\d]*)?$"
)
_MARKS = {
    "bigbluebutton": ("activity score",),
    "teams": ("participant id (upn)", "in-meeting duration", "microsoft teams"),
    "zoom": ("(original name)", "meeting id,topic"),
}
_HALVES = {"am": 0, "pm": 12, "ص": 0, "م": 12}


class Unreadable(Refusal):
    """The file is no attendance list, or not one of this session; the text names the line."""


class UnknownColumns(Unreadable):
    """The table's heads are in no language known here. heads: those of the likeliest line, to choose from."""

    def __init__(self, text: str, heads: Sequence[str]):
        super().__init__(text)
        self.heads = tuple(heads)


@dataclass(frozen=True)
class Listed:
    """A line of an attendance list: somebody was there from one moment to another. line: its number in the file."""

    line: int
    name: str
    email: str
    joined_at: datetime
    left_at: datetime


def likely_provider(data: bytes) -> str:
    """Return which provider's list this looks like, by what only its lists say: "zoom", "teams", "bigbluebutton" or "other"."""
    head = data[:20_000].replace(b"\0", b"").decode(errors="replace").casefold()
    return next((provider for provider, marks in _MARKS.items() if any(mark in head for mark in marks)), "other")


def read_attendance(
    data: bytes, *, starts_at: datetime, zone: ZoneInfo, columns: Mapping[str, Column] | None = None
) -> list[Listed]:
    """Return who was in a meeting, by an attendance list that tells the clock of a zone.

    columns: what heads in an unknown language mean, in lower case. Of a list with one part for people and one for their
    every stay, the latter is read. Raises Unreadable; then nothing of the file is to be used.
    """
    lines = _lines_of(data)
    table = _table_in(lines, columns or {})
    if not table.rows:
        raise Unreadable(_("The file has the heads of an attendance list, but nobody stands below them."))
    if len(table.rows) > MOST_ROWS:
        raise _too_many()
    session = starts_at.astimezone(zone)
    order = _order_of_dates(table, session)
    return [_listed(row, table, order, session) for row in table.rows]


@dataclass(frozen=True)
class _Row:
    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class _Table:
    places: Mapping[Column, int]
    rows: Sequence[_Row]

    def cell(self, row: _Row, column: Column) -> str:
        place = self.places.get(column, -1)
        return row.cells[place].strip() if 0 <= place < len(row.cells) else ""


def _lines_of(data: bytes) -> list[_Row]:
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 5 MB. Import the list of one session only."))
    text = _text_of(data)
    if "\0" in text:
        raise Unreadable(_("This is not a text file. Export the attendance list as CSV and import that."))
    head = text[:20_000]
    delimiter = max("\t;,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[_Row] = []
    try:
        for cells in reader:
            if len(rows) == MOST_LINES:
                raise _too_many()
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    _("Line %(line)d has more than 100 columns, so this is no attendance list.")
                    % {"line": reader.line_num}
                )
            rows.append(_Row(reader.line_num, cells))
    except csv.Error as error:
        raise Unreadable(
            _("Line %(line)d cannot be read as a table: %(why)s.") % {"line": reader.line_num, "why": error}
        ) from error
    return rows


def _too_many() -> Unreadable:
    return Unreadable(_("The file has more than %(count)d lines. Import it in parts.") % {"count": MOST_ROWS})


def _text_of(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(
            _("Line %(line)d is not in UTF-8, so names in it would come out wrong. Save the file as “CSV UTF-8”.")
            % {"line": line}
        ) from error


def _table_in(lines: Sequence[_Row], columns: Mapping[str, Column]) -> _Table:
    """Return the last table of the file with the columns that are needed, up to the next empty line."""
    heads = [(number, places) for number, row in enumerate(lines) if (places := _places_in(row, columns))]
    if not heads:
        widest = max(lines[:50], key=lambda row: len([cell for cell in row.cells if cell.strip()]), default=_Row(0, []))
        raise UnknownColumns(
            _("No line of the file names the columns for the name and the times of joining and leaving."),
            [cell.strip() for cell in widest.cells if cell.strip()],
        )
    number, places = heads[-1]
    rows = []
    for row in lines[number + 1 :]:
        if not any(cell.strip() for cell in row.cells):
            break
        rows.append(row)
    return _Table(places, rows)


def _places_in(row: _Row, columns: Mapping[str, Column]) -> dict[Column, int] | None:
    places: dict[Column, int] = {}
    for place, cell in enumerate(row.cells):
        head = " ".join(cell.split()).casefold()
        column = columns.get(head) or next((column for column, heads in HEADS.items() if head in heads), None)
        if column is not None:
            places.setdefault(column, place)
    return places if all(column in places for column in NEEDED) else None


# -- Clocks --------------------------------------------------------------------------------------------------------


def _order_of_dates(table: _Table, session: datetime) -> str:
    """Return in which order day, month and year stand: the one by which the times lie nearest the session's start."""
    shown = [_CLOCK.match(_plain(table.cell(row, Column.JOINED))) for row in table.rows[:200]]
    distances = {}
    for order in ("ymd", "mdy", "dmy"):
        moments = [moment for match in shown if match and (moment := _moment(match, order, session, on=None))]
        if moments:
            distances[order] = sorted(abs(moment - session) for moment in moments)[len(moments) // 2]
    return min(distances, key=lambda order: distances[order], default="ymd")


def _listed(row: _Row, table: _Table, order: str, session: datetime) -> Listed:
    for cell in row.cells:
        if len(cell) > LONGEST_CELL:
            raise Unreadable(_("Line %(line)d has a cell of more than 300 characters.") % {"line": row.line})
    clock = _read_clock(table.cell(row, Column.JOINED), order, row, session, on=None)
    joined_at = min(_instants(clock), key=lambda instant: abs(instant - session))
    until = _read_clock(table.cell(row, Column.LEFT), order, row, session, on=clock)
    left_at = next((instant for instant in _instants(until) if instant >= joined_at), None)
    if left_at is None:
        raise Unreadable(_("In line %(line)d somebody leaves before they join.") % {"line": row.line})
    if max(abs(joined_at - session), abs(left_at - session)) > FARTHEST:
        raise Unreadable(
            _("Line %(line)d tells %(clock)s, which is more than twelve hours from the session. Is it the right file?")
            % {"line": row.line, "clock": table.cell(row, Column.JOINED)}
        )
    name, email = table.cell(row, Column.NAME), table.cell(row, Column.EMAIL).lower()
    if not name and not email:
        raise Unreadable(_("Line %(line)d has neither a name nor an e-mail address.") % {"line": row.line})
    return Listed(row.line, name, email, joined_at, left_at)


def _read_clock(text: str, order: str, row: _Row, session: datetime, *, on: datetime | None) -> datetime:
    match = _CLOCK.match(_plain(text))
    moment = _moment(match, order, session, on=on) if match else None
    if moment is None:
        raise Unreadable(
            _("Line %(line)d has “%(text)s” where a day and a time are expected.")
            % {"line": row.line, "text": text[:40]}
        )
    return moment


def _moment(match: re.Match[str], order: str, session: datetime, *, on: datetime | None) -> datetime | None:
    """Return what a clock in the file tells, in the zone of the session; None where there is no such day or hour.

    on: the day and hour from which it is meant where only an hour stands.
    """
    if match["a"] is None:
        if on is None:
            return None
        year, month, day = on.year, on.month, on.day
    else:
        parts = dict(zip(order, (int(match["a"]), int(match["b"]), int(match["c"])), strict=True))
        year, month, day = parts["y"], parts["m"], parts["d"]
        year += 2000 if year < 100 else 0
    hour = int(match["hour"])
    if match["half"]:
        half = _HALVES.get(re.sub(r"[\s.]", "", match["half"]).casefold())
        if half is None or not 1 <= hour <= 12:
            return None
        hour = hour % 12 + half
    try:
        clock = datetime(year, month, day, hour, int(match["minute"]), int(match["second"] or 0), tzinfo=session.tzinfo)
    except ValueError:
        return None
    is_past_midnight = match["a"] is None and on is not None and clock < on - timedelta(hours=12)
    return clock + timedelta(days=1) if is_past_midnight else clock


def _instants(clock: datetime) -> list[datetime]:
    """Return when a clock shows this, in order: twice, where it is put back over that hour."""
    return sorted({clock.replace(fold=fold).astimezone(UTC) for fold in (0, 1)})


def _plain(text: str) -> str:
    """Return a cell without the marks of direction that Teams and Excel put between its parts."""
    return " ".join(re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text).split())
