from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count
from django_countries import countries

from lms.access.models import BandOverride, CountryDataSet, CountryRow, PolicyVersion, SeatPool
from lms.access.rules.bands import Band, CountryFacts, Income, Override, steps
from lms.access.rules.decisions import Inputs, Review
from lms.access.rules.groups import CountryGroups
from lms.access.rules.terms import SeatTerms, Terms
from lms.accounts.models import User

UNCLASSIFIED = ("", False)  # of a country that a data set does not have, such as XK


def country_codes() -> dict[str, str]:
    """Return the two-letter and three-letter codes of all countries that somebody can work in."""
    return {code: countries.alpha3(code) for code in countries.countries}


@dataclass(frozen=True)
class Grounds:
    """All that decisions rest on, read once: what is in force on a day is then found without asking again.

    policies and data_sets: in order of their days, the last one of a day last. said: data set -> country -> (income, is
    least developed).
    """

    policies: tuple[PolicyVersion, ...]
    data_sets: tuple[CountryDataSet, ...]
    said: Mapping[int, Mapping[str, tuple[str, bool]]]
    overrides: Mapping[str, tuple[Override, ...]]

    def policy_on(self, day: date) -> PolicyVersion:
        """Return the policy in force on a day; before the first one, the first one."""
        in_force = [policy for policy in self.policies if policy.effective_from <= day]
        return in_force[-1] if in_force else self.policies[0]

    def history(self, country: str, *, up_to: CountryDataSet) -> tuple[CountryFacts, ...]:
        """Return what the data sets until this one say of a country, in order of their days."""
        last = (up_to.effective_from, up_to.pk)
        by_day = {one.effective_from: one for one in self.data_sets if (one.effective_from, one.pk) <= last}
        return tuple(
            CountryFacts(day, Income(income) if income else None, is_least_developed)
            for day, one in by_day.items()
            for income, is_least_developed in [self.said[one.pk].get(country, UNCLASSIFIED)]
        )

    def inputs(self, *, country: str, attested: str, review: Review, on: date) -> Inputs:
        """Return all that a decision about somebody on a day rests on."""
        policy = self.policy_on(on)
        overrides = [one for one in self.overrides.get(country, ()) if one.starts_on <= on <= one.ends_on]
        return Inputs(
            country=country,
            attested=attested,
            review=review,
            on=on,
            history=self.history(country, up_to=policy.data_set),
            override=overrides[-1] if overrides else None,
            terms=policy.terms,
            policy=policy.number,
            data_set=policy.data_set_id,
        )


def grounds(*, country: str | None = None) -> Grounds:
    """Return what decisions rest on, for all countries or for one; four queries."""
    only = {"country": country} if country else {}
    said: dict[int, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for data_set_id, code, income, is_least_developed in CountryRow.objects.filter(**only).values_list(
        "data_set_id", "country", "income", "is_least_developed"
    ):
        said[data_set_id][code] = (income, is_least_developed)
    overrides: dict[str, tuple[Override, ...]] = defaultdict(tuple)
    for row in BandOverride.objects.filter(**only).order_by("starts_on", "pk"):
        overrides[str(row.country)] += (row.override,)
    return Grounds(
        policies=tuple(PolicyVersion.objects.select_related("data_set").order_by("effective_from", "number")),
        data_sets=tuple(CountryDataSet.objects.order_by("effective_from", "pk")),
        said=said,
        overrides=overrides,
    )


def policy_on(day: date) -> PolicyVersion:
    """Return the policy in force on a day; before the first one, the first one."""
    policies = PolicyVersion.objects.order_by("effective_from", "number")
    return policies.filter(effective_from__lte=day).last() or policies[0]


def seat_terms_of(pool: SeatPool | None, *, now: datetime) -> SeatTerms:
    """Return the terms that a pool was opened under; without one, those of the policy in force."""
    policy = policy_on(now.astimezone(UTC).date()) if pool is None else pool.policy
    return policy.seat_terms


# -- What a new data set would change -----------------------------------------------------------------------------


@dataclass(frozen=True)
class CountryChange:
    """How a data set changes one country: its bands day by day, without it and with it, and how many people work there."""

    country: str
    before: tuple[tuple[date, Band], ...]
    after: tuple[tuple[date, Band], ...]
    people: int


def changes_by(groups: Iterable[CountryGroups], *, effective_from: date) -> list[CountryChange]:
    """Return what changes if these groups hold from a day on, and whom it touches; countries in order of their codes."""
    known = grounds()
    policy = known.policy_on(effective_from) if known.policies else None
    terms = policy.terms if policy else Terms()
    rows = {row.country: (row.income, row.is_least_developed) for row in groups}
    people = dict(
        User.objects.filter(is_active=True)
        .exclude(country="")
        .values_list("country")
        .annotate(people=Count("pk"))
        .order_by()
    )
    last = known.data_sets[-1] if known.data_sets else None
    changes = []
    for country in sorted(country_codes()):
        history = known.history(country, up_to=last) if last else ()
        kept = [facts for facts in history if facts.effective_from != effective_from]
        income, is_least_developed = rows.get(country, (None, False))
        added = [*kept, CountryFacts(effective_from, income, is_least_developed)]
        added.sort(key=lambda facts: facts.effective_from)
        before = steps(history, since=effective_from, terms=terms) if history else []
        after = steps(added, since=effective_from, terms=terms)
        if before != after:
            changes.append(CountryChange(country, tuple(before), tuple(after), people.get(country, 0)))
    return changes
