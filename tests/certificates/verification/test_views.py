import pytest
from django.test import Client

from certificates.issuing.models import Certificate
from certificates.issuing.rules import make_serial
from tests.factories.accounts import UserFactory
from tests.factories.issuing import issued_certificate, waiting_certificate

pytestmark = pytest.mark.django_db


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


def test_looking_is_one_query_and_needs_no_account(django_assert_num_queries):
    certificate = issued_certificate()
    visitor = Client()
    visitor.get(f"/certificates/{certificate.serial}/")
    with django_assert_num_queries(1):
        visitor.get(f"/certificates/{certificate.serial}/")


@pytest.mark.parametrize("path", ["/certificates/", "/certificates/7Q312K8M4TRX/", "/v/7Q312K8M4TRX"])
def test_nothing_is_changed_by_looking_and_nothing_else_is_let_in(client, path):
    assert client.post(path).status_code in (405, 403)
    assert client.head(path).status_code in (200, 302, 404)


def test_the_pages_are_valid_html(client, validate_html):
    certificate = issued_certificate(learner=UserFactory(name="ليلى مثال"))
    for path in (
        "/certificates/",
        "/certificates/?code=7",
        f"/certificates/{certificate.serial}/",
        f"/ar/certificates/{certificate.serial}/",
        "/certificates/7Q312K8M4TRX/",
    ):
        assert validate_html(client.get(path).content.decode()) == []
