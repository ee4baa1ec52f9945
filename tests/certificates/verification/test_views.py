import json
from datetime import timedelta

import pytest
from django.test import Client

from certificates.credentials.addresses import STATUS_LIST_SIZE
from certificates.credentials.models import StatusList
from certificates.credentials.status import status_list_document
from certificates.issuing.models import Certificate, Credential
from certificates.issuing.rules import make_serial
from certificates.issuing.services import (
    reissue_certificate,
    render_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.verification.views import PAGES
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=30)


def page_of(client: Client, certificate: Certificate, *, prefix: str = "") -> str:
    response = client.get(f"{prefix}/certificates/{certificate.serial}/")
    assert response.status_code == 200
    assert "noindex" in response["X-Robots-Tag"]
    return response.content.decode()


def revoke(certificate: Certificate) -> None:
    revoke_certificate(
        certificate, public_reason="Given by <mistake>", private_reason="Case 7", by=UserFactory(), now=LATER
    )


def replaced_and_new() -> tuple[Certificate, Certificate]:
    old = issued_certificate(learner=UserFactory(name="Wrong Name"))
    return old, reissue_certificate(old, name="Right Name", by=UserFactory(), now=LATER)


def test_anyone_sees_what_a_valid_certificate_states(client):
    certificate = issued_certificate(learner=UserFactory(name="Ana <b>Řehoř</b>"))
    response = client.get(f"/certificates/{certificate.serial}/")
    assert response.status_code == 200
    page = response.content.decode()
    assert "This certificate is valid" in page
    assert "Ana &lt;b&gt;Řehoř&lt;/b&gt;" in page
    assert certificate.award.course_title in page
    assert certificate.award.shown_serial in page
    assert "Not accredited for CPD credit" in page
    assert "download-certificate" not in page
    assert "noindex" in response["X-Robots-Tag"]
    assert "private" in response["Cache-Control"]
    assert not response.cookies


def test_its_holder_may_download_it_from_there(client):
    certificate = issued_certificate()
    client.force_login(certificate.completion.enrolment.learner)
    page = client.get(f"/certificates/{certificate.serial}/").content.decode()
    assert f"/certificates/{certificate.serial}.pdf" in page


def test_an_arabic_name_says_its_language(client):
    certificate = issued_certificate(learner=UserFactory(name="ليلى مثال"))
    assert '<bdi lang="ar">ليلى مثال</bdi>' in client.get(f"/certificates/{certificate.serial}/").content.decode()


def test_the_address_on_paper_leads_to_the_page(client):
    certificate = issued_certificate()
    response = client.get(f"/v/{certificate.serial}")
    assert (response.status_code, response["Location"]) == (302, f"/certificates/{certificate.serial}/")
    in_arabic = client.get(f"/v/{certificate.serial.lower()}", headers={"accept-language": "ar"})
    assert in_arabic["Location"] == f"/ar/certificates/{certificate.serial}/"


def test_an_address_typed_with_spaces_and_small_letters_leads_to_the_page(client):
    certificate = issued_certificate()
    response = client.get(f"/certificates/{certificate.award.shown_serial.lower()}/")
    assert (response.status_code, response["Location"]) == (302, f"/certificates/{certificate.serial}/")


@pytest.mark.parametrize("state", [*Certificate.UNFINISHED, *Certificate.SET_ASIDE])
def test_a_certificate_that_is_not_issued_yet_is_not_found(client, state):
    certificate = waiting_certificate()
    Certificate.objects.update(state=state)
    response = client.get(f"/certificates/{certificate.serial}/")
    assert response.status_code == 404
    assert certificate.award.name not in response.content.decode()


def test_every_state_that_anyone_may_see_has_a_page():
    assert set(PAGES) == {Certificate.State.ISSUED, *Certificate.ENDED}


def test_a_revoked_certificate_says_so_and_why_and_not_whose_it_was(client):
    certificate = issued_certificate(learner=UserFactory(name="Learner Lost"))
    revoke(certificate)
    page = page_of(client, certificate)
    assert "This certificate was revoked" in page
    assert "11 February 2026" in page
    assert "Given by &lt;mistake&gt;" in page
    assert certificate.award.course_title in page
    assert not any(hidden in page for hidden in ("Learner Lost", "Case 7", "is valid", "data-action"))


def test_a_replaced_certificate_leads_to_the_one_that_counts_and_back(client):
    old, new = replaced_and_new()
    render_certificate(new.pk, now=LATER)
    page = page_of(client, old)
    assert "Replaced by a newer certificate" in page
    assert f'href="/certificates/{new.serial}/"' in page
    assert not any(hidden in page for hidden in ("Wrong Name", "Right Name", "is valid"))
    assert f'href="/certificates/{old.serial}/"' in page_of(client, new)


def test_a_replaced_certificate_whose_successor_is_being_made_does_not_tell_its_code(client):
    old, new = replaced_and_new()
    page = page_of(client, old)
    assert "The newer one is being made" in page
    assert new.serial not in page
    assert new.award.shown_serial not in page


def test_a_replaced_certificate_leads_past_what_was_replaced_as_well(client):
    old, middle = replaced_and_new()
    render_certificate(middle.pk, now=LATER)
    newest = reissue_certificate(middle, language="fr", by=UserFactory(), now=LATER)
    render_certificate(newest.pk, now=LATER)
    page = page_of(client, old)
    assert newest.serial in page
    assert middle.serial not in page


def test_a_replaced_certificate_whose_successor_was_revoked_says_so(client):
    old, new = replaced_and_new()
    render_certificate(new.pk, now=LATER)
    revoke(Certificate.objects.get(pk=new.pk))
    assert "The certificate that took its place" in page_of(client, old)


def test_one_revoked_by_mistake_leads_to_its_successor(client):
    old = issued_certificate()
    revoke(old)
    new = reissue_certificate(old, by=UserFactory(), now=LATER)
    render_certificate(new.pk, now=LATER)
    page = page_of(client, old)
    assert "This certificate was revoked" in page
    assert f'href="/certificates/{new.serial}/"' in page


def test_a_withdrawn_certificate_says_nothing_of_what_it_was(client):
    certificate = issued_certificate(learner=UserFactory(name="Learner Lost"))
    title = certificate.award.course_title
    withdraw_certificates(certificate.holder, by=None, now=LATER)
    page = page_of(client, certificate)
    assert "This certificate was withdrawn" in page
    assert not any(hidden in page for hidden in ("Learner Lost", title, "is valid"))


def test_who_asks_too_often_waits_a_minute_whichever_way_they_ask(client):
    certificate = issued_certificate()
    statuses = {client.get("/certificates/").status_code for _ in range(58)}
    assert statuses == {200}
    assert client.get(f"/v/{certificate.serial}").status_code == 302
    assert client.get(f"/certificates/{certificate.serial}/").status_code == 200
    refused = client.get(f"/certificates/{certificate.serial}/")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Wait 60 seconds" in refused.content.decode()
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/certificates/{certificate.serial}/").status_code == 200


def test_an_unknown_serial_is_not_found_and_helped_on(client):
    response = client.get(f"/certificates/{make_serial()}/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "We find no certificate with this code" in page
    assert "This cannot be a code of ours" not in page
    assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("serial", ["7Q312K8M4TRX", "nonsense", "<script>", "U" * 12, "x" * 500, "%00", "ليلى", "..."])
def test_what_cannot_be_a_serial_is_not_found_and_says_so(client, serial):
    response = client.get(f"/certificates/{serial}/")
    assert response.status_code == 404
    assert "This cannot be a code of ours" in response.content.decode()
    assert "<script>" not in response.content.decode()


def test_a_code_typed_into_the_form_leads_to_its_certificate(client):
    certificate = issued_certificate()
    response = client.get("/certificates/", {"code": f" {certificate.award.shown_serial.lower()} "})
    assert (response.status_code, response["Location"]) == (302, f"/certificates/{certificate.serial}/")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Type the code that stands on the certificate."),
        ("7Q31 2K8M 4TRX", "its last one does not fit the others"),
        ("7Q31", "twelve letters and digits"),
        ("U" * 12, "never the letter U"),
        ("x" * 5000, "at most 40 characters"),
        ("7Q31\x00", "Null characters"),
    ],
)
def test_the_form_says_what_is_wrong_with_a_code(client, code, said):
    response = client.get("/certificates/", {"code": code})
    assert response.status_code == 200
    assert said in response.content.decode()


def test_a_valid_certificate_says_what_else_was_asked(client):
    certificate = issued_certificate()
    page = page_of(client, certificate)
    assert f'href="/certificates/{certificate.serial}.json"' in page
    assert f'href="/certificates/{certificate.serial}.jwt"' in page
    assert 'href="/certificates/status/0.json"' in page


def test_nothing_is_said_of_a_signature_that_does_not_hold_but_we_are_told(client, caplog):
    certificate = issued_certificate()
    Credential.objects.update(document=certificate.credential.document.replace("Learner", "Teacher"))
    page = page_of(client, certificate)
    assert "This certificate is valid" in page
    assert "The signature on its record holds" not in page
    assert "does not verify" in caplog.text


def test_a_certificate_from_before_there_were_signatures_is_as_valid(client):
    certificate = issued_certificate()
    Credential.objects.all().delete()
    StatusList.objects.all().delete()
    page = page_of(client, certificate)
    assert "The register has this code" in page
    assert ".json" not in page


def test_a_list_that_contradicts_the_register_is_not_cited_and_we_are_told(client, caplog):
    certificate = issued_certificate()
    index = certificate.status_position % STATUS_LIST_SIZE
    document = status_list_document(0, [index], site_url="https://genomed.example", at=NOW)
    StatusList.objects.update(document=json.dumps(document))
    assert "list of what is no longer valid" not in page_of(client, certificate)
    assert "says that it ended" in caplog.text


def test_looking_is_four_queries_and_needs_no_account(django_assert_num_queries):
    certificate = issued_certificate()
    visitor = Client()
    visitor.get(f"/certificates/{certificate.serial}/")
    with django_assert_num_queries(4):
        visitor.get(f"/certificates/{certificate.serial}/")


def test_looking_at_what_was_replaced_is_two_queries(django_assert_num_queries):
    old, _ = replaced_and_new()
    visitor = Client()
    visitor.get(f"/certificates/{old.serial}/")
    with django_assert_num_queries(2):
        visitor.get(f"/certificates/{old.serial}/")


@pytest.mark.parametrize("path", ["/certificates/", "/certificates/7Q312K8M4TRX/", "/v/7Q312K8M4TRX"])
def test_nothing_is_changed_by_looking_and_nothing_else_is_let_in(client, path):
    assert client.post(path).status_code in (405, 403)
    assert client.head(path).status_code in (200, 302, 404)


def test_the_pages_are_valid_html(client, validate_html):
    old, new = replaced_and_new()
    revoked, withdrawn = issued_certificate(), issued_certificate()
    being_made = page_of(client, old)
    render_certificate(new.pk, now=LATER)
    revoke(revoked)
    withdraw_certificates(withdrawn.holder, by=None, now=LATER)
    ended = [page_of(client, one, prefix="/ar") for one in (old, new, revoked, withdrawn)]
    for page in (being_made, *ended):
        assert validate_html(page) == []
    certificate = issued_certificate(learner=UserFactory(name="ليلى مثال"))
    for path in (
        "/certificates/",
        "/certificates/?code=7",
        f"/certificates/{certificate.serial}/",
        f"/ar/certificates/{certificate.serial}/",
        "/certificates/7Q312K8M4TRX/",
    ):
        assert validate_html(client.get(path).content.decode()) == []
