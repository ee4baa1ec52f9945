from datetime import timedelta

# Five tries in a working day. A server that cannot be reached at all does not count: that is not the mail's fault.
DELAYS = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
MAX_ATTEMPTS = len(DELAYS) + 1


def delay_after(failed_attempts: int, *, code: int | None) -> timedelta | None:
    """Return how long to wait after a failed attempt, None to give up.

    failed_attempts counts the one that has just failed; code is the mail server's answer where it gave one.
    """
    if code is not None and 500 <= code < 600:  # Source: RFC 5321, 4.2.1: do not repeat the same request
        return None
    return DELAYS[failed_attempts - 1] if failed_attempts < MAX_ATTEMPTS else None
