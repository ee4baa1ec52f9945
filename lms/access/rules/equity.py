"""How fairly seats were shared, run by run. Source: the access policy, section 4, anti-starvation."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_SHARE = 0.2  # of the seats, to people without priority
RUNS_IN_A_ROW = 3


@dataclass(frozen=True)
class Shared:
    """The seats of one offering and who waited, by tier, at its start or as things stand."""

    priority_seated: int
    standard_seated: int
    priority_waiting: int
    standard_waiting: int

    @property
    def starves_standard(self) -> bool:
        """Say whether people without priority wait, and have less than a fifth of the seats in use."""
        seated = self.priority_seated + self.standard_seated
        return self.standard_waiting > 0 and seated > 0 and self.standard_seated < LEAST_SHARE * seated


def calls_for_review(runs: Sequence[Shared]) -> bool:
    """Say whether the last three runs in a row starved people without priority, so that a person looks at the share.

    runs: of one series, in order.
    """
    last = runs[-RUNS_IN_A_ROW:]
    return len(last) == RUNS_IN_A_ROW and all(run.starves_standard for run in last)
