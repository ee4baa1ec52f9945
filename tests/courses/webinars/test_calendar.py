from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.calendar import Event, calendar_file

EVENT = Event(
    uid="webinar-1@example.org",
    stamp=datetime(2026, 11, 1, 8, tzinfo=UTC),
    sequence=3,
    starts_at=datetime(2027, 2, 4, 14, tzinfo=timezone(timedelta(hours=3))),
    ends_at=datetime(2027, 2, 4, 15, tzinfo=timezone(timedelta(hours=3))),
    title="Genes; drugs, doses\\",
    text="First line\nSecond: ñ 基因 الجينوم " + "long " * 40,
    url="https://academy.example.org/webinars/genes/",
)


def lines_of(data: bytes) -> list[str]:
    """The content lines of a calendar file, unfolded as a calendar unfolds them."""
    return data.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_calendar_reads_the_event_in_utc():
    lines = lines_of(calendar_file(EVENT, language="en"))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in ("DTSTART:20270204T110000Z", "DTEND:20270204T120000Z", "DTSTAMP:20261101T080000Z", "SEQUENCE:3"):
        assert line in lines
    assert "UID:webinar-1@example.org" in lines


def test_texts_are_escaped():
    lines = lines_of(calendar_file(EVENT, language="en"))
    assert r"SUMMARY;LANGUAGE=en:Genes\; drugs\, doses\\" in lines
    assert any(line.startswith(r"DESCRIPTION;LANGUAGE=en:First line\nSecond: ñ 基因") for line in lines)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_a_line_or_makes_one_too_long(text):
    data = calendar_file(replace(EVENT, title=text, text=text), language="ar")
    physical = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in physical)
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    assert [line.partition(":")[0] for line in lines_of(data)] == [
        line.partition(":")[0] for line in lines_of(calendar_file(EVENT, language="ar"))
    ]
    for line in physical:
        line.decode()  # never cut within a character
