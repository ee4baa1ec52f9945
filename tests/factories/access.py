import csv
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from django.utils import timezone

from lms.access.models import CountryDataSet, SeatPool
from lms.access.queries.facts import country_codes
from lms.access.rules.decisions import Review
from lms.access.rules.groups import COLUMNS, read_groups
from lms.access.services.decisions import record_decision
from lms.access.services.facts import FIRST_FILE, load_data_set
from lms.access.services.pools import open_pool
from lms.accounts.models import User


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


# -- Seats --------------------------------------------------------------------------------------------------------

# Hours from the day on which a pool is made: it opens early, opens, releases its reserved seats, and starts.
T0, T1, T2, T3 = 24, 24 + 168, 24 + 264, 24 + 432


def at(hours: float) -> datetime:
    return datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=hours)


def pool_of(*, capacity: int, share: str = "0.4", **fields: Any) -> SeatPool:
    """Open a pool whose times are T0 to T3."""
    return open_pool(
        capacity=capacity,
        share=Decimal(share),
        opens_early_at=at(T0),
        opens_at=at(T1),
        releases_at=at(T2),
        starts_at=at(T3),
        labels={"en": {"title": "Reading a report", "path": "/webinars/reading-a-report/"}},
        now=at(0),
        **fields,
    )


def with_priority(person: User, *, now: datetime | None = None) -> User:
    """Have a reviewer approve somebody."""
    record_decision(person, country="DE", review=Review.APPROVE, review_code="rural", now=now or at(-24))
    return person
