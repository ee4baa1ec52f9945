"""Files of country groups: every country once, or the file is refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.access.rules.bands import Income
from lms.access.rules.tables import UnusableTable, read_table, shown

COLUMNS = (
    "iso2",
    "iso3",
    "name",
    "un_region",
    "wb_income_group",
    "wb_fiscal_year",
    "least_developed",
    "research4life_group",
)
OPTIONAL = frozenset({"XK"})  # user-assigned, so that lists made from ISO 3166-1 do not have it
INCOMES = {
    "Low income": Income.LOW,
    "Lower middle income": Income.LOWER_MIDDLE,
    "Upper middle income": Income.UPPER_MIDDLE,
    "High income": Income.HIGH,
    "": None,
}
REGIONS = ("Africa", "Americas", "Asia", "Europe", "Oceania", "")


@dataclass(frozen=True)
class CountryGroups:
    """What a file says of one country. region, fiscal_year, research4life_group: empty where it says nothing."""

    country: str
    region: str
    income: Income | None
    fiscal_year: str
    is_least_developed: bool
    research4life_group: str


def read_groups(data: bytes, *, countries: Mapping[str, str]) -> list[CountryGroups]:
    """Return a row for every country, in the order of the file. Raises UnusableTable, which names the line.

    countries: two-letter code -> three-letter code of all countries there are.
    """
    table = read_table(data, columns=COLUMNS)
    places = [table.place(name) for name in COLUMNS]
    lines: dict[str, int] = {}
    found = []
    for row in table.rows:
        code, code3, _name, region, income, fiscal_year, least_developed, group = (
            row.values[place] for place in places
        )
        if code not in countries:
            raise UnusableTable(row.line, f"{shown(code)} is not the code of a country.")
        if code in lines:
            raise UnusableTable(row.line, f"{code} stands on line {lines[code]} already.")
        if code3 != countries[code]:
            raise UnusableTable(row.line, f"the three-letter code of {code} is {countries[code]}, not {shown(code3)}.")
        if region not in REGIONS:
            raise UnusableTable(row.line, f"un_region is {shown(region)}, which is no region.")
        if income not in INCOMES:
            raise UnusableTable(row.line, f"wb_income_group is {shown(income)}, which is no group of the World Bank.")
        if bool(income) != bool(fiscal_year) or len(fiscal_year) > 10:
            raise UnusableTable(row.line, f"wb_fiscal_year is {shown(fiscal_year)}, which does not fit the group.")
        if least_developed not in ("yes", "no"):
            raise UnusableTable(row.line, f"least_developed is {shown(least_developed)}, and not yes or no.")
        if group not in ("A", "B", ""):
            raise UnusableTable(row.line, f"research4life_group is {shown(group)}, and not A, B or empty.")
        lines[code] = row.line
        found.append(
            CountryGroups(
                country=code,
                region=region,
                income=INCOMES[income],
                fiscal_year=fiscal_year,
                is_least_developed=least_developed == "yes",
                research4life_group=group,
            )
        )
    if missing := sorted(set(countries) - set(lines) - OPTIONAL):
        last = table.rows[-1].line if table.rows else 1
        raise UnusableTable(last, f"the file ends, and these countries are missing: {', '.join(missing[:20])}.")
    return found
