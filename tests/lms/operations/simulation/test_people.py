from collections import Counter
from random import Random

from django.conf import settings
from django_countries import countries
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.models import Profession
from lms.operations.simulation.people import COUNTRIES, PROFESSIONS, draw_person, institutions_by_country


def people(count: int = 4_000):
    chance = Random(1)
    return [draw_person(chance, institutions={"IN": (5, 6)}, seconds=1_000) for _person in range(count)]


def test_they_come_from_many_countries_that_there_are_each_named_once():
    codes = [country.code for country in COUNTRIES]
    assert len(codes) == len(set(codes)) > 75
    assert set(codes) <= {code for code, _name in countries}


def test_professions_and_languages_are_those_that_people_can_choose():
    assert set(PROFESSIONS) == set(Profession.values)
    assert {country.language for country in COUNTRIES} <= set(dict(settings.LANGUAGES))


def test_priority_and_lite_pages_are_commonest_where_incomes_are_low():
    kinds = {country.code: country.kind for country in COUNTRIES}
    everybody = Counter(kinds[person.country] for person in people())
    first = Counter(kinds[person.country] for person in people() if person.tier == "P")
    lite = Counter(kinds[person.country] for person in people() if person.device == "lite")
    for some in (first, lite):
        shares = [some[kind] / everybody[kind] for kind in "LMUH"]
        assert shares == sorted(shares, reverse=True)


def test_only_those_of_a_country_work_in_its_institutions_and_a_third_of_them():
    there = [person for person in people() if person.institution_id]
    assert {person.country for person in there} == {"IN"}
    assert 0.2 < len(there) / sum(person.country == "IN" for person in people()) < 0.4


def test_more_join_late_than_early():
    joined = [person.joined_at for person in people()]
    assert sum(at > 500 for at in joined) > 1.5 * sum(at <= 500 for at in joined)


@given(st.integers(min_value=0, max_value=2_000))
def test_institutions_are_as_many_as_asked_for(count):
    assert sum(institutions_by_country(count).values()) == count
