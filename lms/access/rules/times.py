from dataclasses import dataclass
from typing import Any

Moment = Any  # an aware datetime, or hours as a Decimal where a policy is tried on paper
Span = Any  # what lies between two of them: a timedelta, or hours


@dataclass(frozen=True)
class Times:
    """When a pool does what: t0 <= t1 <= t2 < t3 of the access policy, and how long an offered seat is held."""

    opens_early_at: Moment
    opens_at: Moment
    releases_at: Moment
    starts_at: Moment
    hold: Span

    def takes_applications(self, now: Moment) -> bool:
        return self.opens_early_at <= now < self.starts_at

    def is_drawn(self, joined_at: Moment) -> bool:
        """Say whether who joins at this moment is placed by the ballot, not by arrival."""
        return joined_at < self.opens_at

    def gives_open_seats(self, now: Moment) -> bool:
        return self.opens_at <= now < self.starts_at

    def gives_reserved_seats(self, now: Moment) -> bool:
        return now < self.starts_at

    def has_released(self, now: Moment) -> bool:
        """Say whether a reserved seat that no priority applicant waits for goes to anybody."""
        return self.releases_at <= now

    def held_until(self, now: Moment) -> Moment:
        """Return when a seat offered at this moment lapses: the same for every tier, and never after the start."""
        return min(now + self.hold, self.starts_at)


def has_lapsed(until: Moment | None, now: Moment) -> bool:
    """Say whether a hold has ended; one that ends at this very moment has, so who accepts then is too late."""
    return until is not None and until <= now
