"""How reviewing went, week by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from lms.access.rules.reviewing import working_days_left

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Case:
    """A request or an appeal. ended_on: None while it waits; is_approved: None where it ended without a reviewer."""

    came_on: date
    ended_on: date | None = None
    is_approved: bool | None = None

    @property
    def working_days(self) -> int:
        """How long it took."""
        return working_days_left(self.came_on, self.ended_on) if self.ended_on else 0


@dataclass(frozen=True)
class Week:
    """Counts of seven days from a Monday on. waiting: at their end; median_days: working days of what was decided."""

    starts_on: date
    came: int
    approved: int
    declined: int
    withdrawn: int
    waiting: int
    median_days: float | None

    @property
    def decided(self) -> int:
        return self.approved + self.declined


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weeks_of(cases: Sequence[Case], *, until: date, number: int) -> list[Week]:
    """Return the last weeks up to that of a day, the newest first. cases: all that waited in any of them."""
    mondays = [monday_of(until) - WEEK * back for back in range(number)]
    return [_week(cases, monday) for monday in mondays]


def _week(cases: Sequence[Case], monday: date) -> Week:
    after = monday + WEEK
    ended = [case for case in cases if case.ended_on is not None and monday <= case.ended_on < after]
    decided = [case for case in ended if case.is_approved is not None]
    return Week(
        starts_on=monday,
        came=sum(monday <= case.came_on < after for case in cases),
        approved=sum(case.is_approved is True for case in decided),
        declined=sum(case.is_approved is False for case in decided),
        withdrawn=len(ended) - len(decided),
        waiting=sum(case.came_on < after and (case.ended_on is None or case.ended_on >= after) for case in cases),
        median_days=median(case.working_days for case in decided) if decided else None,
    )
