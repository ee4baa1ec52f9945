from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from courses.webinars import rules

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
