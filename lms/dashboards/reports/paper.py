"""A saved view as a PDF: the same figures as its page, at the moment of asking."""

from datetime import datetime
from typing import Any
from unicodedata import category

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from certificates.rendering.typesetting import MissingCharacters, compile_pdf, sans_families
from lms.dashboards import findings
from lms.dashboards.reports.queries import Report
from lms.dashboards.tables import tables_of
from lms.lib.tables import Mark

MOST_ROWS = 60  # of a table; the file of it has all
WITHHELD = "–"
# Source: Unicode, general categories. No font has these, and PDF/A refuses private ones.
UNDRAWN = ("Cc", "Cn", "Co", "Cs")


def as_pdf(report: Report, *, title: str, mark: Mark, now: datetime) -> bytes:
    """Return a tagged PDF of the headline figures, the funnel, the courses and the countries, in the active language."""
    shown = tables_of(report.insights)
    headings = {"funnel": _("How far they come"), "courses": _("Courses"), "countries": _("Countries")}
    said = {
        "title": title,
        "made_for": mark.who,
        "mark": mark.sentence,
        "language": (get_language() or "en")[:2],
        "direction": "rtl" if get_language_bidi() else "ltr",
        "sans": sans_families(),
        "scope": report.scope,
        "headlines": [
            {"name": one.name, "value": one.value or WITHHELD, "note": one.note}
            for one in findings.headlines(report.insights)
        ],
        "tables": [_part(heading, shown[name].head, shown[name].lines) for name, heading in headings.items()],
    }
    data = _without(said, "")
    while True:
        try:
            return compile_pdf("report.typ", data, made_at=int(now.timestamp()))
        except MissingCharacters as missing:  # it names some of them, mostly all
            fewer = _without(data, missing.characters)
            if fewer == data:
                raise
            data = fewer


def _part(heading: str, head: tuple[str, ...], lines: list[list[str | int]]) -> dict[str, Any]:
    left = len(lines) - MOST_ROWS
    return {
        "title": heading,
        "head": list(head),
        "rows": [[_grouped(cell) for cell in line] for line in lines[:MOST_ROWS]],
        "note": _("%(count)s more rows are in the file of this table.") % {"count": left} if left > 0 else "",
    }


def _grouped(cell: str | int) -> str:
    return intcomma(cell) if isinstance(cell, int) else cell


def _without(data: Any, characters: str) -> Any:
    """Return data with what no font draws as question marks, or no PDF may hold; all else is still worth reading."""
    if isinstance(data, str):
        return "".join("?" if one in characters or category(one) in UNDRAWN else one for one in data)
    if isinstance(data, list):
        return [_without(one, characters) for one in data]
    return {key: _without(value, characters) for key, value in data.items()} if isinstance(data, dict) else data
