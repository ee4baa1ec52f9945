"""The numbers of a policy version that decide who has priority."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


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
            least = 0 if "grace" in name or name == "months_unclassified" else 1
            if type(number) is not int or not least <= number <= 120:
                raise UnusableTerms(f"{name} is a whole number from {least} to 120.")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Terms":
        """Return terms as a policy row stores them; what it does not name is as in the first policy."""
        if unknown := sorted(set(stored) - set(cls.__dataclass_fields__)):
            raise UnusableTerms(f"There are no terms called {', '.join(unknown)}.")
        return cls(**stored)
