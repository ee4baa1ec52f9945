"""How simulated learners study: how far they come, when, and where a course loses them."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random

from lms.operations.simulation.people import LITE, PRIORITY

LESSONS, QUIZZES = 20, 3
QUIZ_AFTER = (7, 14, 20)  # so many lessons
# What a course asks for, in order: the number of a lesson, or -1 - the number of a quiz.
STEPS: tuple[int, ...] = tuple(
    step
    for number in range(LESSONS)
    for step in (number, *([-1 - QUIZ_AFTER.index(number + 1)] if number + 1 in QUIZ_AFTER else []))
)
DAY = 86_400
RHYTHMS = 64
NEVER_BEGIN = {PRIORITY: 0.13, "S": 0.09}
# How much likelier somebody with priority is lost at each step: at first, and now.
GAP_AT_FIRST, GAP_NOW = 1.7, 1.08


@dataclass(slots=True)
class Path:
    """What somebody did in a course. Moments are seconds since the world began.

    lessons: (number, seen at, done at or None); standings: (number of the quiz, attempts, best result, passed at or None).
    """

    lessons: list[tuple[int, int, int | None]] = field(default_factory=list)
    standings: list[tuple[int, int, float, int | None]] = field(default_factory=list)
    half_at: int | None = None
    completed_at: int | None = None
    last_at: int | None = None

    @property
    def lessons_done(self) -> int:
        return sum(done is not None for _number, _seen, done in self.lessons)

    @property
    def quizzes_passed(self) -> int:
        return sum(passed is not None for *_said, passed in self.standings)


@cache
def losses(seed: int, course: int) -> tuple[float, ...]:
    """Return the share of those who come to each step of a course and do not take it; at one or two lessons clearly more."""
    chance = Random(f"{seed}/losses/{course}")
    shares = [chance.uniform(0.012, 0.036) if step >= 0 else chance.uniform(0.03, 0.06) for step in STEPS]
    shares[0] += 0.03
    shares[1] += 0.02
    steep = [place for place, step in enumerate(STEPS) if 2 < step < LESSONS - 2]
    for place in chance.sample(steep, chance.choice((1, 2))):
        shares[place] = chance.uniform(0.14, 0.22)
    return tuple(shares)


@cache
def staying(seed: int, course: int, tier: str, device: str, months_since: int, months: int) -> tuple[float, ...]:
    """Return the shares of a cohort that take each step, ascending in the negative, as bisect wants them."""
    factor = GAP_AT_FIRST + (GAP_NOW - GAP_AT_FIRST) * months_since / months if tier == PRIORITY else 1.0
    factor *= 1.12 if device == LITE else 1.0
    left, shares = 1.0 - NEVER_BEGIN[tier], []
    for loss in losses(seed, course):
        left *= 1 - min(loss * factor, 0.9)
        shares.append(-left)
    return tuple(shares)


@cache
def rhythms(seed: int) -> tuple[tuple[tuple[float, int], ...], ...]:
    """Return some ways to spread a course over its time: of each step, after which part of it, and for how many seconds."""
    chance = Random(f"{seed}/rhythms")
    return tuple(
        tuple(
            (start, 60 + min(int(chance.lognormvariate(6.4, 0.7)), 4 * 3600))
            for start in sorted(chance.random() ** 1.15 for _step in STEPS)
        )
        for _number in range(RHYTHMS)
    )


def steps_taken(shares: Sequence[float], chance: Random) -> int:
    """Return how many steps somebody takes in the end."""
    return bisect(shares, -chance.random())


def study(reach: int, *, enrolled_at: int, now: int, seed: int, chance: Random) -> Path:
    """Return what somebody who takes so many steps in the end has done by now."""
    path = Path()
    rhythm = rhythms(seed)[int(chance.random() * RHYTHMS)]
    span = min(chance.lognormvariate(3.1, 0.85), 300) * DAY
    at, begun = enrolled_at + 60, 0
    for place in range(reach):
        part, seconds = rhythm[place]
        at = max(at, enrolled_at + int(span * part))
        done_at = at + seconds
        if done_at >= now:
            break
        step = STEPS[place]
        if step >= 0:
            path.lessons.append((step, at, done_at))
        else:
            attempts = 1 + int(chance.expovariate(1.6))
            path.standings.append((-1 - step, min(attempts, 9), 0.7 + int(chance.random() * 7) / 20, done_at))
        at = path.last_at = done_at
        begun = place + 1
        if 2 * begun >= len(STEPS) and path.half_at is None:
            path.half_at = done_at
    if begun == len(STEPS):
        path.completed_at = at
    elif begun == reach and (reach or chance.random() < 0.5) and chance.random() < 0.8 and at + DAY < now:
        _try_next(path, STEPS[reach], at=at + int(chance.random() * DAY), chance=chance)
    return path


def _try_next(path: Path, step: int, *, at: int, chance: Random) -> None:
    """Let somebody begin the step at which they are lost."""
    if step >= 0:
        path.lessons.append((step, at, None))
    else:
        path.standings.append((-1 - step, 1 + int(chance.random() * 3), int(chance.random() * 13) / 20, None))
    path.last_at = at
