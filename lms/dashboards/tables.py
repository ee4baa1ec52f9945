"""The tables of the overview, as page and file show them: the same columns, the same figures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from lms.dashboards import findings
from lms.dashboards.choices import TIERS, income_label, region_label
from lms.dashboards.findings import percent
from lms.dashboards.protected import MONTH
from lms.dashboards.queries import Insights, Row
from lms.lib import tables
from lms.measures.cuts import Dimension

Cell = str | int | None  # None: withheld


@dataclass(frozen=True)
class TableOnPage:
    """A table. kilobytes: of the CSV file."""

    name: str
    head: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    @property
    def lines(self) -> list[list[str | int]]:
        """Its lines as files show them."""
        withheld = _("withheld")
        return [[withheld if cell is None else cell for cell in row] for row in self.rows]

    @property
    def kilobytes(self) -> int:
        return -(-len(tables.as_csv(self.head, self.lines)) // 1000)


def _counts(dimension: str) -> Callable[[Insights], Sequence[tuple[Cell, ...]]]:
    return lambda insights: [(row.label, *row.figures) for row in insights.rows[dimension]]


def _rates(dimension: str) -> Callable[[Insights], Sequence[tuple[Cell, ...]]]:
    return lambda insights: [(row.label, percent(row.rate), row.enrolled) for row in insights.rows[dimension]]


def step_names() -> tuple[str, ...]:
    return _("Enrolled"), _("Started"), _("Half way"), _("Completed"), _("Certificate issued")


def months_named(rows: Sequence[Row]) -> list[Row]:
    """Return rows by month under the months' names."""
    return [replace(row, label=findings.month_name(row.key)) for row in rows]


def tables_of(insights: Insights) -> Mapping[str, TableOnPage]:
    """Return every table that answers a question, by name."""
    counts = (_("Enrolments"), _("Completions"), _("Certificates"))
    rates = (_("Completed, %"), _("Enrolments"))
    found: dict[str, tuple[tuple[str, ...], Sequence[tuple[Cell, ...]]]] = {
        "courses": ((_("Course"), *counts), _counts(Dimension.COURSE)(insights)),
        "countries": ((_("Country"), *counts), _counts(Dimension.COUNTRY)(insights)),
        "months": (
            (_("Month"), *counts),
            _counts(MONTH)(insights),
        ),
        "funnel": ((_("Step"), _("People")), list(zip(step_names(), insights.steps, strict=True))),
        "tiers": ((_("Access"), *rates), _rates(Dimension.TIER)(insights)),
        "professions": ((_("Profession"), *rates), _rates(Dimension.PROFESSION)(insights)),
        "languages": ((_("Language"), *rates), _rates(Dimension.LANGUAGE)(insights)),
        "devices": ((_("Pages"), *rates), _rates(Dimension.DEVICE)(insights)),
        "regions": (
            (_("Region"), *rates),
            [(region_label(one.key), percent(one.rate), one.enrolled) for one in insights.regions],
        ),
        "incomes": (
            (_("Income group"), *rates),
            [(income_label(one.key), percent(one.rate), one.enrolled) for one in insights.incomes],
        ),
        "gap": (
            (_("Three months to"), _("Standard, %"), _("Priority, %")),
            [(findings.month_name(one.end), percent(one.standard), percent(one.priority)) for one in insights.quarters],
        ),
        "days": (
            (
                _("Access"),
                _("A quarter within, days"),
                _("Half within, days"),
                _("Three quarters within, days"),
                _("People"),
            ),
            [
                (
                    str(TIERS.get(one.key) if one.key else _("All")),
                    *(one.quartiles or (None, None, None)),
                    one.people,
                )
                for one in insights.days
            ],
        ),
        "webinars": (
            (_("Webinar"), _("Registered"), _("Attended"), _("Certificates"), _("Minutes, mean")),
            [(one.label, *one.figures, one.minutes) for one in insights.webinars],
        ),
    }
    return {name: TableOnPage(name, head, rows) for name, (head, rows) in found.items()}
