"""Calendar files, read back by two parsers that know nothing of each other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from courses.webinars.calendar import Entry, calendar_file

ZONES = ["Europe/Athens", "Asia/Kathmandu", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]
ENTRY = Entry(
    uid="webinar-1@example.org",
    stamp=datetime(2026, 11, 1, 8, tzinfo=UTC),
    sequence=3,
    starts_at=datetime(2027, 2, 4, 11, tzinfo=UTC),
    ends_at=datetime(2027, 2, 4, 12, tzinfo=UTC),
    zone=ZoneInfo("Africa/Nairobi"),
    title="Genes; drugs, doses\\",
    text="First line\nSecond: ñ 基因 الجينوم " + "long " * 40,
    url="https://academy.example.org/webinars/genes/",
    language="en",
)
moments = st.integers(0, 3_500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def read(data: bytes):
    """Return the one event as icalendar reads it, after holding the file against what it knows of the standard."""
    calendar = Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not event.errors
    return event


def test_an_event_keeps_its_name_and_tells_its_number_hour_and_page():
    event = read(calendar_file([ENTRY]))
    assert (str(event["uid"]), event["sequence"], str(event["status"])) == ("webinar-1@example.org", 3, "CONFIRMED")
    assert event["dtstart"].dt == ENTRY.starts_at
    assert event["dtstart"].params["TZID"] == "Africa/Nairobi"
    assert event["dtend"].dt == ENTRY.ends_at
    assert (str(event["summary"]), str(event["description"])) == (ENTRY.title, ENTRY.text)
    assert str(event["url"]) == ENTRY.url
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [-timedelta(days=1), -timedelta(minutes=30)]


def test_what_is_called_off_says_so_and_rings_no_alarm():
    event = read(calendar_file([replace(ENTRY, is_off=True)]))
    assert str(event["status"]) == "CANCELLED"
    assert not event.walk("VALARM")


@pytest.mark.parametrize(
    ("moment", "zone", "clock"),
    [
        ("2027-03-27T12:00Z", "Europe/Athens", "2027-03-27T14:00+02:00"),
        ("2027-03-28T11:00Z", "Europe/Athens", "2027-03-28T14:00+03:00"),
        ("2027-10-31T12:00Z", "Europe/Athens", "2027-10-31T14:00+02:00"),
        ("2027-03-28T08:15Z", "Asia/Kathmandu", "2027-03-28T14:00+05:45"),
        ("2027-03-28T17:00Z", "America/Sao_Paulo", "2027-03-28T14:00-03:00"),
    ],
)
def test_over_a_change_of_clocks_the_hour_and_the_rules_of_the_zone_are_right(moment, zone, clock):
    starts_at = datetime.fromisoformat(moment)
    entry = replace(ENTRY, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), zone=ZoneInfo(zone))
    text = calendar_file([entry]).decode()
    assert f"DTSTART;TZID={zone}:{clock[:16].replace('-', '').replace(':', '')}00" in text
    assert vobject.readOne(text).vevent.dtstart.value == datetime.fromisoformat(clock)


@settings(deadline=None, max_examples=60)
@given(moments, st.sampled_from(ZONES), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300))
def test_two_parsers_read_the_same_moment_whatever_the_zone_and_the_words(moment, zone, words):
    # The zone goes by another name in a second reading, so that a parser has to believe the rules in the file.
    entry = replace(
        ENTRY, starts_at=moment, ends_at=moment + timedelta(hours=2), zone=ZoneInfo(zone), title=words, text=words
    )
    data = calendar_file([entry])
    read(data)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    name = f"Elsewhere-{uuid4().hex}"  # a parser keeps the zones that it has read
    foreign = data.decode().replace(f"TZID={zone}", f"TZID={name}").replace(f"TZID:{zone}", f"TZID:{name}")
    event = vobject.readOne(foreign).vevent
    # An hour that comes twice is told as one by a clock; of two moments a reader may take either.
    differences = {event.dtstart.value - moment, event.dtend.value - event.dtstart.value - timedelta(hours=2)}
    assert differences <= {timedelta(0)} or moment.astimezone(entry.zone).replace(fold=1).utcoffset() != (
        moment.astimezone(entry.zone).replace(fold=0).utcoffset()
    )


def test_a_feed_tells_each_zone_once():
    starts = [ENTRY.starts_at + timedelta(days=30 * number) for number in range(4)]
    entries = [replace(ENTRY, uid=f"{start}", starts_at=start, ends_at=start + timedelta(hours=1)) for start in starts]
    calendar = Calendar.from_ical(calendar_file(entries, name="Webinars"))
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert [event["dtstart"].dt for event in calendar.walk("VEVENT")] == starts
    assert str(calendar["x-wr-calname"]) == "Webinars"
