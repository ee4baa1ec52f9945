import csv
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from django.utils import timezone

from lms.access.models import AccessAppeal, Audit, CountryDataSet, Decision, PolicyVersion, SeatBlock, SeatPool
from lms.access.queries.facts import country_codes
from lms.access.rules.decisions import Review
from lms.access.rules.groups import COLUMNS, read_groups
from lms.access.rules.terms import SeatTerms, Terms
from lms.access.services.appeals import appeal_decision
from lms.access.services.blocks import keep_block
from lms.access.services.decisions import record_decision
from lms.access.services.facts import FIRST_FILE, load_data_set
from lms.access.services.policies import Wording, add_policy
from lms.access.services.pools import open_pool
from lms.access.services.requests import request_access
from lms.accounts.models import User
from tests.factories.accounts import InstitutionFactory, UserFactory


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


def pool_of(*, capacity: int, share: str | None = "0.4", **fields: Any) -> SeatPool:
    """Open a pool whose times are T0 to T3."""
    return open_pool(
        capacity=capacity,
        share=Decimal(share) if share else None,
        opens_early_at=at(T0),
        opens_at=at(T1),
        releases_at=at(T2),
        starts_at=at(T3),
        labels={"en": {"title": "Reading a report", "path": "/webinars/reading-a-report/"}},
        now=at(0),
        **fields,
    )


def policy_with(*, now: datetime, **seat_terms: Any) -> PolicyVersion:
    """Put a policy into force from today on, with other terms of seats than the first."""
    first = PolicyVersion.objects.first()
    assert first
    today = now.astimezone(UTC).date()
    wording = Wording(today, first.data_set, Terms(), SeatTerms(**seat_terms), "Few resources come first.")
    return add_policy(wording, now=now)


def with_priority(person: User, *, now: datetime | None = None) -> User:
    """Have a reviewer approve somebody."""
    record_decision(person, country="DE", review=Review.APPROVE, review_code="rural", now=now or at(-24))
    return person


def group_of(pool: SeatPool, *, seats: int = 1) -> SeatBlock:
    """Keep seats for an institution now."""
    return keep_block(pool.pk, InstitutionFactory(), seats=seats, by=UserFactory(is_superuser=True), now=timezone.now())


# -- What waits for a reviewer --------------------------------------------------------------------------------------

SENTENCE = "Our hospital serves a district without any laboratory."


def queued(person: User, *, letters: str = "ace", country: str = "DE", now: datetime) -> Decision:
    """Have somebody ask where a reviewer is to look, and return the decision that says so."""
    return request_access(person, country=country, sentences=dict.fromkeys(letters, SENTENCE), now=now).decision


def appealed(person: User, *, now: datetime) -> AccessAppeal:
    """Have somebody appeal against the rules' no, and return the appeal."""
    decision = queued(person, letters="a", now=now)
    return appeal_decision(person, decision.pk, text="You have not seen how far we are from a laboratory.", now=now)


def audited(person: User, *, now: datetime) -> Audit:
    """Give somebody priority in a way that is looked at afterwards, and return what waits for it."""
    person.institution = InstitutionFactory(country="DE")
    person.save()
    decision = queued(person, letters="a", country="EG", now=now)
    return Audit.objects.get(decision=decision)
