import csv
import hashlib
from collections.abc import Mapping
from datetime import date
from io import StringIO

from django.utils import timezone

from lms.access.models import CountryDataSet
from lms.access.queries.facts import country_codes
from lms.access.rules.groups import COLUMNS, read_groups
from lms.access.services.facts import FIRST_FILE, load_data_set


def groups_file(changes: Mapping[str, Mapping[str, str]] | None = None) -> bytes:
    """Return the built-in file of country groups with some values changed: code -> column -> value."""
    out = StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in csv.DictReader(FIRST_FILE.read_text(encoding="utf-8").splitlines()):
        writer.writerow(row | dict((changes or {}).get(row["iso2"], {})))
    return out.getvalue().encode()


def loaded(effective_from: date, changes: Mapping[str, Mapping[str, str]] | None = None) -> CountryDataSet:
    """Load the built-in groups with some values changed, from a day on."""
    data = groups_file(changes)
    return load_data_set(
        read_groups(data, countries=country_codes()),
        name=f"from {effective_from}",
        source="a test",
        sha256=hashlib.sha256(b"a test" + data).hexdigest(),  # unlike the built-in file, even where nothing is changed
        effective_from=effective_from,
        now=timezone.now(),
    )


UPPER_MIDDLE = {"wb_income_group": "Upper middle income", "wb_fiscal_year": "FY28"}
LOWER_MIDDLE = {"wb_income_group": "Lower middle income", "wb_fiscal_year": "FY28"}
UNCLASSIFIED = {"wb_income_group": "", "wb_fiscal_year": ""}
OFF_THE_LIST = {"least_developed": "no"}
