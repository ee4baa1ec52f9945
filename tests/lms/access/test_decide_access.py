import csv
import io
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.access.models import BandOverride, Decision
from lms.access.queries.facts import country_codes
from lms.access.rules.bands import add_months
from lms.access.services.facts import FIRST_FILE
from tests.factories.access import LOWER_MIDDLE, loaded
from tests.lms.access.rules.test_decisions import SUBSETS, table

pytestmark = pytest.mark.django_db
HEADER = "country,attested,review,on\n"


@pytest.fixture
def decide_file(tmp_path):
    """A function from a file's text or bytes to standard output, standard error and the status."""

    def decide_file(content: str | bytes) -> tuple[str, str, int]:
        path = tmp_path / "applications.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        out, err = StringIO(), StringIO()
        try:
            call_command("decide_access", str(path), stdout=out, stderr=err)
        except CommandError as error:
            return out.getvalue(), str(error), error.returncode
        return out.getvalue(), err.getvalue(), 0

    return decide_file


def test_the_policys_own_example(decide_file):
    out, _err, status = decide_file(HEADER + "NP,,none,2026-12-01\nDE,ace,none,2026-12-01\nDE,ace,approve,2028-02-29\n")
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "country,attested,review,on,tier,band,valid_until,reasons"
    assert lines[1].startswith('NP,,none,2026-12-01,P1,B1,2028-12-01,"Your country of work is Nepal')
    assert lines[2].startswith('DE,ace,none,2026-12-01,S,B4,,"')
    assert "You named 3 of the five criteria, so a person will look at your request" in lines[2]
    assert lines[3].startswith('DE,ace,approve,2028-02-29,P2,B4,2029-02-28,"')
    assert not Decision.objects.exists()


def test_every_country_and_set_of_criteria_is_decided_as_the_table_says(decide_file):
    with FIRST_FILE.open(encoding="utf-8") as file:
        facts = {row["iso2"]: row for row in csv.DictReader(file)}
    bands = {
        "Low income": "B1",
        "Lower middle income": "B2",
        "Upper middle income": "B3",
        "High income": "B4",
        "": "B3",
    }
    asked = [(country, attested, "none") for country in country_codes() for attested in SUBSETS]
    asked += [(country, "ace", review) for country in country_codes() for review in ("approve", "decline")]
    out, _err, _status = decide_file(HEADER + "".join(f"{','.join(one)},2026-12-31\n" for one in asked))
    answered = list(csv.DictReader(io.StringIO(out)))
    assert len(answered) == len(asked) == 250 * 34
    for (country, attested, review), row in zip(asked, answered, strict=True):
        said = facts.get(country, {"wb_income_group": "", "least_developed": "no"})
        band = "B1" if said["least_developed"] == "yes" else bands[said["wb_income_group"]]
        tier, months, _needs_review = table(review, band, len(attested))
        until = add_months(date(2026, 12, 31), months).isoformat() if months else ""
        assert (row["country"], row["attested"], row["review"], row["on"]) == (country, attested, review, "2026-12-31")
        assert (row["tier"], row["band"], row["valid_until"]) == (tier, band, until)
        assert len(row["reasons"]) > 20


def test_columns_stand_in_any_order_and_come_back_as_they_were(decide_file):
    out, _err, _status = decide_file('\ufeffon,note,review,attested,country\r\n2026-12-01,"a, ""b""",,eca,XK\r\n')
    header, row = csv.reader(io.StringIO(out))
    assert header == ["on", "note", "review", "attested", "country", "tier", "band", "valid_until", "reasons"]
    assert row[:8] == ["2026-12-01", 'a, "b"', "", "eca", "XK", "S", "B3", ""]


def test_no_rows_get_the_header_alone(decide_file):
    assert decide_file(HEADER)[0] == "country,attested,review,on,tier,band,valid_until,reasons\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ZZ,,none,2026-12-01", "Line 3: “ZZ” is not the code of a country."),
        ("np,,none,2026-12-01", "Line 3: “np” is not"),
        ("NPL,,none,2026-12-01", "Line 3: “NPL” is not"),
        (",,none,2026-12-01", "Line 3: “” is not"),
        ("NP,f,none,2026-12-01", "Line 3: attested is “f”"),
        ("NP,A,none,2026-12-01", "Line 3: attested is “A”"),
        ("NP,aa,none,2026-12-01", "Line 3: attested is “aa”"),
        ("NP,a b,none,2026-12-01", "Line 3: attested is “a b”"),
        ("NP,,maybe,2026-12-01", "Line 3: review is “maybe”"),
        ("NP,,None,2026-12-01", "Line 3: review is “None”"),
        ("NP,,none,", "Line 3: on is “”"),
        ("NP,,none,2026-02-30", "Line 3: on is “2026-02-30”"),
        ("NP,,none,2027-02-29", "Line 3: on is “2027-02-29”"),
        ("NP,,none,20261201", "Line 3: on is “20261201”"),
        ("NP,,none,2026-W49-2", "Line 3: on is “2026-W49-2”"),
        ("NP,,none,2026-12-1", "Line 3: on is"),
        ("NP,,none,٢٠٢٦-١٢-٠١", "Line 3: on is"),
        ("NP,,none,0000-01-01", "Line 3: on is"),
        ("NP,,none,2026-12-01T00:00", "Line 3: on is"),
        ("NP,,none,2026-12-01,", "Line 3: the header has 4 columns"),
        ("NP,,none", "Line 3: the header has 4 columns"),
        ('"NP,,none,2026-12-01', "Line 3: the row cannot be read"),
        ("NP,\0,none,2026-12-01", "Line 3: there is a NUL character"),
        (f"{'N' * 200_000},,none,2026-12-01", "Line 3: the row cannot be read"),
        (f"{'N' * 100_000},,none,2026-12-01", "Line 3: “NNN"),
        ("=cmd(),,none,2026-12-01", "Line 3: “=cmd()” is not"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_answered(decide_file, row, said):
    out, err, status = decide_file(f"{HEADER}NP,,none,2026-12-01\n{row}\n")
    assert (out, status) == ("", 1)
    assert err.startswith(said)
    assert len(err) < 300
    assert "\n" not in err


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "Line 1: the header is missing"),
        ("country,attested,review\n", "Line 1: the header has no column called “on”"),
        ("Country,attested,review,on\n", "Line 1: the header has no column called “country”"),
        ("country,attested,review,on,on\n", "Line 1: the header names the column “on” more than once"),
        ("country,attested,review,on,tier\n", "Line 1: the header has a column “tier”, which the answer adds"),
        (b"\xff\xfec\x00", "Line 1: the text is not UTF-8"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(decide_file, header, said):
    out, err, status = decide_file(header)
    assert (out, status) == ("", 1)
    assert err.startswith(said)


def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("decide_access", str(path))


def test_the_last_days_of_the_calendar_are_days_too(decide_file):
    out, _err, status = decide_file(HEADER + "NP,,none,9999-12-31\nNP,,none,0001-01-01\n")
    assert status == 0
    assert [row["valid_until"] for row in csv.DictReader(io.StringIO(out))] == ["9999-12-31", "0003-01-01"]


def test_what_is_in_force_on_the_day_decides(decide_file):
    loaded(date(2025, 7, 1), {"PH": LOWER_MIDDLE})
    BandOverride.objects.create(
        country="DE", band="B2", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31), reason="A flood."
    )
    rows = ("PH,b,,2026-03-01", "PH,b,,2027-06-30", "PH,b,,2027-07-01", "DE,b,,2026-01-31", "DE,b,,2026-02-01")
    out, _err, _status = decide_file(HEADER + "\n".join(rows))
    found = [f"{row['tier']} {row['band']}" for row in csv.DictReader(io.StringIO(out))]
    assert found == ["P2 B2", "P2 B2", "S B3", "P2 B2", "S B4"]
