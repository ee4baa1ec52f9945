"""Attendance lists of the usual providers are read, and hostile ones refused with the line named."""

import contextlib
import csv
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.webinars.attendance_files import (
    Column,
    Listed,
    UnknownColumns,
    Unreadable,
    likely_provider,
    read_attendance,
)

ATHENS = ZoneInfo("Europe/Athens")
START = datetime(2027, 3, 28, 14, tzinfo=ATHENS)

ZOOM = """Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants
812 3456 7890,Doses,03/28/2027 01:55:00 PM,03/28/2027 03:05:00 PM,host@example.org,70,2

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
"Learner, One",ONE@example.org,03/28/2027 02:00:14 PM,03/28/2027 02:30:00 PM,30,No
Learner Two,,03/28/2027 02:10:00 PM,03/28/2027 03:01:00 PM,51,Yes
"""
TEAMS = """1. Summary
Meeting title\tDoses
Start time\t3/28/27, 1:55:00 PM

2. Participants
Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole
Learner One\t3/28/27, 2:00:14 PM\t3/28/27, 3:00:00 PM\t40m\tone@example.org\tone@example.org\tAttendee

3. In-Meeting Activities
Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole
Learner One\t3/28/27, 2:00:14 PM\t2:20:00 PM\t20m\tone@example.org\tAttendee
Learner One\t3/28/27, 2:40:00 PM\t3/28/27, 3:00:00 PM\t20m\tone@example.org\tAttendee
"""
BBB = """Name,Moderator,Activity Score,Join,Left,Duration
Learner One,FALSE,1.5,"3/28/2027, 2:00:14 PM","3/28/2027, 3:00:00 PM",0:59:46
"""


def read(text: str | bytes, **more) -> list[Listed]:
    data = text if isinstance(text, bytes) else text.encode()
    return read_attendance(data, **{"starts_at": START, "zone": ATHENS, **more})


def clocks(listed: Listed) -> tuple[str, str]:
    return tuple(moment.astimezone(ATHENS).strftime("%H:%M:%S") for moment in (listed.joined_at, listed.left_at))


def test_zoom():
    one, two = read(ZOOM)
    assert (one.line, one.name, one.email, clocks(one)) == (
        5,
        "Learner, One",
        "one@example.org",
        ("14:00:14", "14:30:00"),
    )
    assert (two.name, two.email, clocks(two)) == ("Learner Two", "", ("14:10:00", "15:01:00"))


def test_of_teams_every_stay_is_read_and_not_the_sum():
    assert [clocks(stay) for stay in read(TEAMS.encode("utf-16"))] == [
        ("14:00:14", "14:20:00"),
        ("14:40:00", "15:00:00"),
    ]


def test_bigbluebutton():
    (one,) = read(BBB)
    assert (one.name, one.email, clocks(one)) == ("Learner One", "", ("14:00:14", "15:00:00"))


@pytest.mark.parametrize(
    ("head", "clock"),
    [
        ("Nombre (nombre original);Correo electrónico;Hora de entrada;Hora de salida", "28/03/2027 2:00:00 p. m."),
        ("Name (ursprünglicher Name);E-Mail;Beitrittszeit;Austrittszeit", "28.03.2027 14:00"),
        ("Nom (nom d'origine);Adresse e-mail;Heure d'arrivée;Heure de départ", "28/03/2027 14:00:00"),
        ("Nome (nome original);E-mail;Hora de entrada;Hora de saída", "2027-03-28 14:00:00"),
        ("Name;Email;Join Time;Leave Time", "\u200f٢٨/٠٣/٢٠٢٧ ٢:٠٠ م"),
        ("Name;Email;Join Time;Leave Time", "2027-03-28T14:00:00.000"),
    ],
)
def test_other_languages_separators_and_orders_of_day_and_month(head, clock):
    for bom in (b"", b"\xef\xbb\xbf"):
        (one,) = read(bom + f"{head}\nLearner One;one@example.org;{clock};{clock}\n".encode())
        assert clocks(one) == ("14:00:00", "14:00:00")


def test_heads_in_an_unknown_language_are_asked_for_and_then_read():
    text = "Jina,Barua pepe,Alijiunga,Aliondoka\nLearner One,one@example.org,28/03/2027 14:00,28/03/2027 15:00\n"
    with pytest.raises(UnknownColumns) as refused:
        read(text)
    assert refused.value.heads == ("Jina", "Barua pepe", "Alijiunga", "Aliondoka")
    (one,) = read(text, columns={"jina": Column.NAME, "alijiunga": Column.JOINED, "aliondoka": Column.LEFT})
    assert clocks(one) == ("14:00:00", "15:00:00")


def test_a_day_that_fits_in_two_orders_is_the_one_of_the_session():
    start = datetime(2027, 4, 3, 9, tzinfo=UTC)
    text = "Name,Join Time,Leave Time\nA,{0} 09:00,{0} 10:00\n"
    for day in ("04/03/2027", "03/04/2027"):
        (one,) = read(text.format(day), starts_at=start, zone=ZoneInfo("UTC"))
        assert one.joined_at == start


def test_a_stay_past_midnight_and_one_over_an_hour_that_comes_twice_are_as_long_as_they_were():
    late = datetime(2027, 3, 5, 23, 30, tzinfo=ATHENS)
    (one,) = read("Name,Join Time,Leave Time\nA,2027-03-05 23:40,00:20\n", starts_at=late)
    assert one.left_at - one.joined_at == timedelta(minutes=40)
    clocks_go_back = datetime(2027, 10, 31, 3, tzinfo=ATHENS)
    (one,) = read("Name,Join Time,Leave Time\nA,2027-10-31 03:50,2027-10-31 03:10\n", starts_at=clocks_go_back)
    assert one.left_at - one.joined_at == timedelta(minutes=20)


@pytest.mark.parametrize(
    ("text", "provider"), [(ZOOM, "zoom"), (TEAMS, "teams"), (BBB, "bigbluebutton"), ("", "other")]
)
def test_whose_list_it_is_shows(text, provider):
    assert likely_provider(text.encode()) == provider
    assert likely_provider(text.encode("utf-16")) == provider


def test_of_two_columns_of_one_name_the_first_is_read():
    (one,) = read("Name,Name,Join Time,Leave Time\nA,B,2027-03-28 14:00,2027-03-28 15:00\n")
    assert one.name == "A"


HEAD = "Name,Email,Join Time,Leave Time\n"
GOOD = "A,a@example.org,2027-03-28 14:00,2027-03-28 15:00\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "No line of the file names"),
        (HEAD, "nobody stands below"),
        (HEAD + GOOD + "B,b@example.org,yesterday,2027-03-28 15:00\n", "Line 3 has “yesterday”"),
        (HEAD + GOOD + "B,b@example.org,2027-02-30 14:00,2027-03-28 15:00\n", "Line 3 has “2027-02-30 14:00”"),
        (HEAD + GOOD + "B,b@example.org,2027-03-28 14:00\n", "Line 3 has “”"),
        (HEAD + GOOD + "B,,2027-03-28 15:00,2027-03-28 14:00\n", "In line 3 somebody leaves before"),
        (HEAD + GOOD + "B,,2027-03-27 14:00,2027-03-28 15:00\n", "Line 3 tells 2027-03-27 14:00, which is more than"),
        (HEAD + GOOD + ",,2027-03-28 14:00,2027-03-28 15:00\n", "Line 3 has neither a name"),
        (HEAD + GOOD + f"{'B' * 301},,2027-03-28 14:00,2027-03-28 15:00\n", "Line 3 has a cell of more than 300"),
        (
            (HEAD + GOOD).encode() + "Zoë,,2027-03-28 14:00,2027-03-28 15:00\n".encode("cp1252"),
            "Line 3 is not in UTF-8",
        ),
        ((HEAD + GOOD).encode("utf-16-le"), "not a text file"),
        (b"PK\x03\x04\0\0\0\0", "not a text file"),
        (HEAD + GOOD * 50_001, "more than 50000 lines"),
        (b"a" * 5_000_001, "larger than 5 MB"),
        (b"\n" * 5_000_000, "more than 50000 lines"),
        (b"," * 5_000_000, "Line 1 has more than 100 columns"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 60 else "",
)
def test_what_is_not_such_a_list_is_refused_whole_with_its_line(data, said):
    with pytest.raises(Unreadable, match=said):
        read(data)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode()))
def test_no_file_does_anything_but_be_read_or_refused(data):
    with contextlib.suppress(Unreadable):
        assert read(data)


@given(
    st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 90)), min_size=1, max_size=5),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y, %I:%M:%S %p"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_whatever_the_form_the_times_come_back(stays, form, encoding, delimiter):
    moments = [(START + timedelta(minutes=a), START + timedelta(minutes=a + b)) for a, b in stays]
    lines = [["Name", "Email", "Join Time", "Leave Time"]] + [
        ["A", "", *(m.strftime(form) for m in two)] for two in moments
    ]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    assert [(one.joined_at, one.left_at) for one in read(text.encode(encoding))] == moments


def test_reading_a_list_leaves_other_readers_of_tables_as_they_were():
    before = csv.field_size_limit()
    with contextlib.suppress(Unreadable):
        read(f"Name\n{'N' * 200_000}\n")
    assert csv.field_size_limit() == before
