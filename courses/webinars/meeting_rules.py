"""When a meeting's server is asked for what."""

from datetime import datetime, timedelta

MADE_BEFORE = timedelta(minutes=35)  # before the start: hosts come in from 30 minutes before
WATCHED_EACH = timedelta(minutes=1)
# After the end, a server takes minutes to days to make a recording ready.
RECORDINGS_AFTER = tuple(timedelta(hours=hours) for hours in (0.25, 1, 3, 12, 24, 72, 168))
LONGEST_PAUSE = timedelta(minutes=1)  # people who wait at the door are told to try again in a minute


def pause_after(attempts: int) -> timedelta:
    """Return how long a server is left alone after so many failed attempts to make a meeting."""
    return min(timedelta(seconds=15) * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)


def next_look(*, starts_at: datetime, ends_at: datetime, now: datetime, is_recorded: bool) -> datetime | None:
    """Return when a server that has just been asked is to be asked next; None if never."""
    if now < starts_at - MADE_BEFORE:
        return starts_at - MADE_BEFORE
    if now < ends_at:
        return now + WATCHED_EACH
    if not is_recorded:
        return None
    return next((ends_at + pause for pause in RECORDINGS_AFTER if ends_at + pause > now), None)
