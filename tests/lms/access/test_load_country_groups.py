from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lms.access.models import CountryDataSet, PolicyVersion
from tests.factories.access import OFF_THE_LIST, UPPER_MIDDLE, groups_file
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """A function from a file's content to what loading it says."""

    def load(content: bytes, *options: str, effective="2027-07-01") -> str:
        path = tmp_path / "groups.csv"
        path.write_bytes(content)
        out = StringIO()
        call_command("load_country_groups", str(path), "--effective", effective, *options, stdout=out)
        return out.getvalue()

    return load


def test_a_dry_run_says_what_changes_and_for_how_many_and_writes_nothing(load):
    for country in ("EG", "EG", "NP", "DE"):
        UserFactory(country=country)
    UserFactory(country="EG", is_active=False)
    said = load(groups_file({"EG": UPPER_MIDDLE, "NP": OFF_THE_LIST}), "--dry-run")
    assert said.splitlines() == [
        "FY27/FY28, from 2027-07-01: 249 countries.",
        "  EG Egypt: B2 from 2027-07-01, B3 from 2028-07-01; without this file B2 from 2027-07-01; 2 people work there.",
        "  NP Nepal: B1 from 2027-07-01, B2 from 2030-07-01; without this file B1 from 2027-07-01; 1 person works there.",
        "2 countries change their band; people who work there: 3.",
        "Nothing was loaded, since this is a dry run.",
    ]
    assert CountryDataSet.objects.count() == PolicyVersion.objects.count() == 1


def test_a_file_is_loaded_once_with_where_it_came_from(load):
    load(groups_file({"EG": UPPER_MIDDLE}), "--source", "World Bank, July 2027")
    data_set = CountryDataSet.objects.get(effective_from=date(2027, 7, 1))
    assert (data_set.source, data_set.rows.count(), len(data_set.sha256)) == ("World Bank, July 2027", 249, 64)
    with pytest.raises(CommandError, match="loaded already"):
        load(groups_file({"EG": UPPER_MIDDLE}))
    assert CountryDataSet.objects.count() == PolicyVersion.objects.count() == 2


def test_a_file_with_a_fault_is_refused_whole_with_the_line(load):
    whole = groups_file()
    without_nepal = b"".join(line for line in whole.splitlines(keepends=True) if not line.startswith(b"NP,"))
    faults = [
        (whole + b"NP,NPL,Nepal,Asia,Low income,FY28,no,\n", "Line 251: NP stands on line"),
        (without_nepal, "Line 249: the file ends, and these countries are missing: NP."),
        (whole.replace(b"NP,NPL", b"QQ,NPL"), "“QQ” is not the code of a country."),
    ]
    for content, said in faults:
        with pytest.raises(CommandError, match=said):
            load(content)
    assert CountryDataSet.objects.count() == 1


@pytest.mark.parametrize("effective", ["2027-7-1", "tomorrow", "2027-02-30"])
def test_a_day_that_is_none_is_refused(load, effective):
    with pytest.raises(CommandError, match="not a day"):
        load(groups_file(), effective=effective)
