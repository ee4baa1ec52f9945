import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.issuing.models import Certificate
from certificates.issuing.services import open_certificate, render_certificate
from tests.factories.accounts import AdministratorFactory, UserFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate
from tests.factories.progress import CompletionFactory

pytestmark = pytest.mark.django_db

State = Certificate.State


def page_of(client, certificate: Certificate) -> str:
    client.force_login(certificate.completion.enrolment.learner)
    return client.get("/my/certificates/").content.decode()


def test_the_holder_downloads_the_file_as_it_was_issued(client):
    certificate = issued_certificate()
    client.force_login(certificate.completion.enrolment.learner)
    response = client.get(f"/certificates/{certificate.serial}.pdf")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="certificate-{certificate.serial}.pdf"'
    assert "private" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF-")
    assert hashlib.sha256(response.content).hexdigest() == certificate.file_sha256
    assert len(response.content) == certificate.file_bytes
    assert client.head(f"/certificates/{certificate.serial}.pdf").status_code == 200


def test_a_file_that_is_already_there_is_not_sent_again(client):
    certificate = issued_certificate()
    client.force_login(certificate.completion.enrolment.learner)
    path = f"/certificates/{certificate.serial}.pdf"
    etag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_somebody_else_does_not_learn_that_the_file_exists(client):
    certificate = issued_certificate()
    client.force_login(UserFactory())
    assert client.get(f"/certificates/{certificate.serial}.pdf").status_code == 404
    assert client.get("/certificates/7Q312K8M4TR6.pdf").status_code == 404


def test_signed_out_one_is_asked_to_sign_in_whether_or_not_there_is_a_file(client):
    certificate = issued_certificate()
    for serial in (certificate.serial, "7Q312K8M4TR6"):
        response = client.get(f"/certificates/{serial}.pdf")
        assert response.status_code == 302
        assert response["Location"] == f"/accounts/login/?next=/certificates/{serial}.pdf"


def test_staff_may_see_the_file_with_their_second_factor(client, settings):
    certificate = issued_certificate()
    client.force_login(AdministratorFactory())
    path = f"/certificates/{certificate.serial}.pdf"
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    assert client.get(path).status_code == 302
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    assert client.get(path).status_code == 200
    assert client.get("/certificates/7Q312K8M4TR6.pdf").status_code == 404


def test_a_certificate_that_waits_has_no_file(client):
    certificate = waiting_certificate()
    client.force_login(certificate.completion.enrolment.learner)
    assert client.get(f"/certificates/{certificate.serial}.pdf").status_code == 404


def test_the_list_offers_what_is_issued(client):
    certificate = issued_certificate()
    page = page_of(client, certificate)
    assert f'href="/certificates/{certificate.serial}.pdf" data-action="download-certificate"' in " ".join(page.split())
    assert f"PDF, {certificate.file_kilobytes} kB" in page
    assert f'href="/certificates/{certificate.serial}/"' in page


def test_the_list_says_what_is_being_made_even_before_a_certificate_is_opened(client):
    completion = CompletionFactory()
    client.force_login(completion.enrolment.learner)
    before = client.get("/my/certificates/").content.decode()
    open_certificate(completion.pk, now=NOW)
    for page in (before, client.get("/my/certificates/").content.decode()):
        assert "usually within a minute" in page
        assert "download-certificate" not in page


def test_the_list_says_what_failed_and_that_we_know(client):
    certificate = waiting_certificate()
    Certificate.objects.update(state=State.FAILED, reason="RuntimeError('out of ink')")
    page = page_of(client, certificate)
    assert "We have been told" in page
    assert "out of ink" not in page


def test_a_name_without_a_font_is_explained_and_can_be_mended(client, django_capture_on_commit_callbacks):
    learner = UserFactory(name="示例")
    certificate = waiting_certificate(learner=learner)
    render_certificate(certificate.pk, now=NOW)
    page = page_of(client, certificate)
    assert "We have no font for some characters of your name" in page
    assert 'data-action="use-profile-name"' in page
    type(learner).objects.filter(pk=learner.pk).update(name="Wen Example")
    response = client.post(f"/my/certificates/{certificate.serial}/name")
    assert (response.status_code, response["Location"]) == (302, "/my/certificates/")
    certificate = Certificate.objects.get(pk=certificate.pk)
    assert (certificate.state, certificate.award.name) == (State.WAITING, "Wen Example")


def test_nobody_changes_the_name_on_somebody_elses_certificate(client):
    certificate = waiting_certificate(learner=UserFactory(name="示例"))
    render_certificate(certificate.pk, now=NOW)
    client.force_login(UserFactory())
    assert client.post(f"/my/certificates/{certificate.serial}/name").status_code == 404


def test_an_empty_list_says_how_the_first_one_comes(client):
    client.force_login(UserFactory())
    assert "The first one appears here by itself" in client.get("/my/certificates/").content.decode()


def test_signed_out_one_is_sent_to_sign_in(client):
    assert client.get("/my/certificates/")["Location"] == "/accounts/login/?next=/my/certificates/"


def test_the_list_asks_the_same_number_of_queries_for_2_and_for_20(client):
    learner = UserFactory()
    client.force_login(learner)
    counts = []
    for number in (2, 18):
        for day in range(number):
            completion = CompletionFactory(
                enrolment=EnrolmentFactory(learner=learner), completed_at=NOW - timedelta(days=day)
            )
            open_certificate(completion.pk, now=NOW)
        client.get("/my/certificates/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get("/my/certificates/").content.decode()
        assert page.count('<li class="row">') == (2 if number == 2 else 20)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_pages_are_valid_html(client, validate_html):
    learner = UserFactory(name="示例")
    for _ in State:
        waiting_certificate(learner=learner)
    render_certificate(Certificate.objects.first().pk, now=NOW)
    for certificate, state in zip(Certificate.objects.filter(state=State.WAITING), ["waiting", "failed"], strict=False):
        Certificate.objects.filter(pk=certificate.pk).update(state=state)
    client.force_login(learner)
    assert validate_html(client.get("/my/certificates/").content.decode()) == []
