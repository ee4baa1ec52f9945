"""What an attempt asks: which questions of a quiz, in which order."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from random import Random


def draw(pool_of: Mapping[int, str], draws: Mapping[str, int], *, shuffles: bool, chance: Random) -> list[int]:
    """Return the questions of one attempt: all that are in no pool, and of each pool as many as it draws.

    pool_of: question id -> name of its pool, empty for none, in the quiz's order; draws: name of a pool -> how many. A
    pool that has fewer gives all it has; a question whose pool has no number is always asked. Without shuffling the
    questions stay in the quiz's order.
    """
    always, pools = _sorted_out(pool_of, draws)
    drawn = set(always)
    for pool, questions in pools.items():
        drawn.update(chance.sample(questions, min(draws[pool], len(questions))))
    asked = [question for question in pool_of if question in drawn]
    if shuffles:
        chance.shuffle(asked)
    return asked


def is_drawn_from(asked: Collection[int], pool_of: Mapping[int, str], draws: Mapping[str, int]) -> bool:
    """Say whether a draw could be made today: what was drawn is still there, and as many of each pool."""
    always, pools = _sorted_out(pool_of, draws)
    drawn = set(asked)
    return set(always) <= drawn <= pool_of.keys() and all(
        len(drawn.intersection(questions)) == min(draws[pool], len(questions)) for pool, questions in pools.items()
    )


def _sorted_out(pool_of: Mapping[int, str], draws: Mapping[str, int]) -> tuple[list[int], dict[str, list[int]]]:
    """Return the questions that are always asked, and those of each pool."""
    pools: dict[str, list[int]] = defaultdict(list)
    for question, pool in pool_of.items():
        pools[pool if pool in draws else ""].append(question)
    return pools.pop("", []), pools
