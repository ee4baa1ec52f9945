"""Which mail about a webinar is due to a person: decided from what they were told, so that no order of events misleads."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

DAY_BEFORE = timedelta(hours=24)
HOUR_BEFORE = timedelta(hours=1)
ATTENDANCE_WAITS = timedelta(hours=24)  # after the end, for who came to be known
FEEDBACK_IS_ASKED = timedelta(days=3)  # after the end, while people remember
NEWS_ENDS = timedelta(days=90)  # after the end


class Kind(StrEnum):
    CONFIRMED = "confirmed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    DAY = "day"
    HOUR = "hour"
    FEEDBACK = "feedback"
    RECORDING = "recording"


ESSENTIAL = {Kind.CONFIRMED, Kind.MOVED, Kind.CANCELLED}


@dataclass(frozen=True)
class Plan:
    """When a webinar takes place at present. revision: how often that has changed; is_off: it is called off.

    has_recording: it is over, and can be watched. is_counted: who came long enough is known and has been acted upon.
    """

    starts_at: datetime
    ends_at: datetime
    revision: int
    is_off: bool = False
    has_recording: bool = False
    is_counted: bool = False


@dataclass(frozen=True)
class Written:
    """A mail that a person has had, or will have from the outbox, and the start it tells."""

    kind: Kind
    starts_at: datetime


@dataclass(frozen=True)
class Told:
    """What a person believes. start: None if they have been told nothing since they came; is_off: that it is called off."""

    start: datetime | None = None
    is_off: bool = False
    day_for: datetime | None = None
    hour_for: datetime | None = None
    is_asked: bool = False
    knows_recording: bool = False


def told_by(mails: Iterable[Written]) -> Told:
    """Return what somebody believes after the mails since they last came, oldest first."""
    told = Told()
    for mail in mails:
        match mail.kind:
            case Kind.CONFIRMED | Kind.MOVED:
                told = replace(told, start=mail.starts_at, is_off=False)
            case Kind.CANCELLED:
                told = replace(told, is_off=True)
            case Kind.DAY:
                told = replace(told, day_for=mail.starts_at)
            case Kind.HOUR:
                told = replace(told, hour_for=mail.starts_at)
            case Kind.FEEDBACK:
                told = replace(told, is_asked=True)
            case Kind.RECORDING:
                told = replace(told, knows_recording=True)
    return told


@dataclass(frozen=True)
class Next:
    """What is to be done about mails to a person. kind: the mail that is due now; look_at: when to look again, if ever."""

    kind: Kind | None
    look_at: datetime | None


def next_mail(
    plan: Plan,
    told: Told,
    *,
    told_at: datetime,
    now: datetime,
    seats_tell: bool = False,
    wants_reminders: bool = True,
    came: bool | None = None,
) -> Next:
    """Return the mail that is due to somebody who means to come.

    told_at: when they came, or were last told when it begins: a reminder of what was said after its moment is none.
    seats_tell: the seats of the webinar see to what is essential, and reminders alone are left. wants_reminders: they do, and
    news afterwards. came: they did; None as long as nobody knows who did.
    """
    if now >= plan.ends_at:
        return _next_news(plan, told, came=came, now=now) if wants_reminders and not plan.is_off else Next(None, None)
    if plan.is_off:
        wants_word = told.start is not None and not told.is_off and not seats_tell
        return Next(Kind.CANCELLED if wants_word else None, None)
    if not seats_tell and (told.start is None or told.is_off):
        return Next(Kind.CONFIRMED, now)
    if not seats_tell and told.start != plan.starts_at:
        return Next(Kind.MOVED, now)
    if not wants_reminders:
        return Next(None, None)
    for before, kind, reminded_for in (
        (DAY_BEFORE, Kind.DAY, told.day_for),
        (HOUR_BEFORE, Kind.HOUR, told.hour_for),
    ):
        moment = plan.starts_at - before
        if now < moment:
            return Next(None, moment)
        closes_at = plan.starts_at - HOUR_BEFORE if kind == Kind.DAY else plan.starts_at
        if now < closes_at and told_at < moment and reminded_for != plan.starts_at:
            return Next(kind, now)
    return Next(None, plan.ends_at)


def _next_news(plan: Plan, told: Told, *, came: bool | None, now: datetime) -> Next:
    """Return the mail that is due once it is over: the recording to everybody, the question how it was to who came."""
    if plan.has_recording and not told.knows_recording and now < plan.ends_at + NEWS_ENDS:
        return Next(Kind.RECORDING, now)
    asks_at = plan.ends_at if plan.is_counted else plan.ends_at + ATTENDANCE_WAITS
    if told.is_asked or now >= plan.ends_at + FEEDBACK_IS_ASKED:
        return Next(None, None)
    if now < asks_at:
        return Next(None, asks_at)
    return Next(None, None) if came is False else Next(Kind.FEEDBACK, now)
