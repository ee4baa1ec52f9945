import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from lms.access.models import CountryDataSet, CountryRow, PolicyVersion
from lms.access.queries.facts import country_codes
from lms.access.rules.groups import CountryGroups, read_groups
from lms.access.rules.terms import SeatTerms, Terms

# The groups of the World Bank's fiscal year 2027, in force from 1 July 2026; see lms/access/data/README.md.
FIRST_FILE = Path(__file__).resolve().parents[1] / "data" / "country_groups_fy27.csv"
FIRST_DAY = date(2026, 7, 1)
FIRST_TEXT = (
    "Places and fee waivers go first to people who work where genomics has few resources. We ask for the country in which "
    "you mainly work or study, and which of five things are true where you work. We never look at your nationality or at "
    "where your computer is."
)
FIRST_POLICY = PolicyVersion(stored_terms=asdict(Terms()), stored_seat_terms=SeatTerms().stored, text=FIRST_TEXT)


@transaction.atomic
def load_data_set(
    groups: Sequence[CountryGroups], *, name: str, source: str, sha256: str, effective_from: date, now: datetime
) -> CountryDataSet:
    """Store a data set, and have every policy in force from that day on rest on it, as a new version with the same terms.

    Versions that decisions rest on stay as they are. A policy that is to begin later keeps its day.
    """
    policies = list(PolicyVersion.objects.select_for_update().order_by("effective_from", "number"))
    data_set = CountryDataSet.objects.create(
        name=name, effective_from=effective_from, source=source, sha256=sha256, loaded_at=now
    )
    CountryRow.objects.bulk_create(
        CountryRow(
            data_set=data_set,
            country=row.country,
            region=row.region,
            income=row.income.value if row.income else "",
            fiscal_year=row.fiscal_year,
            is_least_developed=row.is_least_developed,
            research4life_group=row.research4life_group,
        )
        for row in groups
    )
    _renew_policies(policies, data_set, now=now)
    return data_set


def _renew_policies(policies: Sequence[PolicyVersion], data_set: CountryDataSet, *, now: datetime) -> None:
    """Write the versions that a data set makes necessary; policies: in order of their days."""
    day = data_set.effective_from
    earlier = [policy for policy in policies if policy.effective_from <= day] or list(policies[:1])
    begin = {day: earlier[-1] if earlier else FIRST_POLICY}
    for policy in policies:  # of one day the last one counts
        if policy.effective_from > day and policy.data_set.effective_from < day:
            begin[policy.effective_from] = policy
    number = max((policy.number for policy in policies), default=0)
    for effective_from, like in begin.items():
        number += 1
        PolicyVersion.objects.create(
            number=number,
            effective_from=effective_from,
            data_set=data_set,
            stored_terms=like.stored_terms,
            stored_seat_terms=like.stored_seat_terms,
            text=like.text,
            created_at=now,
        )


@transaction.atomic
def ensure_first_data_set() -> None:
    """Load the built-in country groups, with the first policy, unless a data set is there."""
    if CountryDataSet.objects.exists():
        return
    data = FIRST_FILE.read_bytes()
    load_data_set(
        read_groups(data, countries=country_codes()),
        name=name_of(FIRST_DAY, "FY27"),
        source=FIRST_FILE.name,
        sha256=hashlib.sha256(data).hexdigest(),
        effective_from=FIRST_DAY,
        now=timezone.now(),
    )


def name_of(effective_from: date, fiscal_year: str) -> str:
    """Return what a data set is called."""
    return f"{fiscal_year}, from {effective_from.isoformat()}"
