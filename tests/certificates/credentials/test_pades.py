"""PDF files that are signed themselves, read back by another program: Poppler's pdfsig."""

import asyncio
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from certificates.credentials.chains import load_chain, self_signed
from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import EDDSA, ES256, RS256, SigningKeys, load_keys, new_jwk, write_keys
from certificates.credentials.services import sign_file, signing_keys
from certificates.rendering.pdf import Attachment, render
from tests.factories.credentials import new_key_pair
from tests.factories.issuing import AwardFactory

NOW = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)
needs_pdfsig = pytest.mark.skipif(
    shutil.which("pdfsig") is None, reason="pdfsig was not found (apt-get install poppler-utils)"
)


@pytest.fixture
def chain_file(tmp_path, settings, signing_keys):
    path = tmp_path / "pdf.pem"
    path.write_bytes(self_signed(signing_keys.p256, name="Genomed", now=NOW))
    settings.CERTIFICATE_PADES_CHAIN = str(path)
    return path


@pytest.fixture(scope="module")
def pdf():
    attached = Attachment(name="credential.json", mime="application/json", data=b'{"name": "Learner Example"}')
    return render(AwardFactory(), attachments=[attached])


def what_pdfsig_says(pdf: bytes, folder) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False).stdout


@needs_pdfsig
def test_a_signed_file_is_found_valid_and_covers_all_of_itself(pdf, chain_file, signing_keys, tmp_path):
    said = what_pdfsig_says(sign_file(pdf, signing_keys), tmp_path)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Genomed" in said


def test_a_thread_that_runs_an_event_loop_can_sign(pdf, chain_file, signing_keys):
    async def sign() -> bytes:
        return sign_file(pdf, signing_keys)

    assert asyncio.run(sign()).startswith(pdf)


@needs_pdfsig
def test_a_changed_file_is_found_out(pdf, chain_file, signing_keys, tmp_path):
    signed = sign_file(pdf, signing_keys)
    place = signed.index(b"/MediaBox")
    said = what_pdfsig_says(signed[:place] + b"/MediaBax" + signed[place + 9 :], tmp_path)
    assert "Signature is Valid." not in said


def test_what_was_in_the_file_stays(pdf, chain_file, signing_keys):
    signed = sign_file(pdf, signing_keys)
    assert signed.startswith(pdf)
    assert len(signed) < 60_000
    before, after = PdfReader(BytesIO(pdf)), PdfReader(BytesIO(signed))
    assert after.pages[0].extract_text() == before.pages[0].extract_text()
    assert list(after.attachments) == ["credential.json"]


def test_without_the_setting_files_stay_as_they_are(pdf, signing_keys):
    assert sign_file(pdf, signing_keys) == pdf


@pytest.mark.django_db
def test_a_certificate_of_another_key_holds_issuing_up_with_a_reason(chain_file):
    chain_file.write_bytes(self_signed(new_key_pair(ES256), name="Genomed", now=NOW))
    with pytest.raises(KeysUnusable, match="not of the newest P-256 key"):
        signing_keys(now=NOW)


@pytest.mark.parametrize(("content", "said"), [(b"", "no X.509"), (b"x", "no X.509"), (None, "cannot be read")])
def test_what_is_no_certificate_is_said(chain_file, signing_keys, content, said):
    chain_file.unlink()
    if content is not None:
        chain_file.write_bytes(content)
    with pytest.raises(KeysUnusable, match=said):
        load_chain(chain_file, signing_keys)


def test_without_a_key_for_pdf_files_the_command_that_makes_one_is_named(chain_file, signing_keys):
    others = SigningKeys(tuple(pair for pair in signing_keys.pairs if pair.public.algorithm != ES256))
    with pytest.raises(KeysUnusable, match="make_signing_keys --pdf"):
        load_chain(chain_file, others)


def test_command_prints_a_certificate_or_a_request_for_one(settings, tmp_path):
    path = tmp_path / "keys.json"
    settings.SIGNING_KEY_FILE, settings.CERTIFICATE_ISSUER = str(path), "Genomed"
    write_keys(path, [new_jwk(algorithm) for algorithm in (EDDSA, RS256)])
    with pytest.raises(CommandError, match="make_signing_keys --pdf"):
        call_command("make_pdf_certificate")
    write_keys(path, [new_jwk(algorithm) for algorithm in (EDDSA, RS256, ES256)])
    certificate, request = StringIO(), StringIO()
    call_command("make_pdf_certificate", stdout=certificate)
    call_command("make_pdf_certificate", "--request", stdout=request)
    made = x509.load_pem_x509_certificate(certificate.getvalue().encode())
    assert made.public_key() == load_keys(path).p256.private.public_key()
    assert made.not_valid_after_utc > datetime.now(UTC) + timedelta(days=7000)
    assert x509.load_pem_x509_csr(request.getvalue().encode()).is_signature_valid
