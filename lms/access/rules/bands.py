"""In which band a country stands on a day: from the data sets loaded, with the grace that follows a change."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum
from itertools import pairwise

from lms.access.rules.reasons import Reason
from lms.access.rules.terms import Terms


class Band(StrEnum):
    """How much priority a country gives; the text of an earlier band sorts before that of a later one."""

    B1 = "B1"  # least developed, or low income
    B2 = "B2"  # lower middle income
    B3 = "B3"  # upper middle income, or not classified
    B4 = "B4"  # high income


class Income(StrEnum):
    """The World Bank's groups."""

    LOW = "low"
    LOWER_MIDDLE = "lower-middle"
    UPPER_MIDDLE = "upper-middle"
    HIGH = "high"


BAND_OF_INCOME = {
    Income.LOW: Band.B1,
    Income.LOWER_MIDDLE: Band.B2,
    Income.UPPER_MIDDLE: Band.B3,
    Income.HIGH: Band.B4,
}


@dataclass(frozen=True)
class CountryFacts:
    """What one data set says of a country, in force from a day on. income: None where the World Bank names no group."""

    effective_from: date
    income: Income | None = None
    is_least_developed: bool = False


@dataclass(frozen=True)
class Override:
    """A band that leads have set for a country; both days count."""

    band: Band
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Banding:
    """A country's band on a day, and why."""

    band: Band
    reason: Reason


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month; the calendar's last day ends it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def band_on(day: date, *, history: Sequence[CountryFacts], override: Override | None, terms: Terms) -> Banding:
    """Return the band of a country on a day.

    history: one entry for each data set that counts, in order of its days, no two of one day. Before the first data set the
    first one holds. override: the one in force on that day. Moves towards less priority wait for the grace of the terms, moves
    towards more count at once.
    """
    if override is not None and override.starts_on <= day <= override.ends_on:
        return Banding(override.band, Reason("band-override", {"until": override.ends_on.isoformat()}))
    known = [facts for facts in history if facts.effective_from <= day] or list(history[:1])
    if not known:
        return Banding(Band.B3, Reason("band-unclassified"))
    if known[-1].is_least_developed:
        return Banding(Band.B1, Reason("band-least-developed"))
    standings = [_by_income(known, day, terms), *_in_grace(known, day, terms)]
    return min(standings, key=lambda standing: standing.band)  # of equals the first, which says how things are today


def steps(history: Sequence[CountryFacts], *, since: date, terms: Terms) -> list[tuple[date, Band]]:
    """Return the band on a day, and each later day on which it changes by what is known so far, without overrides."""
    graces = (0, terms.grace_months_least_developed, terms.grace_months_income, terms.months_unclassified)
    days = {add_months(facts.effective_from, months) for facts in history for months in graces}
    found: list[tuple[date, Band]] = []
    for day in [since, *sorted(day for day in days if day > since)]:
        band = band_on(day, history=history, override=None, terms=terms).band
        if not found or found[-1][1] is not band:
            found.append((day, band))
    return found


def _by_income(known: Sequence[CountryFacts], day: date, terms: Terms) -> Banding:
    """Return the band by the World Bank's group alone; a country that lost its group keeps its last band for a while."""
    income = known[-1].income
    if income is not None:
        return Banding(BAND_OF_INCOME[income], Reason(f"band-{income.value}-income"))
    unclassified_from = None
    for facts in reversed(known):
        if facts.income is not None:
            break
        unclassified_from = facts.effective_from
    else:
        return Banding(Band.B3, Reason("band-unclassified"))
    assert unclassified_from is not None  # the newest facts name no group
    until = add_months(unclassified_from, terms.months_unclassified)
    if day >= until:
        return Banding(Band.B3, Reason("band-unclassified"))
    return Banding(BAND_OF_INCOME[facts.income], Reason("band-kept-unclassified", {"until": until.isoformat()}))


def _in_grace(known: Sequence[CountryFacts], day: date, terms: Terms) -> list[Banding]:
    """Return the bands that a country has left for one of less priority, and keeps for the time being."""
    kept = []
    for number, (before, after) in enumerate(pairwise(known), start=1):
        changed_on = after.effective_from
        if before.is_least_developed and not after.is_least_developed:
            until = add_months(changed_on, terms.grace_months_least_developed)
            if day < until:
                facts = {"since": changed_on.isoformat(), "until": until.isoformat()}
                kept.append(Banding(Band.B1, Reason("band-left-list", facts)))
        earlier = _by_income(known[:number], changed_on, terms).band
        until = add_months(changed_on, terms.grace_months_income)
        if after.income is not None and earlier < BAND_OF_INCOME[after.income] and day < until:
            facts = {"since": changed_on.isoformat(), "until": until.isoformat()}
            kept.append(Banding(earlier, Reason("band-income-moved", facts)))
    return kept
