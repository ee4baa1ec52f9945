from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """What an answer earned: a score in [0, 1], and reasons fit to show the learner."""

    score: float
    reasons: tuple[str, ...] = ()


def has_passed(points: float, possible: int, pass_mark_percent: int) -> bool:
    """Say whether the points reach the pass mark (per cent of the possible points); an empty quiz is not passed."""
    return possible > 0 and points * 100 >= pass_mark_percent * possible - 1e-9


def percent_of(fraction: float) -> int:
    """Return whole per cent, rounded down: what is shown never looks better than what counts."""
    return int(100 * fraction + 1e-9)
