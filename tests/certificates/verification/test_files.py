import json
import random
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from certificates.credentials.baking import bake
from certificates.issuing.models import Certificate
from certificates.issuing.services import withdraw_certificates
from certificates.issuing.services.picturing import picture_to_share
from certificates.verification.files import LARGEST, LARGEST_RECORD, Finding, look_at
from tests.factories.issuing import NOW, issued_certificate

pytestmark = pytest.mark.django_db


def pdf_of(certificate: Certificate) -> bytes:
    with storages["private"].open(certificate.file_name) as file:
        return file.read()


def finding(data: bytes) -> str:
    return look_at(data).finding.value


def checked(client: Client, data: bytes, name: str = "certificate.pdf") -> str:
    response = client.post("/certificates/check/", {"file": SimpleUploadedFile(name, data)})
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    return response.content.decode()


def plain_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    return file.getvalue()


def test_the_file_as_it_was_issued_is_known_and_any_other_byte_is_not():
    certificate = issued_certificate()
    pdf = pdf_of(certificate)
    assert look_at(pdf).certificate == certificate
    place = random.Random(7).randrange(len(pdf))
    assert finding(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]) == "unknown"
    assert finding(pdf + b"\n") == "unknown"


def test_a_record_is_known_however_its_json_is_written_and_a_token_as_it_is():
    certificate = issued_certificate()
    document = certificate.credential.document
    for text in (document, json.dumps(json.loads(document), indent=4), certificate.credential.token, f" {document}\n"):
        assert look_at(text.encode()).certificate == certificate
        assert finding(text.encode()) == "unchanged"


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["credentialSubject"]["achievement"].update(name="Another course"),
        lambda record: record.update(unheard="of"),
        lambda record: record.pop("proof"),
        lambda record: record["issuer"].update(name="Somebody Else"),
    ],
)
def test_a_record_that_names_our_certificate_and_says_something_else_was_changed(change):
    certificate = issued_certificate()
    record = json.loads(certificate.credential.document)
    change(record)
    found = look_at(json.dumps(record).encode())
    assert (found.finding, found.certificate) == (Finding.CHANGED, certificate)


def test_a_token_that_names_our_certificate_and_is_another_was_changed():
    certificate = issued_certificate()
    head, payload, _signature = certificate.credential.token.split(".")
    assert look_at(f"{head}.{payload}.AAAA".encode()).finding == Finding.CHANGED
    assert finding(f"{head}.{payload[:-9]}.AAAA".encode()) == "unknown"


def test_looking_takes_a_few_queries_however_many_certificates_there_are(django_assert_max_num_queries):
    _, _, certificate = (issued_certificate() for _ in range(3))
    token = certificate.credential.token
    with django_assert_max_num_queries(3) as asked:
        assert finding(token.encode()) == "unchanged"
    assert not [query for query in asked.captured_queries if '"token" =' in query["sql"]]  # it has no index


def test_a_picture_counts_as_ours_only_as_we_made_it():
    certificate = issued_certificate()
    picture = picture_to_share(certificate)
    assert finding(picture) == "unchanged"
    forged = bake(plain_picture(), certificate.credential.document)
    assert look_at(forged).finding == Finding.RECORD_UNCHANGED
    assert finding(plain_picture()) == "unknown"


def test_what_was_withdrawn_leaves_no_file_that_is_known():
    certificate = issued_certificate()
    pdf, record = pdf_of(certificate), certificate.credential.document
    withdraw_certificates(certificate.holder, by=None, now=NOW)
    assert finding(pdf) == "unknown"
    assert finding(record.encode()) == "unknown"


def packed_picture() -> bytes:
    """A picture whose text unpacks to 50 MB."""
    file, text = BytesIO(), PngImagePlugin.PngInfo()
    text.add_itxt("openbadgecredential", "0" * 50_000_000, zip=True)
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=text)
    return file.getvalue()


HOSTILE = {
    "nothing": b"",
    "no text": bytes(range(256)) * 40,
    "deep": b"[" * 90_000,
    "deep object": b'{"a":' * 20_000,
    "a list": b'[{"id": "/certificates/000000000000.json"}]',
    "a number of a million digits": b'{"id": ' + b"9" * 90_000 + b"}",
    "another type": b'{"id": {"id": "/certificates/000000000000.json"}}',
    "a token of nothing": b"..",
    "half a PDF": b"%PDF-1.7\n1 0 obj <</Length 99999999999>> stream",
    "half a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 30,
    "a packed text": packed_picture(),
    "NUL": b'{"id": "\\u0000/certificates/000000000000.json"}',
    "long": b'{"id": "' + b"a" * LARGEST_RECORD + b'"}',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_none_of_ours(client, data):
    assert finding(data) == "unknown"
    assert "We did not issue this file as it is" in checked(client, data)


@given(st.binary(max_size=400))
def test_any_bytes_have_an_answer(data):
    assert finding(data) == "unknown"


def test_the_page_leads_to_the_certificate_and_says_when_it_is_over(client):
    certificate = issued_certificate()
    pdf = pdf_of(certificate)
    page = checked(client, pdf)
    assert "This file is ours, and unchanged" in page
    assert f'href="/certificates/{certificate.serial}/"' in page
    assert certificate.award.name not in page
    Certificate.objects.update(state="revoked", ended_at=NOW, public_reason="Given by mistake")
    assert "no longer valid" in checked(client, pdf)


def test_what_is_too_large_is_refused_before_it_is_read(client):
    page = checked(client, b"%PDF" + bytes(LARGEST))
    assert "larger than 2 MB" in page
    claimed = client.generic(
        "POST", "/certificates/check/", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 10**9)
    )
    assert "larger than 2 MB" in claimed.content.decode()


def test_without_a_file_it_is_asked_for(client):
    assert "Choose the file that you were given." in client.post("/certificates/check/").content.decode()


def test_a_network_that_checks_without_end_is_slowed_down(client):
    for _ in range(20):
        client.get("/certificates/check/")
    assert client.get("/certificates/check/").status_code == 429
