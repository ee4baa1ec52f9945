"""Programme leads see when the register was checked and what was found."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.oversight.models import Inspection
from certificates.oversight.services.checks import inspect
from tests.cms.conftest import signed_in
from tests.factories.accounts import EditorFactory
from tests.factories.issuing import waiting_certificate

pytestmark = pytest.mark.django_db


def checked(*, ago: timedelta = timedelta(hours=5)) -> Inspection:
    return inspect(is_mending=False, by_night=True, clock=lambda: timezone.now() - ago)


def register(lead) -> str:
    return lead.get(reverse("certificate_register")).content.decode()


def test_the_register_says_when_it_was_checked_and_what_was_found(lead):
    assert "Checked on" not in register(lead)
    inspection = checked()
    page = register(lead)
    assert "Checked on" in page
    assert "everything in order" in page
    assert reverse("certificate_check", args=[inspection.pk]) in page


def test_a_register_that_nobody_checks_is_warned_of(lead):
    checked(ago=timedelta(days=3))
    assert "was not checked for two days" in register(lead)


def test_a_check_names_what_it_found_and_leads_there(lead):
    late = waiting_certificate()
    inspection = checked()
    page = lead.get(reverse("certificate_check", args=[inspection.pk])).content.decode()
    assert "Waits to be made for more than an hour" in page
    assert reverse("certificate_in_register", args=[late.serial]) in page
    assert "1 thing is wrong" in lead.get(reverse("certificate_checks")).content.decode()


def test_the_list_of_checks_takes_the_same_queries_for_2_and_20(lead):
    counts = []
    for number in (2, 18):
        for _ in range(number):
            checked()
        lead.get(reverse("certificate_checks"))
        with CaptureQueriesContext(connection) as queries:
            lead.get(reverse("certificate_checks"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_staff_do_not_see_checks():
    inspection = checked()
    client = signed_in(EditorFactory())
    for address in (reverse("certificate_checks"), reverse("certificate_check", args=[inspection.pk])):
        assert client.get(address).headers["Location"] == "/cms/"
