"""Programme leads see what is owed, note what comes in, and grant waivers; nobody else on the staff does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.access.models import HardshipWaiver, InstitutionAgreement, Settlement
from tests.cms.conftest import signed_in
from tests.factories.accounts import (
    EditorFactory,
    InstitutionFactory,
    InstructorFactory,
    ProgrammeLeadFactory,
    UserFactory,
)
from tests.factories.fees import charged, noted, seated

pytestmark = pytest.mark.django_db
NOTE = {"kind": "payment", "amount": "50", "on": "2027-02-01", "reference": "RF-77"}
GRANT = {"email": "Nurse@example.org", "percent": "80", "ends_on": "2027-12-31", "reason": "No salary at present."}


@pytest.fixture
def lead():
    return signed_in(ProgrammeLeadFactory())


def test_a_lead_finds_a_charge_and_notes_a_payment_under_their_name(lead):
    charge = charged(seated(UserFactory(name="Nurse Number 1", country="DE")))
    assert "Nurse Number 1" in lead.get(reverse("charges")).content.decode()
    address = reverse("charge", args=[charge.pk])
    assert lead.post(address, NOTE).status_code == 302
    page = lead.get(address).content.decode()
    assert "RF-77" in page
    assert "Still due: <b>EUR\xa070</b>" in page
    assert Settlement.objects.get().by.groups.get().name == "Programme leads"


def test_a_refusal_stands_at_the_form_and_says_what_to_do(lead):
    charge = charged()
    page = lead.post(reverse("charge", args=[charge.pk]), NOTE | {"amount": "121"}).content.decode()
    assert "120.00 is still due. Give an amount above 0 and up to that." in page
    assert not Settlement.objects.exists()


def test_charges_are_found_by_how_they_stand(lead):
    due, settled = (charged(seated(UserFactory(name=name, country="DE"))) for name in ("Still Owes", "Has Paid"))
    noted(settled, "120")
    page = lead.get(reverse("charges"), {"state": "due"}).content.decode()
    assert "Still Owes" in page
    assert "Has Paid" not in page
    assert lead.get(reverse("charges_results"), {"pool": due.pool_id}).status_code == 200


def test_charges_are_found_by_name_address_and_reference(lead):
    one = charged(seated(UserFactory(name="Àma Mensah", email="ama@example.org", country="DE")))
    charged(seated(UserFactory(name="Bea Okoro", country="DE")))
    assert 'name="q"' in lead.get(reverse("charges")).content.decode()
    for words in ("mensah", "AMA@example", one.reference, one.reference.lower()):
        page = lead.get(reverse("charges"), {"q": words}).content.decode()
        assert "Àma Mensah" in page, words
        assert "Bea Okoro" not in page, words
    for words in ("C" + "9" * 30, "²", "C"):
        assert lead.get(reverse("charges_results"), {"q": words}).status_code == 200


def test_a_lead_grants_a_waiver_which_is_on_record_under_their_name(lead):
    person = UserFactory(email="nurse@example.org")
    add = reverse("wagtailsnippets_access_hardshipwaiver:add")
    assert "Nobody has an account" in lead.post(add, GRANT | {"email": "no@example.org"}).content.decode()
    assert lead.post(add, GRANT).status_code == 302
    waiver = HardshipWaiver.objects.get()
    assert (waiver.person, waiver.percent) == (person, 80)
    assert waiver.granted_by
    assert lead.get(reverse("wagtailsnippets_access_hardshipwaiver:list")).status_code == 200


def test_a_lead_writes_down_an_agreement_with_an_institution(lead):
    form = {"institution": InstitutionFactory().pk, "percent": "25", "starts_on": "2027-01-01", "ends_on": "2026-01-01"}
    add = reverse("wagtailsnippets_access_institutionagreement:add")
    assert "The last day lies before the first." in lead.post(add, form).content.decode()
    assert lead.post(add, form | {"ends_on": ""}).status_code == 302
    assert InstitutionAgreement.objects.get().percent == 25


@pytest.mark.parametrize("factory", [EditorFactory, InstructorFactory])
def test_no_other_staff_sees_what_anybody_pays(factory):
    charge = charged(seated(UserFactory(name="Nurse Number 1", country="DE")))
    client = signed_in(factory())
    for address in (reverse("charges"), reverse("charges_results"), reverse("charge", args=[charge.pk])):
        page = client.get(address, follow=True).content.decode()
        assert "Nurse Number 1" not in page
        assert "EUR" not in page
    client.post(reverse("charge", args=[charge.pk]), NOTE)
    client.post(reverse("wagtailsnippets_access_hardshipwaiver:add"), GRANT)
    assert not Settlement.objects.exists()
    assert not HardshipWaiver.objects.exists()


def test_the_list_costs_the_same_queries_for_2_charges_and_20(lead):
    counts = []
    for more in (2, 18):
        for _ in range(more):
            charged()
        lead.get(reverse("charges"))
        with CaptureQueriesContext(connection) as queries:
            lead.get(reverse("charges"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
