import pytest

from lms.access.rules.bands import Income
from lms.access.rules.groups import COLUMNS, read_groups
from lms.access.rules.tables import UnusableTable

COUNTRIES = {"NP": "NPL", "DE": "DEU", "XK": "XKX"}
NEPAL = "NP,NPL,Nepal,Asia,Lower middle income,FY27,yes,A"
GERMANY = "DE,DEU,Germany,Europe,High income,FY27,no,"


def read(*rows: str):
    return read_groups("\n".join([",".join(COLUMNS), *rows]).encode(), countries=COUNTRIES)


def test_every_country_is_read():
    nepal, germany = read(NEPAL, GERMANY)
    assert (nepal.country, nepal.income, nepal.is_least_developed) == ("NP", Income.LOWER_MIDDLE, True)
    assert (germany.country, germany.income, germany.research4life_group) == ("DE", Income.HIGH, "")


def test_kosovo_may_have_a_row_and_need_not():
    assert len(read(NEPAL, GERMANY, "XK,XKX,Kosovo,Europe,Upper middle income,FY27,no,")) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([NEPAL], "Line 2: the file ends, and these countries are missing: DE."),
        ([], "Line 1: the file ends, and these countries are missing: DE, NP."),
        ([NEPAL, GERMANY, NEPAL], "Line 4: NP stands on line 2 already."),
        ([NEPAL, GERMANY.replace("DE,", "ZZ,")], "Line 3: “ZZ” is not the code of a country."),
        ([NEPAL, GERMANY.replace("DE,", "de,")], "Line 3: “de” is not the code of a country."),
        ([NEPAL.replace("NPL", "NIC"), GERMANY], "Line 2: the three-letter code of NP is NPL"),
        ([NEPAL.replace("Lower", "lower"), GERMANY], "Line 2: wb_income_group is “lower middle income”"),
        ([NEPAL.replace("FY27", ""), GERMANY], "Line 2: wb_fiscal_year"),
        ([NEPAL.replace("yes", "true"), GERMANY], "Line 2: least_developed is “true”"),
        ([NEPAL.replace("Asia", "Azia"), GERMANY], "Line 2: un_region is “Azia”"),
        ([NEPAL + "C", GERMANY], "Line 2: research4life_group is “AC”"),
    ],
)
def test_a_file_with_anything_wrong_is_refused_whole_with_the_line(rows, said):
    with pytest.raises(UnusableTable) as refusal:
        read(*rows)
    assert str(refusal.value).startswith(said)
