from functools import partial

from django.db import transaction
from django.dispatch import Signal


def announce(signal: Signal, *, sender: type, **facts: object) -> None:
    """Send an event once the current transaction has committed; a failing receiver is logged, not raised."""
    transaction.on_commit(partial(signal.send_robust, sender=sender, **facts))
