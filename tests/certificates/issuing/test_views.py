import hashlib
import html
import re
from datetime import timedelta
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.credentials.proofs import verify_credential
from certificates.credentials.queries import known_keys
from certificates.credentials.tokens import verify_jwt
from certificates.issuing import queries
from certificates.issuing.models import Certificate, CorrectionRequest
from certificates.issuing.services import (
    open_certificate,
    refuse_correction,
    render_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.issuing.services.ending import MOST_BY_HOLDER
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
    learner = UserFactory(name="ᏣᎳ")
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
    certificate = waiting_certificate(learner=UserFactory(name="ᏣᎳ"))
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
    learner = UserFactory(name="ᏣᎳ")
    for _ in State:
        waiting_certificate(learner=learner)
    render_certificate(Certificate.objects.first().pk, now=NOW)
    for certificate, state in zip(Certificate.objects.filter(state=State.WAITING), ["waiting", "failed"], strict=False):
        Certificate.objects.filter(pk=certificate.pk).update(state=state)
    client.force_login(learner)
    assert validate_html(client.get("/my/certificates/").content.decode()) == []


def own_page(client, certificate: Certificate) -> str:
    client.force_login(certificate.holder)
    return client.get(f"/my/certificates/{certificate.serial}/").content.decode()


def post(client, certificate: Certificate, what: str, **fields):
    client.force_login(certificate.holder)
    return client.post(f"/my/certificates/{certificate.serial}/{what}", fields, follow=True)


@pytest.fixture
def in_french_too():
    """Let certificates be printed in French as well."""
    with mock.patch.object(queries, "language_on_paper", lambda code: code if code in ("en", "fr") else "en"):
        yield


def test_the_list_leads_to_a_page_of_each_certificate(client):
    certificate = issued_certificate()
    assert f'href="/my/certificates/{certificate.serial}/"' in page_of(client, certificate)
    page = own_page(client, certificate)
    assert f"/certificates/{certificate.serial}.pdf" in page
    assert certificate.award.verification_url in page
    assert "Is something wrong?" in page


def test_it_can_be_added_to_a_profile_elsewhere(client):
    certificate = issued_certificate()
    (address,) = re.findall(r'href="(https://www.linkedin.com[^"]+)"', own_page(client, certificate))
    fields = parse_qs(urlsplit(html.unescape(address)).query)
    assert fields["certUrl"] == [certificate.award.verification_url]
    assert fields["name"] == [certificate.award.course_title]


def test_what_is_not_issued_has_no_page_of_its_own(client):
    certificate = waiting_certificate()
    client.force_login(certificate.holder)
    response = client.get(f"/my/certificates/{certificate.serial}/")
    assert (response.status_code, response["Location"]) == (302, "/my/certificates/")


@pytest.mark.parametrize("what", ["", "language?language=fr"])
def test_another_learners_certificate_is_not_found(client, what):
    certificate = issued_certificate()
    client.force_login(UserFactory())
    assert client.get(f"/my/certificates/{certificate.serial}/{what}").status_code == 404


@pytest.mark.usefixtures("in_french_too")
def test_another_language_is_offered_with_a_word_on_what_it_means_and_then_replaces(client, validate_html):
    certificate = issued_certificate()
    address = f"/my/certificates/{certificate.serial}/language"
    assert f"{address}?language=fr" in own_page(client, certificate)
    page = client.get(f"{address}?language=fr").content.decode()
    assert "is replaced" in page
    assert validate_html(page) == []
    assert Certificate.objects.count() == 1
    page = post(client, certificate, "language", language="fr").content.decode()
    new = Certificate.objects.get(replaces=certificate)
    assert "being made in this language: Français" in page
    assert (new.award.language, new.state) == ("fr", State.WAITING)


@pytest.mark.usefixtures("in_french_too")
@pytest.mark.parametrize("language", ["", "en", "ar", "xx", "<b>"])
def test_a_language_that_it_cannot_be_had_in_leads_back(client, language):
    certificate = issued_certificate()
    post(client, certificate, "language", language=language)
    assert client.get(f"/my/certificates/{certificate.serial}/language?language={language}").status_code == 302
    assert Certificate.objects.get() == certificate


@pytest.mark.usefixtures("in_french_too")
def test_a_learner_cannot_have_it_replaced_for_ever(client):
    certificate = issued_certificate()
    Certificate.objects.update(version=MOST_BY_HOLDER)
    page = post(client, certificate, "language", language="fr").content.decode()
    assert "replaced too often" in page
    assert Certificate.objects.count() == 1


def test_a_correction_is_asked_once_and_seen_to_wait(client, validate_html):
    certificate = issued_certificate(learner=UserFactory(name="Ana Wrong"))
    assert 'value="Ana Wrong"' in own_page(client, certificate)
    page = post(client, certificate, "correction", name="Ana Right", problem="Not my <b>name</b>").content.decode()
    assert "You asked for a correction" in page
    assert "Not my &lt;b&gt;name&lt;/b&gt;" in page
    assert 'data-action="ask-correction"' not in page
    assert validate_html(page) == []
    again = post(client, certificate, "correction", name="Ana Right", problem="Not mine")
    assert again.status_code == 200
    assert CorrectionRequest.objects.get().name == "Ana Right"


def test_a_refused_correction_shows_why_and_may_be_asked_anew(client):
    certificate = issued_certificate()
    post(client, certificate, "correction", name="Ana Right", problem="Not my name")
    refuse_correction(
        CorrectionRequest.objects.get(), answer="It is so in your <i>file</i>.", by=UserFactory(), now=NOW
    )
    page = own_page(client, certificate)
    assert "It is so in your &lt;i&gt;file&lt;/i&gt;." in page
    assert 'data-action="ask-correction"' in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "Ana", "problem": ""}, "Say what is wrong"),
        ({"name": "", "problem": "My name"}, "Write your name"),
        ({"name": "A" * 121, "problem": "My name"}, "at most 120 characters"),
        ({"name": "Ana", "problem": "x" * 1001}, "at most 1000 characters"),
        ({"name": "\U00012000", "problem": "My name"}, "We have no font for these characters"),
        ({"name": "Ana\u202e", "problem": "My name"}, "cannot contain these characters"),
    ],
)
def test_a_correction_that_cannot_be_asked_says_why(client, fields, said):
    response = post(client, issued_certificate(), "correction", **fields)
    assert said in response.content.decode()
    assert not CorrectionRequest.objects.exists()


def test_the_page_of_a_certificate_costs_few_queries(client):
    certificate = issued_certificate()
    own_page(client, certificate)
    with CaptureQueriesContext(connection) as queries_made:
        client.get(f"/my/certificates/{certificate.serial}/")
    assert len(queries_made) < 10


def test_signed_credential_is_there_for_anyone_with_the_link(client):
    certificate = issued_certificate()
    answer = client.get(f"/certificates/{certificate.serial}.json")
    assert verify_credential(answer.json(), known_keys())
    assert answer.content.decode() == certificate.credential.document
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["X-Robots-Tag"] == "noindex"
    token = client.get(f"/certificates/{certificate.serial}.jwt")
    assert token["Content-Type"].startswith("application/jwt")
    assert verify_jwt(token.content.decode(), known_keys())


def test_credential_of_a_revoked_certificate_is_still_there_for_its_list_says_so(client):
    certificate = issued_certificate()
    revoke_certificate(certificate, public_reason="A mistake.", private_reason="", by=UserFactory(), now=NOW)
    assert client.get(f"/certificates/{certificate.serial}.json").status_code == 200


def test_no_credential_is_there_before_issuing_after_withdrawing_or_for_unknown_codes(client):
    waiting, withdrawn = waiting_certificate(), issued_certificate()
    withdraw_certificates(withdrawn.holder, by=None, now=NOW)
    for serial in (waiting.serial, withdrawn.serial, "0000000000000", "x"):
        for kind in ("json", "jwt"):
            assert client.get(f"/certificates/{serial}.{kind}").status_code == 404
