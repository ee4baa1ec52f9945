import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)


def one_by_one(things: Iterable[T], do: Callable[[T], object], *, failed: str) -> None:
    """Do something to each of several things, so that one that fails keeps none of the others back.

    failed: what is logged of such a one, with a place for it or its key: "Pool %s could not be settled." Each call is to be
    whole in itself, such as a transaction of its own.
    """
    for thing in things:
        try:
            do(thing)
        except Exception:  # whatever it is, it is logged, and the next time it is tried again
            logger.exception(failed, getattr(thing, "pk", thing))
