import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.access import queries
from lms.access.errors import StillDeclined, UnknownCountry, UnknownCriterion
from lms.access.models import CountryDataSet, CountryRow, Decision, PolicyVersion
from lms.access.rules.decisions import CRITERIA, Inputs, Outcome, Review, decide, fingerprint, inputs_of, stored
from lms.access.rules.groups import CountryGroups, read_groups
from lms.access.rules.standing import declined_until, tier_on
from lms.access.rules.terms import Terms
from lms.accounts.models import User

# The groups of the World Bank's fiscal year 2027, in force from 1 July 2026; see lms/access/data/README.md.
FIRST_FILE = Path(__file__).resolve().parent / "data" / "country_groups_fy27.csv"
FIRST_DAY = date(2026, 7, 1)
FIRST_TEXT = (
    "Places and fee waivers go first to people who work where genomics has few resources. We ask for the country in which "
    "you mainly work or study, and which of five things are true where you work. We never look at your nationality or at "
    "where your computer is."
)


# -- Country facts and policies -----------------------------------------------------------------------------------


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
    first_terms, first_text = (earlier[-1].stored_terms, earlier[-1].text) if earlier else (asdict(Terms()), FIRST_TEXT)
    begin: dict[date, tuple[dict[str, int], str]] = {day: (first_terms, first_text)}
    for policy in policies:  # of one day the last one counts
        if policy.effective_from > day and policy.data_set.effective_from < day:
            begin[policy.effective_from] = (policy.stored_terms, policy.text)
    number = max((policy.number for policy in policies), default=0)
    for effective_from, (terms, text) in begin.items():
        number += 1
        PolicyVersion.objects.create(
            number=number,
            effective_from=effective_from,
            data_set=data_set,
            stored_terms=terms,
            text=text,
            created_at=now,
        )


@transaction.atomic
def ensure_first_data_set() -> None:
    """Load the built-in country groups, with the first policy, unless a data set is there."""
    if CountryDataSet.objects.exists():
        return
    data = FIRST_FILE.read_bytes()
    load_data_set(
        read_groups(data, countries=queries.country_codes()),
        name=name_of(FIRST_DAY, "FY27"),
        source=FIRST_FILE.name,
        sha256=hashlib.sha256(data).hexdigest(),
        effective_from=FIRST_DAY,
        now=timezone.now(),
    )


def name_of(effective_from: date, fiscal_year: str) -> str:
    """Return what a data set is called."""
    return f"{fiscal_year}, from {effective_from.isoformat()}"


# -- Decisions ----------------------------------------------------------------------------------------------------


@transaction.atomic
def record_decision(
    person: User,
    *,
    country: str,
    attested: str = "",
    review: Review = Review.NONE,
    review_code: str = "",
    by: User | None = None,
    now: datetime,
) -> Decision:
    """Decide about a person by what is in force today, and add the decision to the record.

    attested: letters of the criteria, in any order. Raises UnknownCountry, UnknownCriterion, or StillDeclined where a
    reviewer's no lasts, which only another review ends.
    """
    if country not in queries.country_codes():
        raise UnknownCountry(_("Choose the country in which you mainly work or study."))
    if not set(attested) <= set(CRITERIA):
        raise UnknownCriterion(_("Choose among the five criteria."))
    User.objects.select_for_update().get(pk=person.pk)  # one decision at a time, so that each knows the tier before it
    on = now.astimezone(UTC).date()
    earlier = [decision.decided for decision in queries.decisions_of([person.pk]).get(person.pk, [])]
    if review is Review.NONE and (until := declined_until(earlier, on)):
        raise StillDeclined(
            _("A reviewer declined your request, and you can ask again after %(day)s.") % {"day": date_format(until)}
        )
    letters = "".join(sorted(set(attested)))
    inputs = queries.grounds(country=country).inputs(country=country, attested=letters, review=review, on=on)
    outcome = decide(inputs)
    values = stored(inputs)
    return Decision.objects.create(
        person=person,
        decided_at=now,
        country=country,
        attested=letters,
        review=review.value,
        review_code=review_code,
        by=by,
        old_tier=tier_on(earlier, on).value,
        tier=outcome.tier.value,
        band=outcome.band.value,
        valid_until=outcome.valid_until,
        needs_review=outcome.needs_review,
        stored_reasons=[[reason.code, dict(reason.facts)] for reason in outcome.reasons],
        policy=PolicyVersion.objects.get(number=outcome.policy),
        inputs=values,
        inputs_sha256=fingerprint(values),
    )


# -- The record, made again ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """What the record says of a decision that it does not say when it is made again."""

    decision_id: int
    said: str


def differences_in(decision: Decision) -> list[Difference]:
    """Decide again on what a decision rested on, and return where its record says something else."""
    if fingerprint(decision.inputs) != decision.inputs_sha256:
        return [Difference(decision.pk, "what it rested on has been changed since")]
    try:
        inputs = inputs_of(decision.inputs)
    except (KeyError, TypeError, ValueError) as error:
        return [Difference(decision.pk, f"what it rested on cannot be read ({error!r})")]
    pairs = [*_of_inputs(decision, inputs), *_of_outcome(decision, decide(inputs))]
    return [
        Difference(decision.pk, f"{name} is {recorded!r} on record, and {again!r} when it is decided again")
        for name, recorded, again in pairs
        if recorded != again
    ]


def _of_inputs(decision: Decision, inputs: Inputs) -> list[tuple[str, object, object]]:
    return [
        ("country", str(decision.country), inputs.country),
        ("attested", decision.attested, inputs.attested),
        ("review", decision.review, inputs.review.value),
        ("day", decision.decided_at.astimezone(UTC).date(), inputs.on),
        ("policy", decision.policy.number, inputs.policy),
        ("data set", decision.policy.data_set_id, inputs.data_set),
        ("terms", decision.policy.terms, inputs.terms),
    ]


def _of_outcome(decision: Decision, outcome: Outcome) -> list[tuple[str, object, object]]:
    return [
        ("tier", decision.tier, outcome.tier.value),
        ("band", decision.band, outcome.band.value),
        ("last day", decision.valid_until, outcome.valid_until),
        ("review needed", decision.needs_review, outcome.needs_review),
    ]
