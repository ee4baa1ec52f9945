from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars import rules
from lms.access.rules.terms import SeatTerms
from lms.access.rules.times import Times

START, END = datetime(2027, 2, 4, 22, 30, tzinfo=UTC), datetime(2027, 2, 4, 23, 30, tzinfo=UTC)


def test_times_are_told_in_the_zone_with_its_city_and_offset():
    times = rules.zoned_times(START, END, ZoneInfo("Asia/Kathmandu"))
    assert (times.place, times.offset) == ("Kathmandu", "+5:45")
    assert times.starts_at.strftime("%d %H:%M") == "05 04:15"
    assert times.machine_time == "2027-02-04T22:30Z"
    assert rules.zoned_times(START, END, ZoneInfo("America/Argentina/Buenos_Aires")).place == "Buenos Aires"
    assert rules.zoned_times(START, END, ZoneInfo("America/St_Johns")).offset == "-3:30"
    assert rules.zoned_times(START, END, ZoneInfo("Africa/Addis_Ababa")).offset == "+3"


def test_a_session_over_midnight_says_so_where_it_is_midnight():
    assert rules.zoned_times(START, END, timezone(timedelta(hours=1))).ends_on_another_day
    assert not rules.zoned_times(START, END, UTC).ends_on_another_day


# Not the first and last year: a zone may lie a day outside what a date can say.
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(sorted(available_timezones())), MOMENTS)
def test_every_zone_shows_the_same_moment(zone, moment):
    times = rules.zoned_times(moment, moment + timedelta(hours=1), ZoneInfo(zone))
    assert times.starts_at == moment
    assert times.offset[0] in "+-"


def test_the_doors_open_fifteen_minutes_before_and_close_at_the_end():
    def doors_open(minutes_from_start):
        now = START + timedelta(minutes=minutes_from_start)
        return rules.may_join(starts_at=START, ends_at=END, now=now)

    assert [doors_open(n) for n in (-16, -15, 0, 59, 60)] == [False, True, True, True, False]
    assert not rules.may_join(starts_at=None, ends_at=None, now=START)


# -- Seats ---------------------------------------------------------------------------------------------------------

NOW, DAY = datetime(2027, 3, 1, 9, tzinfo=UTC), timedelta(days=1)


def wishes(days, *, percent=None, capacity=10, **times):
    return rules.SeatWishes(
        **{"opens_early_at": None, "opens_at": None} | times,
        capacity=capacity,
        reserved_percent=percent,
        starts_at=NOW + days * DAY,
    )


def in_days(times):
    return {name: (moment - NOW) / DAY for name, moment in times.items()}


@pytest.mark.parametrize(
    ("said", "opens_early", "opens", "releases"),
    [
        (wishes(30), 0, 7, 23),
        (wishes(10), 0, 7, 7),  # released never before the seats open to all
        (wishes(30, opens_early_at=NOW + 2 * DAY), 2, 9, 23),
        (wishes(30, opens_at=NOW + 12 * DAY), 0, 12, 23),
        (wishes(5, percent=0), 0, 0, 0),  # without a reserve there is nobody to wait for
        (wishes(5, capacity=1), 0, 0, 0),
        (wishes(30, percent=0), 0, 7, 23),
    ],
)
def test_times_that_are_left_empty_are_those_of_the_policy(said, opens_early, opens, releases):
    times = in_days(rules.first_times(said, SeatTerms(), now=NOW))
    assert (times["opens_early_at"], times["opens_at"], times["releases_at"]) == (opens_early, opens, releases)


def test_the_policy_in_force_sets_the_windows_and_the_share():
    terms = SeatTerms(window_days=9, release_days_webinar=3, reserved_share=Decimal(0))
    times = in_days(rules.first_times(wishes(30), terms, now=NOW))
    assert (times["opens_at"], times["releases_at"]) == (9, 27)
    assert in_days(rules.first_times(wishes(5), terms, now=NOW))["opens_at"] == 0  # nothing is reserved


def test_a_release_that_has_been_stays_where_it_was():
    old = Times(NOW, NOW + 7 * DAY, NOW + 23 * DAY, NOW + 30 * DAY, hold=3 * DAY)
    assert in_days(rules.moved_times(wishes(40), old, now=NOW + 24 * DAY))["releases_at"] == 23
    assert in_days(rules.moved_times(wishes(40), old, now=NOW + 22 * DAY))["releases_at"] == 33


def test_a_start_that_comes_nearer_never_puts_the_release_into_the_past():
    old = Times(NOW, NOW + 7 * DAY, NOW + 23 * DAY, NOW + 30 * DAY, hold=3 * DAY)
    assert in_days(rules.moved_times(wishes(25), old, now=NOW + 20 * DAY))["releases_at"] == 20
