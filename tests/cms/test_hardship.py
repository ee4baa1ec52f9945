"""Programme leads answer who asked to pay less."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.access.models import HardshipWaiver
from tests.cms.conftest import signed_in
from tests.factories.access import pool_of
from tests.factories.accounts import EditorFactory, InstructorFactory, ProgrammeLeadFactory, UserFactory
from tests.factories.fees import NO_SALARY, hardship_of

pytestmark = pytest.mark.django_db
LIST = "access_hardship"


@pytest.fixture
def lead():
    return signed_in(ProgrammeLeadFactory())


def asked(name: str, *, days_ago: int = 0, person=None):
    person = person or UserFactory(name=name, country="DE")
    return hardship_of(person, now=timezone.now() - timedelta(days=days_ago))


def address_of(request) -> str:
    return reverse("access_hardship_request", args=[request.pk])


def form(**fields) -> dict[str, object]:
    return {"answer": "grant", "percent": 80, "ends_on": timezone.now().date(), "word": ""} | fields


def test_the_queue_is_oldest_first_and_says_what_is_overdue(lead):
    asked("Second", days_ago=2), asked("First", days_ago=30)
    page = lead.get(reverse(LIST)).content.decode()
    assert page.index("First") < page.index("Second")
    assert page.count("overdue") == 1
    assert "Reading a report" in page


def test_a_request_is_granted_under_the_leads_name_and_leaves_the_queue(lead):
    request = asked("Nurse Number 1")
    assert NO_SALARY in lead.get(address_of(request)).content.decode()
    page = lead.post(address_of(request), form(), follow=True).content.decode()
    assert "Your answer is stored." in page
    assert "Nothing waits for an answer." in page
    waiver = HardshipWaiver.objects.get()
    assert (waiver.percent, waiver.person) == (80, request.person)
    assert waiver.granted_by
    assert lead.get(address_of(request)).url == reverse(LIST)


def test_declining_without_a_word_is_refused_at_the_form(lead):
    request = asked("Nurse Number 1")
    assert "Say why" in lead.post(address_of(request), form(answer="decline")).content.decode()
    assert lead.post(address_of(request), form(answer="decline", word="Not this year.")).status_code == 302
    again = hardship_of(request.person, request.pool, now=timezone.now())
    assert "Not this year." in lead.get(address_of(again)).content.decode()


def test_a_lead_does_not_answer_their_own():
    lead = ProgrammeLeadFactory()
    request = asked("", person=lead)
    client = signed_in(lead)
    assert address_of(request) not in client.get(reverse(LIST)).content.decode()
    assert NO_SALARY not in client.get(address_of(request)).content.decode()
    client.post(address_of(request), form())
    assert not HardshipWaiver.objects.exists()


@pytest.mark.parametrize("factory", [EditorFactory, InstructorFactory])
def test_no_other_staff_reads_or_answers(factory):
    request, client = asked("Nurse Number 1"), signed_in(factory())
    for address in (reverse(LIST), address_of(request)):
        assert client.get(address).url == "/cms/"
    client.post(address_of(request), form())
    assert not HardshipWaiver.objects.exists()


def test_the_queue_costs_the_same_queries_for_2_and_20(lead):
    pool, counts = pool_of(capacity=1), []
    for more in (2, 18):
        for _ in range(more):
            hardship_of(UserFactory(), pool, now=timezone.now())
        lead.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            lead.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]
