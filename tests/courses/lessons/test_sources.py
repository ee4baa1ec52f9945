import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.lessons.sources import DOI, as_sentence, fields_of_record, plain_doi, with_range_dashes

# Abridged from what doi.org answers for this DOI to somebody who asks for CSL-JSON.
RICHARDS = {
    "DOI": "10.1038/gim.2015.30",
    "title": "Standards and guidelines for the interpretation of sequence variants",
    "author": [
        {"given": "Sue", "family": "Richards"},
        {"given": "Nazneen", "family": "Aziz"},
        {"given": "Sherri", "family": "Bale"},
        {"given": "David", "family": "Bick"},
        {"given": "Soma", "family": "Das"},
    ],
    "container-title": "Genetics in Medicine",
    "container-title-short": "Genet Med",
    "volume": "17",
    "page": "405-424",
    "issued": {"date-parts": [[2015, 5]]},
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*RICHARDS, "family"]), inner),
    max_leaves=12,
)


def test_a_record_states_every_field_of_a_reference():
    assert fields_of_record(RICHARDS) == {
        "key": "richards2015",
        "authors": "Richards S, Aziz N, Bale S, et al.",
        "year": 2015,
        "title": "Standards and guidelines for the interpretation of sequence variants",
        "source": "Genet Med 17:405-424",
        "doi": "10.1038/gim.2015.30",
    }


def test_titles_in_lists_bodies_and_publishers_are_understood():
    record = {
        "title": ["Access to <i>genomics</i>"],
        "author": [{"literal": "WHO Science Council"}],
        "publisher": "World Health Organization",
        "issued": {"date-parts": [["2022"]]},
    }
    assert fields_of_record(record) == {
        "key": "whoscience2022",
        "authors": "WHO Science Council",
        "year": 2022,
        "title": "Access to genomics",
        "source": "World Health Organization",
    }


def test_initials_particles_and_accents_are_written_as_usual():
    authors = [
        {"given": "Johan T.", "family": "Dunnen", "non-dropping-particle": "den"},
        {"given": "Ana-Luz", "family": "Öz"},
    ]
    found = fields_of_record({"author": authors, "issued": {"date-parts": [[2016]]}})
    assert found["authors"] == "den Dunnen JT, Öz AL"
    assert found["key"] == "dendunnen2016"


@given(st.dictionaries(st.sampled_from(list(RICHARDS)), anything))
def test_whatever_a_record_holds_it_is_read(record):
    assert set(fields_of_record(json.loads(json.dumps(record)))) <= {"key", "authors", "year", "title", "source", "doi"}


@pytest.mark.parametrize(
    "text", ["10.1000/a", " https://doi.org/10.1000/a ", "http://dx.doi.org/10.1000/a", "DOI: 10.1000/a"]
)
def test_a_doi_is_found_in_what_was_copied(text):
    assert plain_doi(text) == "10.1000/a"


@pytest.mark.parametrize(
    "doi",
    ["javascript:alert(1)", '10.1000/"><script>', "10.1000/a b", "10.1000/a?x=1", "10.1000/a#b", "10.1/a", "10.1000/"],
)
def test_what_is_no_doi_is_refused(doi):
    assert not DOI.fullmatch(doi)


def test_sources_are_written_the_same_way():
    assert as_sentence("Absent from whom?") == "Absent from whom?"
    assert as_sentence("Rare ") == "Rare."
    assert with_range_dashes("Nucleic Acids Res 46:D1062-D1067") == "Nucleic Acids Res 46:D1062–D1067"
    assert with_range_dashes("EMBL-EBI 2-3") == "EMBL-EBI 2–3"
