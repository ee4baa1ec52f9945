"""What somebody pays for a facilitated cohort or an accredited certificate. Source: the access policy, section 3."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Waiver:
    """A reason to pay less. share: of the list price, from 0 to 1."""

    reason: str
    share: Decimal


@dataclass(frozen=True)
class Fee:
    """What is due of a list price. waiver: the one that counts; None if there is none or nothing is due by priority."""

    listed: Decimal
    due: Decimal
    waiver: Waiver | None = None


def fee(listed: Decimal, *, is_priority: bool, waivers: Iterable[Waiver] = (), smallest: Decimal = CENT) -> Fee:
    """Return the list price less the largest single waiver, rounded up to the currency's smallest amount; 0 for priority."""
    if is_priority:
        return Fee(listed, Decimal(0))
    largest = max(waivers, key=lambda waiver: waiver.share, default=None)
    if largest is None:
        return Fee(listed, listed)
    exact = Fraction(listed) * (1 - Fraction(largest.share))
    return Fee(listed, min(ceil(exact / Fraction(smallest)) * smallest, listed), largest)
