"""Files with which a policy is tried: applications that nobody made."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from lms.access.rules.decisions import CRITERIA, Review
from lms.access.rules.tables import Table, UnusableTable, read_table, shown

COLUMNS = ("country", "attested", "review", "on")
ANSWERED = ("tier", "band", "valid_until", "reasons")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Application:
    """What one row asks: how somebody would be decided about on a day."""

    country: str
    attested: str
    review: Review
    on: date


def read_applications(data: bytes, *, countries: Collection[str]) -> tuple[Table, list[Application]]:
    """Return a file's table, and the application of each of its rows. Raises UnusableTable, which names the line."""
    table = read_table(data, columns=COLUMNS, may_have_more=True)
    if taken := [name for name in table.header if name in ANSWERED]:
        raise UnusableTable(1, f"the header has a column {shown(taken[0])}, which the answer adds.")
    country, attested, review, on = (table.place(name) for name in COLUMNS)
    applications = []
    for row in table.rows:
        values = row.values
        if values[country] not in countries:
            raise UnusableTable(row.line, f"{shown(values[country])} is not the code of a country.")
        applications.append(
            Application(
                country=values[country],
                attested=_criteria(values[attested], row.line),
                review=_review(values[review], row.line),
                on=_day(values[on], row.line),
            )
        )
    return table, applications


def _criteria(letters: str, line: int) -> str:
    if len(set(letters)) != len(letters) or not set(letters) <= set(CRITERIA):
        raise UnusableTable(line, f"attested is {shown(letters)}, and not letters from a to e, each at most once.")
    return "".join(sorted(letters))


def _review(name: str, line: int) -> Review:
    try:
        return Review(name or "none")
    except ValueError:
        raise UnusableTable(line, f"review is {shown(name)}, and not none, approve or decline.") from None


def _day(text: str, line: int) -> date:
    day = day_in(text)
    if day is None:
        raise UnusableTable(line, f"on is {shown(text)}, and not a day written as YYYY-MM-DD.")
    return day


def day_in(text: str) -> date | None:
    """Return the day that a text names as YYYY-MM-DD; None for any other text."""
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
