from lms.dashboards.rules import LEAST


def whole_tens(count: int) -> int | None:
    """Return a count in whole tens, rounded down, or None where it is too small to be shown.

    In tens, since the page is read again and again: what came in between would be figures of one or two people.
    """
    return count // 10 * 10 if count >= LEAST else None


def share_percent(part: int, whole: int) -> int | None:
    """Return a part in whole per cent, or None where the part or what is left beside it is too small to be shown."""
    return round(100 * part / whole) if min(part, whole - part) >= LEAST else None
