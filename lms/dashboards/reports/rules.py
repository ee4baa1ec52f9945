from datetime import date, timedelta


def period_of(schedule: str, today: date) -> date | None:
    """Return the first day of the week or month in which a report is due today; None where none is."""
    if schedule == "weekly":
        return today - timedelta(days=today.weekday())
    return today.replace(day=1) if schedule == "monthly" else None
