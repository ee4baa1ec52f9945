"""Programme leads answer learners who say that something is wrong on a certificate."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.issuing.models import Certificate
from certificates.issuing.services import ask_correction
from lms.mail.models import OutgoingMail
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate

pytestmark = pytest.mark.django_db


def asked(name: str = "Ama Mensah", *, days: int = 0, learner=None):
    certificate = issued_certificate(learner=learner or UserFactory(name="Ama Mensa"))
    at = timezone.now() - timedelta(days=days)
    return ask_correction(certificate, name=name, problem="A letter is missing.", now=at)


def test_requests_stand_oldest_first_with_how_long_they_wait(lead):
    asked("Second", days=2)
    asked("First", days=9)
    page = lead.get(reverse("corrections")).content.decode()
    assert page.index("First") < page.index("Second")
    assert "9 days" in page


def test_a_request_is_granted_and_a_new_certificate_takes_its_place(lead):
    request = asked()
    address = reverse("correction", args=[request.pk])
    page = lead.get(address).content.decode()
    for said in ("Ama Mensa", "Ama Mensah", "A letter is missing.", str(request.certificate)):
        assert said in page
    page = lead.post(address, {"decision": "grant", "answer": ""}, follow=True).content.decode()
    assert "Granted." in page
    assert "Nothing waits for an answer." in page
    assert Certificate.objects.get(replaces=request.certificate).award.name == "Ama Mensah"
    assert "somebody has answered it" in lead.get(address, follow=True).content.decode()


def test_a_refusal_needs_a_reason_that_the_learner_is_sent(lead):
    request = asked()
    address = reverse("correction", args=[request.pk])
    assert "Say why it stays as it is" in lead.post(address, {"decision": "refuse"}).content.decode()
    lead.post(address, {"decision": "refuse", "answer": "Your passport has one letter less."})
    assert "one letter less" in OutgoingMail.objects.get(key=f"correction-refused:{request.pk}").text
    assert (
        "This field is required."
        in lead.post(reverse("correction", args=[asked().pk]), {"answer": "Hm."}).content.decode()
    )


def test_nobody_answers_about_their_own(lead, reviewer):
    request = asked(learner=reviewer)
    address = reverse("correction", args=[request.pk])
    assert "somebody else has to decide" in lead.get(address).content.decode()
    assert "somebody else has to decide" in lead.post(address, {"decision": "grant"}).content.decode()
    request.refresh_from_db()
    assert request.is_open


def test_the_list_takes_the_same_queries_for_2_and_20(lead):
    counts = []
    for number in (2, 10):
        for _ in range(number):
            asked()
        lead.get(reverse("corrections"))
        with CaptureQueriesContext(connection) as queries:
            lead.get(reverse("corrections"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_waits_stands_on_the_first_page_of_the_cms(lead, reviewer):
    assert "certificates-waiting" not in lead.get("/cms/").content.decode()
    asked(learner=reviewer)
    assert "certificates-waiting" not in lead.get("/cms/").content.decode()
    asked()
    assert "1 request for a correction waits for an answer" in lead.get("/cms/").content.decode()
