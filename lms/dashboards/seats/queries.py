from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from lms.access.models import Application, CountryDataSet, CountryRow, Seat, SeatBlock, SeatPool
from lms.access.queries.seats import seats_in
from lms.access.rules.equity import Shared, calls_for_review
from lms.access.rules.seats import Seats
from lms.access.rules.what_if import Applied
from lms.dashboards.rules import Key, Values, withheld_parts

PERIOD = timedelta(days=365)
MOST_POOLS = 200  # of a year, the newest; a programme that holds more sees the newest
MOST_TRIED = 3000  # applications on the copy with which something is tried
PRIORITY, STANDARD = "priority", "standard"
REGIONS = {  # as the data sets write them
    "Africa": _("Africa"),
    "Americas": _("Americas"),
    "Asia": _("Asia"),
    "Europe": _("Europe"),
    "Oceania": _("Oceania"),
}
SEATED = Q(state__in=Application.SEATED)
WAITING = Q(state__in=[Application.State.WAITING, Application.State.CLOSED])


def pools_by_start() -> QuerySet[SeatPool]:
    """Return all pools, those that start last first, with how many seats are in use and how many people wait."""
    kept = Seat.objects.filter(pool=OuterRef("pk"), application=None, block__isnull=False).values("pool")
    counted = {
        "used": Count("applications", filter=Q(applications__state__in=Application.SEATED))
        + Coalesce(Subquery(kept.annotate(count=Count("pk")).values("count")), 0),
        "waiting": Count("applications", filter=Q(applications__state=Application.State.WAITING)),
    }
    return SeatPool.objects.annotate(**counted).order_by("-starts_at", "-pk")


def confirmed_in(pool: SeatPool) -> QuerySet[Application]:
    """Return who has taken a seat, by name; nothing that tells under what they applied."""
    return (
        Application.objects.filter(pool=pool, state=Application.State.CONFIRMED)
        .select_related("person")
        .only("person__name", "person__email")
        .order_by("person__name", "pk")
    )


def applied_to(pool: SeatPool) -> list[Applied]:
    """Return a copy of the list and the seated, to try something on; at most MOST_TRIED and one more."""
    live = Application.objects.filter(pool=pool, state__in=Application.LIVE).order_by("number")
    found = live.only("person_id", "joined_at", "is_priority", "is_carried", "block_id")[: MOST_TRIED + 1]
    return [
        Applied(one.drawn_as, one.joined_at, one.is_priority, one.is_carried, str(one.block_id or "")) for one in found
    ]


def blocks_tried(pool: SeatPool) -> dict[str, int]:
    """Return the seats of each block that was not given back, to try something with."""
    blocks = SeatBlock.objects.filter(pool=pool, ended_at=None).order_by("pk")
    return {str(pk): seats for pk, seats in blocks.values_list("pk", "seats")}


# -- By tier -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TierRow:
    """One tier's figures; None where one is withheld, since fewer than ten people stand behind it."""

    tier: str
    seated: int | None
    waiting: int | None
    days_waited: float | None


@dataclass(frozen=True)
class PoolReport:
    """How one offering shares its seats. needs_review: its series starves people without priority."""

    pool: SeatPool
    seats: Seats
    rows: tuple[TierRow, ...]
    needs_review: bool


@dataclass(frozen=True)
class RegionRow:
    """A region of the world and its people: seated and waiting, by tier; None where withheld."""

    region: str
    figures: tuple[int | None, ...]

    @property
    def label(self) -> str:
        return str(REGIONS.get(self.region, self.region or _("Not said")))


@dataclass(frozen=True)
class Equity:
    """How seats were shared in a year: overall, by offering and by region."""

    since: datetime
    overall: tuple[TierRow, ...]
    pools: tuple[PoolReport, ...]
    regions: tuple[RegionRow, ...]

    @property
    def alarms(self) -> list[PoolReport]:
        return [report for report in self.pools if report.needs_review]


def pool_report(pool: SeatPool) -> PoolReport:
    """Return how one pool shares its seats; four queries."""
    counts = _counts_by(Application.objects.filter(pool=pool)).get((), {})
    return PoolReport(pool, seats_in(pool), _tier_rows(counts), calls_for_review(_series(pool)))


def seats_by_tier(*, now: datetime) -> tuple[TierRow, ...]:
    """Return the overall figures of equity alone; two queries."""
    return _overall(Application.objects.filter(pool__in=_pools_of_the_year(now)))


def equity(*, now: datetime) -> Equity:
    """Return how seats were shared in the year before a moment and in what is still to begin; a fixed number of queries."""
    pools = _pools_of_the_year(now)
    applications = Application.objects.filter(pool__in=pools)
    by_pool = _counts_by(applications, "pool")
    seats = _seats_of(pools)
    chains = _chains(pools, {pk: _shared(counts) for (pk,), counts in by_pool.items()})
    return Equity(
        since=now - PERIOD,
        overall=_overall(applications),
        pools=tuple(
            PoolReport(pool, seats[pool.pk], _tier_rows(by_pool.get((pool.pk,), {})), calls_for_review(chains[pool.pk]))
            for pool in pools
        ),
        regions=_regions(applications),
    )


def _pools_of_the_year(now: datetime) -> list[SeatPool]:
    of_the_year = SeatPool.objects.filter(starts_at__gt=now - PERIOD, next_number__gt=0)
    return list(of_the_year.order_by("-starts_at", "-pk")[:MOST_POOLS])


def _overall(applications: QuerySet[Application]) -> tuple[TierRow, ...]:
    return _tier_rows(_counts_by(applications).get((), {}))


@dataclass(frozen=True)
class _Counts:
    seated: int = 0
    waiting: int = 0
    waited: timedelta | None = None

    @property
    def days_waited(self) -> float | None:
        return None if self.waited is None else round(self.waited / timedelta(days=1), 1)


_NUMBERS = {"seated": Count("pk", filter=SEATED), "waiting": Count("pk", filter=WAITING)}
_WAITED = ExpressionWrapper(F("seated_at") - F("joined_at"), output_field=DurationField())


def _counts_by(applications: QuerySet[Application], *by: str) -> dict[Any, dict[str, _Counts]]:
    """Return the figures of each tier by the values of these columns; one query."""
    found: dict[Any, dict[str, _Counts]] = defaultdict(dict)
    rows = (
        applications.filter(SEATED | WAITING)
        .values_list(*by, "is_priority")
        .annotate(**_NUMBERS, waited=Avg(_WAITED, filter=SEATED))
        .order_by()
    )
    for *keys, is_priority, seated, waiting, waited in rows:
        found[tuple(keys)][PRIORITY if is_priority else STANDARD] = _Counts(seated, waiting, waited)
    return found


def _tier_rows(counts: dict[str, _Counts]) -> tuple[TierRow, ...]:
    """Return a row for each tier, with what is too small withheld: what is shown leaves every withheld figure open."""
    both = {tier: counts.get(tier, _Counts()) for tier in (PRIORITY, STANDARD)}
    hidden = {
        name: withheld_parts({tier: (getattr(count, name),) for tier, count in both.items()})
        for name in ("seated", "waiting")
    }
    return tuple(
        TierRow(
            tier,
            None if tier in hidden["seated"] else count.seated,
            None if tier in hidden["waiting"] else count.waiting,
            None if tier in hidden["seated"] else count.days_waited,
        )
        for tier, count in both.items()
    )


def _shared(counts: dict[str, _Counts]) -> Shared:
    priority, standard = counts.get(PRIORITY, _Counts()), counts.get(STANDARD, _Counts())
    return Shared(priority.seated, standard.seated, priority.waiting, standard.waiting)


def _series(pool: SeatPool) -> list[Shared]:
    """Return how a pool and the two before it in its series shared their seats, the oldest first."""
    series: list[SeatPool] = [pool]
    while len(series) < 3 and (before := series[0].carried_from):
        series.insert(0, before)
    by_pool = _counts_by(Application.objects.filter(pool__in=series), "pool")
    return [_shared(by_pool.get((one.pk,), {})) for one in series]


def _chains(pools: Sequence[SeatPool], shared: dict[int, Shared]) -> dict[int, list[Shared]]:
    """Return the series of each pool up to itself, as far as it lies in the period."""
    before = {pool.pk: pool.carried_from_id for pool in pools}
    nothing = Shared(0, 0, 0, 0)
    chains: dict[int, list[Shared]] = {}
    for pool in pools:
        chain: list[Shared] = []
        here = pool.pk
        while here in before and len(chain) < 3:
            chain.insert(0, shared.get(here, nothing))
            earlier = before[here]
            if earlier is None:
                break
            here = earlier
        chains[pool.pk] = chain
    return chains


def _seats_of(pools: Sequence[SeatPool]) -> dict[int, Seats]:
    found = SeatPool.objects.filter(pk__in=[pool.pk for pool in pools]).annotate(
        reserved=Count("seats", filter=Q(seats__kind="reserved")), open=Count("seats", filter=Q(seats__kind="open"))
    )
    return {pk: Seats(reserved, free) for pk, reserved, free in found.values_list("pk", "reserved", "open")}


def _regions(applications: QuerySet[Application]) -> tuple[RegionRow, ...]:
    """Return seated and waiting people by region of their country of work and by tier, small figures withheld."""
    newest = CountryDataSet.objects.order_by("effective_from", "pk").last()
    regions = dict(CountryRow.objects.filter(data_set=newest).values_list("country", "region"))
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (country,), tiers in _counts_by(applications, "person__country").items():
        for place, tier in ((0, PRIORITY), (2, STANDARD)):
            counts = tiers.get(tier, _Counts())
            sums[regions.get(country, "")][place] += counts.seated
            sums[regions.get(country, "")][place + 1] += counts.waiting
    columns: list[dict[Key, Values]] = [
        {region: (figures[place],) for region, figures in sums.items()} for place in range(4)
    ]
    hidden = [withheld_parts(column) for column in columns]
    return tuple(
        RegionRow(region, tuple(None if region in hidden[place] else figures[place] for place in range(4)))
        for region, figures in sorted(sums.items())
    )
