"""Programme leads say how a country counts, for a time."""

from datetime import date

import pytest
from django.urls import reverse

from lms.access.models import BandOverride
from tests.cms.conftest import signed_in
from tests.factories.accounts import EditorFactory, InstructorFactory, ProgrammeLeadFactory

pytestmark = pytest.mark.django_db
FORM = {"country": "UA", "band": "B1", "starts_on": "2026-12-01", "ends_on": "2027-11-30", "reason": "War."}
ADD = "wagtailsnippets_access_bandoverride:add"


@pytest.fixture
def lead():
    return signed_in(ProgrammeLeadFactory())


def add(client, **changes):
    return client.post(reverse(ADD), FORM | changes)


def test_a_lead_sets_a_countrys_band_and_finds_it_in_the_list(lead):
    assert add(lead).status_code == 302
    override = BandOverride.objects.get()
    assert (override.country, override.band, override.ends_on) == ("UA", "B1", date(2027, 11, 30))
    assert "Ukraine" in lead.get(reverse("wagtailsnippets_access_bandoverride:list")).content.decode()


def test_two_overrides_of_a_country_never_hold_on_one_day(lead):
    add(lead)
    answer = add(lead, starts_on="2027-11-30", ends_on="2028-01-01", band="B2")
    assert "From 2026-12-01 until 2027-11-30 another override holds" in answer.content.decode()
    add(lead, starts_on="2027-12-01", ends_on="2028-01-01", band="B2")
    add(lead, country="DE")
    assert BandOverride.objects.count() == 3


def test_an_override_that_ends_before_it_begins_is_refused(lead):
    assert "It ends before it begins." in add(lead, ends_on="2026-11-30").content.decode()
    assert not BandOverride.objects.exists()


@pytest.mark.parametrize("factory", [InstructorFactory, EditorFactory])
def test_nobody_else_of_the_staff_sees_or_sets_overrides(factory):
    client = signed_in(factory())
    for answer in (add(client), client.get(reverse("wagtailsnippets_access_bandoverride:list"))):
        assert answer.headers["Location"] == "/cms/"
    assert not BandOverride.objects.exists()
