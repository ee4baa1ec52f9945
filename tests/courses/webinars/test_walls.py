"""The hour on the organiser's clock holds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.walls import NoSuchHour, clock_of, held_to_clock, instant_of, wall_of

ZONES = ("Asia/Kathmandu", "America/Sao_Paulo", "Europe/Athens", "Australia/Lord_Howe", "America/St_Johns", "UTC")
moments = st.integers(0, 5_000_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))

clock = datetime.fromisoformat


def test_half_hour_zones_and_summer_time():
    assert instant_of(clock("2027-03-28T14:00"), "Asia/Kathmandu") == datetime(2027, 3, 28, 8, 15, tzinfo=UTC)
    assert instant_of(clock("2027-03-27T14:00"), "Europe/Athens") == datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert instant_of(clock("2027-03-28T14:00"), "Europe/Athens") == datetime(2027, 3, 28, 11, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_none():
    with pytest.raises(NoSuchHour):
        instant_of(clock("2027-03-28T03:30"), "Europe/Athens")


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    assert instant_of(clock("2027-10-31T03:30"), "Europe/Athens") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(moments, st.sampled_from(ZONES))
def test_what_is_kept_of_a_moment_leads_back_to_its_clock(moment, zone):
    shown = clock_of(wall_of(moment, zone))
    assert shown.replace(tzinfo=ZoneInfo(zone), fold=moment.astimezone(ZoneInfo(zone)).fold) == moment.astimezone(
        ZoneInfo(zone)
    )


@given(moments, st.sampled_from(ZONES))
def test_while_no_rule_changes_nothing_moves(moment, zone):
    kept = held_to_clock("", moment, zone)
    assert kept == (wall_of(moment, zone), moment)
    assert held_to_clock(*kept, zone) == kept


def test_where_a_country_changes_its_clocks_the_hour_stays_and_the_moment_moves():
    # Written when Nairobi was thought to be two hours ahead of UTC on that day; it is three.
    wall, moment = held_to_clock(
        "2027-06-01T14:00+02:00[Africa/Nairobi]", datetime(2027, 6, 1, 12, tzinfo=UTC), "Africa/Nairobi"
    )
    assert (wall, moment) == ("2027-06-01T14:00+03:00[Africa/Nairobi]", datetime(2027, 6, 1, 11, tzinfo=UTC))


@given(moments, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_moment_or_a_zone_that_was_set_anew_is_kept_from_then_on(moment, old, new):
    wall = wall_of(moment - timedelta(hours=5), old)
    assert held_to_clock(wall, moment, new) == (wall_of(moment, new), moment)


def test_without_a_date_there_is_no_clock():
    assert held_to_clock("2027-06-01T14:00+03:00[Africa/Nairobi]", None, "Africa/Nairobi") == ("", None)
