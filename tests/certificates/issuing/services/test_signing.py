import json
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from certificates.credentials.chains import self_signed
from certificates.credentials.keys import EDDSA, RS256, load_keys, new_jwk, write_keys
from certificates.credentials.models import StatusList
from certificates.credentials.proofs import verify_credential
from certificates.credentials.queries import known_keys
from certificates.credentials.statements import read_statement
from certificates.credentials.status import is_ended
from certificates.credentials.tokens import verify_jwt
from certificates.issuing.models import Certificate, Credential
from certificates.issuing.services import (
    issue_in_bulk,
    issue_missing_certificates,
    making,
    publish_status_lists,
    reissue_certificate,
    render_certificate,
    revoke_certificate,
    withdraw_certificates,
)
from certificates.issuing.services.signing import sign
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, text_of, waiting_certificate
from tests.factories.progress import CompletionFactory

pytestmark = pytest.mark.django_db

State = Certificate.State


@pytest.fixture
def no_keys(settings, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def published(certificate: Certificate) -> bool:
    """Say whether the public list has it that a certificate is not valid any more."""
    entry = json.loads(certificate.credential.document)["credentialStatus"]
    number = entry["statusListCredential"].rpartition("/")[2].removesuffix(".json")
    return is_ended(json.loads(StatusList.objects.get(number=number).document), int(entry["statusListIndex"]))


def revoke(certificate: Certificate) -> None:
    revoke_certificate(certificate, public_reason="A mistake.", private_reason="", by=UserFactory(), now=NOW)


def test_issuing_signs_what_the_certificate_states():
    certificate = issued_certificate()
    document = json.loads(certificate.credential.document)
    assert verify_credential(document, known_keys())
    assert document["id"].endswith(f"/certificates/{certificate.serial}.json")
    assert document["credentialSubject"]["identifier"][0]["identityHash"] == certificate.award.name
    assert document["credentialSubject"]["achievement"]["name"] == certificate.award.course_title
    token = verify_jwt(certificate.credential.token, known_keys())
    assert token["credentialSubject"] == document["credentialSubject"]


def test_the_file_holds_the_very_credential_that_is_served():
    certificate = issued_certificate()
    with storages["private"].open(certificate.file_name) as file:
        attached = dict(PdfReader(file).attachments.items())
    assert attached == {"credential.json": [certificate.credential.document.encode()]}
    assert certificate.file_bytes < 60_000


def test_square_code_holds_the_statement(monkeypatch):
    drawn = {}
    whole = making.render

    def render(*facts, **more):
        drawn.update(more)
        return whole(*facts, **more)

    monkeypatch.setattr(making, "render", render)
    certificate = issued_certificate()
    statement = read_statement(drawn["statement"], known_keys())
    assert (statement.serial, statement.status_position) == (certificate.serial, certificate.status_position)


def test_signing_again_gives_the_same_bytes(signing_keys):
    certificate = issued_certificate()
    again = sign(certificate, signing_keys, now=NOW + timedelta(days=3))
    assert again.document == certificate.credential.document
    assert again.token == certificate.credential.token


def test_words_of_a_credential_are_in_its_language(signing_keys):
    certificate = issued_certificate()
    certificate.facts["language"] = "fr"
    assert (
        json.loads(sign(certificate, signing_keys, now=NOW).document)["credentialSubject"]["achievement"]["inLanguage"]
        == "fr"
    )


def test_without_keys_certificates_wait_uncounted_and_say_why(no_keys):
    certificate = waiting_certificate()
    assert not render_certificate(certificate.pk, now=NOW)
    assert issue_missing_certificates(now=NOW) == 0
    certificate.refresh_from_db()
    assert (certificate.state, certificate.attempts) == (State.WAITING, 0)
    assert "make_signing_keys" in certificate.reason


def test_completions_are_still_opened_without_keys(no_keys):
    CompletionFactory()
    issue_missing_certificates(now=NOW)
    assert Certificate.objects.get().state == State.WAITING


def test_once_there_are_keys_those_that_waited_are_issued(no_keys):
    certificate = waiting_certificate()
    issue_missing_certificates(now=NOW)
    write_keys(no_keys, [new_jwk(EDDSA), new_jwk(RS256)])
    assert issue_missing_certificates(now=NOW) == 1
    certificate.refresh_from_db()
    assert (certificate.state, certificate.reason) == (State.ISSUED, "")


def test_keys_that_anybody_can_read_are_not_signed_with(no_keys):
    write_keys(no_keys, [new_jwk(EDDSA), new_jwk(RS256)])
    no_keys.chmod(0o644)
    certificate = waiting_certificate()
    issue_missing_certificates(now=NOW)
    certificate.refresh_from_db()
    assert "chmod 600" in certificate.reason


def test_the_command_says_that_keys_are_missing(no_keys):
    with pytest.raises(CommandError, match="make_signing_keys"):
        call_command("issue_certificates")


def test_after_a_rotation_old_and_new_credentials_verify(no_keys):
    call_command("make_signing_keys", verbosity=0)
    before = issued_certificate()
    call_command("make_signing_keys", "--rotate", verbosity=0)
    after = issued_certificate()
    write_keys(no_keys, json.loads(no_keys.read_text())["keys"][2:])  # the old ones are thrown away
    signers = [verify_credential(json.loads(one.credential.document), known_keys()) for one in (before, after)]
    assert signers[1] == load_keys(no_keys).ed25519.public != signers[0]


def test_a_certificate_can_be_looked_up_on_its_list_from_the_moment_it_is_issued():
    certificate = issued_certificate()
    assert not published(certificate)


def test_the_list_flips_when_a_certificate_is_revoked_or_replaced():
    revoked, replaced, sound = (issued_certificate() for _ in range(3))
    revoke(revoked)
    reissue_certificate(replaced, name="Another Example", by=UserFactory(), now=NOW)
    assert publish_status_lists(now=NOW) == 1
    assert [published(one) for one in (revoked, replaced, sound)] == [True, True, False]
    assert publish_status_lists(now=NOW) == 0


def test_ending_a_certificate_rings_for_the_list(django_capture_on_commit_callbacks, monkeypatch):
    rung = []
    monkeypatch.setattr("certificates.issuing.tasks.publish_status_lists.delay", lambda: rung.append(True))
    certificate = issued_certificate()
    with django_capture_on_commit_callbacks(execute=True):
        revoke(certificate)
    assert rung


def test_a_withdrawn_certificate_has_no_credential_and_its_bit_is_set():
    certificate = issued_certificate()
    withdraw_certificates(certificate.holder, by=None, now=NOW)
    assert not Credential.objects.exists()
    publish_status_lists(now=NOW)
    document = json.loads(StatusList.objects.get().document)
    assert is_ended(document, certificate.status_position)


def test_certificates_from_before_there_were_credentials_are_signed_by_the_sweep_and_keep_their_file():
    certificate = issued_certificate()
    del certificate.facts["opened_at"]
    Certificate.objects.update(facts=certificate.facts)
    Credential.objects.all().delete()
    issue_missing_certificates(now=NOW)
    document = json.loads(Credential.objects.get().document)
    assert document["validFrom"] == "2026-01-12T09:01:00Z"
    assert Certificate.objects.get().file_sha256 == certificate.file_sha256


def test_certificates_issued_in_bulk_are_signed_too():
    completion = CompletionFactory()
    assert issue_in_bulk([completion.pk], now=NOW) == 1
    certificate = Certificate.objects.get()
    assert verify_credential(json.loads(certificate.credential.document), known_keys())
    assert "Certificate of" in text_of(certificate)


def test_the_file_is_signed_itself_where_that_is_wanted(settings, signing_keys, tmp_path):
    settings.CERTIFICATE_PADES_CHAIN = str(tmp_path / "pdf.pem")
    waiting = waiting_certificate()
    issue_missing_certificates(now=NOW)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.WAITING, 0)
    assert "cannot be read" in waiting.reason
    (tmp_path / "pdf.pem").write_bytes(self_signed(signing_keys.p256, name="Genomed", now=NOW))
    issue_missing_certificates(now=NOW)
    waiting.refresh_from_db()
    with storages["private"].open(waiting.file_name) as file:
        assert b"ETSI.CAdES.detached" in file.read()
