from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.relative import Way, distance
from courses.webinars.words import told

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def words(start: str, now: str, zone: str = "UTC") -> str:
    """How far away a session of an hour is; both moments by the clock of the zone."""
    starts_at, at = (datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone)) for clock in (start, now))
    end = starts_at.astimezone(UTC) + HOUR
    with translation.override("en"):
        return told(distance(starts_at, end, now=at, zone=ZoneInfo(zone)))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2027-03-10 14:00", "Begins in 7 weeks"),
        ("2027-04-20 14:00", "Begins in 10 days"),
        ("2027-04-28 23:59", "Begins in 2 days"),
        ("2027-04-29 00:00", "Begins tomorrow"),
        ("2027-04-29 23:59", "Begins tomorrow"),
        ("2027-04-30 00:00", "Begins in 14 hours"),
        ("2027-04-30 12:59", "Begins in 1 hour"),
        ("2027-04-30 13:01", "Begins in 59 minutes"),
        ("2027-04-30 13:59:30", "Begins in less than a minute"),
        ("2027-04-30 14:00", "Has just begun"),
        ("2027-04-30 14:05", "Began 5 minutes ago"),
        ("2027-04-30 15:00", "Has just ended"),
        ("2027-04-30 15:30", "Ended 30 minutes ago"),
        ("2027-04-30 23:00", "Ended 8 hours ago"),
        ("2027-05-01 08:00", "Was yesterday"),
        ("2027-05-02 08:00", "Was 2 days ago"),
        ("2027-06-01 08:00", "Was 4 weeks ago"),
    ],
)
def test_the_distance_is_told_as_people_say_it(now, said):
    assert words("2027-04-30 14:00", now) == said


def test_shortly_after_midnight_hours_say_more_than_tomorrow():
    assert words("2027-04-30 01:00", "2027-04-29 23:00") == "Begins in 2 hours"


def test_tomorrow_is_that_of_the_readers_calendar():
    start, now = datetime(2027, 4, 30, 14, tzinfo=UTC), datetime(2027, 4, 29, 20, tzinfo=UTC)

    def way(zone):
        return distance(start, start + HOUR, now=now, zone=ZoneInfo(zone)).way

    assert (way("UTC"), way("Asia/Kathmandu")) == (Way.TOMORROW, Way.IN_HOURS)  # there it is 01:45 of the same day


@pytest.mark.parametrize(
    ("zone", "eve", "day"),
    [
        ("Europe/Athens", "2027-03-27", "2027-03-28"),  # forward at 03:00
        ("Europe/Athens", "2027-10-30", "2027-10-31"),
        ("America/New_York", "2027-03-13", "2027-03-14"),
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04"),  # forward at midnight: the day began at 01:00
    ],
)
def test_over_a_weekend_of_changing_clocks_tomorrow_stays_tomorrow(zone, eve, day):
    assert words(f"{day} 12:00", f"{eve} 12:00", zone) == "Begins tomorrow"
    assert words(f"{eve} 12:00", f"{day} 12:00", zone) == "Was yesterday"


def test_hours_are_those_that_pass_not_those_that_the_clock_shows():
    assert words("2027-03-28 05:30", "2027-03-28 00:30", "Europe/Athens") == "Begins in 4 hours"
    assert words("2027-10-31 05:30", "2027-10-31 00:30", "Europe/Athens") == "Begins in 6 hours"


ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
AHEAD = (Way.IN_MINUTES, Way.IN_HOURS, Way.TOMORROW, Way.IN_DAYS, Way.IN_WEEKS)


@given(ZONES, MOMENTS, st.timedeltas(timedelta(days=-40), timedelta(days=40)), st.integers(5, 600))
def test_what_is_told_is_true_by_the_clock_and_the_calendar_of_every_zone(zone, now, ahead, minutes):
    start = now + ahead
    end = start + minutes * MINUTE
    found = distance(start.astimezone(zone), end.astimezone(zone), now=now, zone=zone)
    days = (start.astimezone(zone).date() - now.astimezone(zone).date()).days
    assert (found.way in AHEAD) == (now < start)
    if found.way in (Way.TOMORROW, Way.YESTERDAY):
        assert days == (1 if found.way is Way.TOMORROW else -1)
    if found.way in (Way.IN_DAYS, Way.DAYS_AGO):
        assert found.number == abs(days) >= 2
    if found.way is Way.IN_HOURS:
        assert found.number * HOUR <= ahead < (found.number + 1) * HOUR
    with translation.override("en"):
        assert told(found)
