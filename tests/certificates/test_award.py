import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.award import Award, language_of_name, name_for_award
from tests.factories.issuing import AwardFactory


def test_an_award_survives_being_stored_as_json():
    award = AwardFactory(name="ليلى مثال")
    assert Award.from_json(json.loads(json.dumps(award.to_json()))) == award


def test_an_older_row_with_a_fact_we_no_longer_know_can_be_read():
    award = AwardFactory()
    assert Award.from_json({**award.to_json(), "formerly": 1}) == award


@pytest.mark.parametrize(("minutes", "hours"), [(1, 0.25), (15, 0.25), (29, 0.25), (60, 1), (89, 1.25), (90, 1.5)])
def test_hours_are_quarters_rounded_down(minutes, hours):
    assert AwardFactory(minutes=minutes).hours == hours


@given(st.text())
def test_a_name_stands_on_one_line_and_steers_nothing(name):
    tidy = name_for_award(name)
    assert tidy == " ".join(tidy.split())
    assert not any(unicodedata.category(character) == "Cc" for character in tidy)
    assert not set(tidy) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert name_for_award(tidy) == tidy


def test_joiners_that_scripts_need_are_kept():
    assert name_for_award("क्\u200dष") == "क्\u200dष"


@pytest.mark.parametrize(("name", "language"), [("Tsion Example", ""), ("د. ليلى", "ar"), ("प्रियंका", "hi")])
def test_letters_tell_the_language_where_they_can(name, language):
    assert language_of_name(name) == language
