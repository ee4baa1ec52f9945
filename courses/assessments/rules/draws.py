"""What an attempt asks: which questions of a quiz, in which order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random


def draw(pool_of: Mapping[int, str], draws: Mapping[str, int], *, shuffles: bool, chance: Random) -> list[int]:
    """Return the questions of one attempt: all that are in no pool, and of each pool as many as it draws.

    pool_of: question id -> name of its pool, empty for none, in the quiz's order; draws: name of a pool -> how many. A
    pool that has fewer gives all it has; a question whose pool has no number is always asked. Without shuffling the
    questions stay in the quiz's order.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for question, pool in pool_of.items():
        members[pool if pool in draws else ""].append(question)
    drawn = set(members.pop("", []))
    for pool, questions in members.items():
        drawn.update(chance.sample(questions, min(draws[pool], len(questions))))
    asked = [question for question in pool_of if question in drawn]
    if shuffles:
        chance.shuffle(asked)
    return asked


def is_drawn_from(asked: Sequence[int], pool_of: Mapping[int, str], draws: Mapping[str, int]) -> bool:
    """Say whether a draw could be made today: what was drawn is still there, and as many of each pool."""
    if not pool_of.keys() >= set(asked):
        return False
    return len(asked) == len(draw(pool_of, draws, shuffles=False, chance=Random(0))) and {
        question for question, pool in pool_of.items() if pool not in draws
    } <= set(asked)
