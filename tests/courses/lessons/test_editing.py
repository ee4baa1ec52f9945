import json

import pytest
from wagtail.admin.panels import get_edit_handler

from courses.lessons.models import Reference
from tests.courses.lessons.test_sources import RICHARDS
from tests.factories.lessons import ReferenceFactory

pytestmark = pytest.mark.django_db


def form_for(instance=None, **data):
    form_class = get_edit_handler(Reference).get_form_class()
    return form_class(data, instance=instance or Reference())


def test_a_reference_is_filled_from_the_record_of_its_doi():
    form = form_for(record=json.dumps(RICHARDS), source="Genetics in Medicine 17:405-424", doi="")
    assert form.is_valid(), form.errors
    reference = form.save()
    assert reference.key == "richards2015"
    assert reference.year == 2015
    assert reference.source == "Genetics in Medicine 17:405-424"  # what was typed stands


@pytest.mark.parametrize("record", ["[1]", "{", "[" * 50_000, '"text"', "[{}, {}]"])
def test_what_is_no_record_is_refused(record):
    assert "CSL-JSON" in str(form_for(record=record).errors["record"])


def test_a_source_is_entered_once_whatever_way_its_doi_is_written():
    ReferenceFactory(key="first2020", doi="10.1000/abc")
    form = form_for(key="again", authors="A", year="2020", title="T", source="S", doi="https://doi.org/10.1000/ABC")
    assert "[@first2020]" in str(form.errors["doi"])


def test_a_reference_may_keep_its_own_doi():
    reference = ReferenceFactory(doi="10.1000/abc")
    data = {name: getattr(reference, name) for name in ("key", "authors", "year", "title", "source", "note")}
    assert form_for(reference, **data, doi="doi:10.1000/abc").is_valid()


@pytest.mark.parametrize("doi", ['10.1000/"><b>', "10.1000/a b", "javascript:alert(1)"])
def test_a_hostile_doi_is_refused(doi):
    form = form_for(key="k", authors="A", year="2020", title="T", source="S", doi=doi)
    assert "no DOI" in str(form.errors["doi"])
