from datetime import date, timedelta


def period_of(schedule: str, today: date) -> date | None:
    """Return the first day of the week or month in which a report is due today; None where none is."""
    if schedule == "weekly":
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if schedule == "monthly" else None


def next_period(schedule: str, today: date) -> date | None:
    """Return the first day of the next week or month; None where nothing is sent."""
    start = period_of(schedule, today)
    return start and period_of(schedule, start + timedelta(days=7 if schedule == "weekly" else 31))


def is_due(period: date, *, chosen_on: date | None) -> bool:
    """Say whether a report is due in a week or month; not in the one in which it was chosen, which had begun."""
    return chosen_on is None or chosen_on < period
