"""The numbers of a policy version: those that decide who has priority, and those of seats and fees."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.access.rules.seats import EARLY_WINDOW, HOLD_HOURS, LARGEST_SHARE, USUAL_SHARE


@dataclass(frozen=True)
class UnusableTerms(ValueError):
    """Terms that no policy can have; the text says why."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Terms:
    """Criteria counted in a person's own words, months counted from a decision or from a change of the country's facts."""

    criteria_b2: int = 1  # with so many, lower middle income has priority at once
    criteria_b3: int = 2  # with so many, a person looks at the request
    criteria_b4: int = 3
    months_p1: int = 24
    months_p2: int = 12
    months_declined: int = 12
    grace_months_least_developed: int = 36  # after leaving the list
    grace_months_income: int = 12  # after a move to a group of higher income
    months_unclassified: int = 24  # for which a country that lost its group keeps its last band

    def __post_init__(self) -> None:
        for name, number in asdict(self).items():
            least, most = bounds_of(name)
            if type(number) is not int or not least <= number <= most:
                raise UnusableTerms(f"{name} is a whole number from {least} to {most}.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Terms":
        """Return terms as a policy row stores them; what it does not name is as in the first policy."""
        if unknown := sorted(set(stored) - set(cls.__dataclass_fields__)):
            raise UnusableTerms(f"There are no terms called {', '.join(unknown)}.")
        return cls(**stored)


def bounds_of(name: str) -> tuple[int, int]:
    """Return the least and the greatest number that one of the Terms can be."""
    return (0 if "grace" in name or name == "months_unclassified" else 1), 120


@dataclass(frozen=True)
class SeatTerms:
    """What offerings and fees take from a policy. Nothing here decides who has priority, so no decision rests on it.

    Shares are decimals, exact as they were written.
    """

    reserved_share: Decimal = USUAL_SHARE  # an organiser may choose another for one offering
    window_days: int = EARLY_WINDOW.days  # at least, from the early opening to the general one
    release_days_webinar: int = 7  # before the start, on which reserved seats are released
    release_days_cohort: int = 14
    hold_hours: int = HOLD_HOURS  # for which an offered seat waits for its answer
    student_waiver: Decimal = Decimal("0.5")  # of the list price

    def __post_init__(self) -> None:
        for name, (least, most) in SEAT_BOUNDS.items():
            number = getattr(self, name)
            if type(number) is not type(least) or not least <= number <= most:
                raise UnusableTerms(f"{name} is a number from {least} to {most}.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "SeatTerms":
        """Return terms as a policy row stores them; what it does not name is as in the first policy."""
        if unknown := sorted(set(stored) - set(SEAT_BOUNDS)):
            raise UnusableTerms(f"There are no terms called {', '.join(unknown)}.")
        try:
            return cls(**{name: type(SEAT_BOUNDS[name][0])(value) for name, value in stored.items()})
        except (InvalidOperation, ValueError) as error:
            raise UnusableTerms("Terms are numbers.") from error

    @property
    def stored(self) -> dict[str, int | str]:
        """Return plain values for a JSON column; of() reads them back."""
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(self).items()}


# Source: the access policy, sections 3 to 5; the upper bounds keep slips of the keyboard out.
SEAT_BOUNDS: dict[str, tuple[Any, Any]] = {
    "reserved_share": (Decimal(0), LARGEST_SHARE),
    "window_days": (7, 90),
    "release_days_webinar": (1, 60),
    "release_days_cohort": (1, 60),
    "hold_hours": (1, 336),
    "student_waiver": (Decimal(0), Decimal(1)),
}
