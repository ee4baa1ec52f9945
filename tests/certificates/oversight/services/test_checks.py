"""The register is checked: what is lacking, lost, spoilt, unsigned or left over is found, and mended where it can be."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from certificates.credentials.models import StatusList
from certificates.issuing.models import Certificate, Credential
from certificates.issuing.services import open_attendance_certificate, publish_status_lists, revoke_certificate
from certificates.issuing.services import render_certificate as render
from certificates.oversight import queries
from certificates.oversight.models import Inspection
from certificates.oversight.services import checks
from certificates.oversight.services.checks import inspect
from tests.factories.accounts import UserFactory
from tests.factories.issuing import NOW, issued_certificate, waiting_certificate
from tests.factories.progress import CompletionFactory
from tests.factories.webinars import attended_webinar

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)
Kind = Inspection.Kind


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "private")},
        },
    }


@pytest.fixture
def certificate():
    return issued_certificate()


def check(*, mend: bool = False, at=LATER, **scope) -> Inspection:
    return inspect(is_mending=mend, clock=lambda: at, **scope)


def found(inspection: Inspection) -> list[tuple[str, str]]:
    return [(finding["kind"], finding["subject"]) for finding in inspection.findings]


def test_a_register_in_order_says_so_and_how_much_was_read(certificate):
    publish_status_lists(now=NOW)
    inspection = check()
    assert (inspection.wrong, inspection.mended, inspection.checked) == (0, 0, 1)
    assert inspection.findings == []
    assert inspection.ended_at == LATER


def test_whoever_earned_a_certificate_and_has_none_is_found_and_gets_one():
    completion, attendance = CompletionFactory(completed_at=NOW), attended_webinar(UserFactory(), now=NOW)
    assert found(check()) == [
        (Kind.NO_CERTIFICATE, str(completion.pk)),
        (Kind.NO_CERTIFICATE_OF_ATTENDANCE, str(attendance.pk)),
    ]
    inspection = check(mend=True)
    assert (inspection.wrong, inspection.mended) == (0, 2)
    assert Certificate.objects.count() == 2
    assert check().wrong == 0


def test_what_was_earned_a_moment_ago_is_not_lacking_yet():
    CompletionFactory(completed_at=LATER - timedelta(minutes=1))
    assert check().wrong == 0


def test_a_certificate_that_waits_for_long_is_found():
    late = waiting_certificate()
    assert found(check()) == [(Kind.LATE, late.serial)]


def test_a_lost_file_is_made_anew_byte_for_byte(certificate):
    storages["private"].delete(certificate.file_name)
    assert found(check()) == [(Kind.NO_FILE, certificate.serial)]
    assert check(mend=True).mended == 1
    assert check().wrong == 0


def test_a_spoilt_file_is_found_and_made_anew(certificate):
    with open(storages["private"].path(certificate.file_name), "ab") as file:
        file.write(b"more")
    assert found(check()) == [(Kind.WRONG_FILE, certificate.serial)]
    assert check(mend=True).mended == 1
    assert check().wrong == 0


def test_a_file_that_comes_out_otherwise_now_is_left_for_the_backup(certificate, monkeypatch):
    storages["private"].delete(certificate.file_name)
    monkeypatch.setattr(checks, "draw", lambda *_args: b"another file")
    inspection = check(mend=True)
    assert (inspection.wrong, inspection.mended) == (1, 0)
    assert not storages["private"].exists(certificate.file_name)


def test_files_that_belong_to_no_certificate_go_after_a_day(certificate):
    old, young = "certificates/aa/" + "a" * 64 + ".pdf", "certificates/bb/part.part"
    for name in (old, young):
        storages["private"].save(name, ContentFile(b"x"))
    times = {old: LATER - timedelta(days=2), young: LATER, certificate.file_name: LATER - timedelta(days=2)}
    storage = storages["private"]
    import os

    for name, moment in times.items():
        os.utime(storage.path(name), (moment.timestamp(), moment.timestamp()))
    assert found(check()) == [(Kind.LEFTOVER, old)]
    assert check(mend=True).mended == 1
    assert not storage.exists(old)
    assert storage.exists(young)
    assert storage.exists(certificate.file_name)


def test_what_was_signed_and_changed_since_is_found(certificate):
    credential = Credential.objects.get()
    Credential.objects.update(document=credential.document.replace(certificate.award.course_title, "Another course"))
    assert found(check()) == [(Kind.WRONG_CREDENTIAL, certificate.serial)]
    assert check(mend=True).wrong == 1  # a signature is not made up


def test_a_sound_credential_of_another_certificate_is_found(certificate):
    other = issued_certificate()
    stolen = Credential.objects.get(certificate=other)
    Credential.objects.filter(certificate=certificate).update(document=stolen.document, token=stolen.token)
    assert found(check()) == [(Kind.WRONG_CREDENTIAL, certificate.serial)]


def test_a_certificate_that_nothing_was_signed_of_is_signed(certificate):
    Credential.objects.all().delete()
    assert found(check()) == [(Kind.NO_CREDENTIAL, certificate.serial)]
    assert check(mend=True).mended == 1
    assert Credential.objects.get().certificate == certificate


@pytest.mark.parametrize(
    "spoil", [lambda text: "", lambda text: text.replace("revocation", "suspension"), lambda text: "{"]
)
def test_a_list_that_says_otherwise_than_the_register_is_found_and_published_anew(certificate, spoil):
    revoke_certificate(certificate, public_reason="Why", private_reason="Why", by=None, now=NOW)
    publish_status_lists(now=NOW)
    assert check().wrong == 0
    published = StatusList.objects.get()
    StatusList.objects.update(document=spoil(published.document))
    assert found(check()) == [(Kind.STATUS_LIST, "0")]
    assert check(mend=True).mended == 1
    assert check().wrong == 0


def test_a_revocation_that_was_not_published_is_found_once_it_is_late(certificate):
    publish_status_lists(now=NOW)
    revoke_certificate(certificate, public_reason="Why", private_reason="Why", by=None, now=NOW)
    assert check(at=NOW + timedelta(minutes=5)).wrong == 0
    inspection = check()
    assert found(inspection) == [(Kind.STATUS_LIST, "0")]
    assert inspection.findings[0]["detail"] == "1 of its bits are not as the register says"


def test_keys_that_cannot_be_used_are_said_in_one_sentence(settings, certificate, tmp_path):
    settings.SIGNING_KEY_FILE = str(tmp_path / "none.json")
    storages["private"].delete(certificate.file_name)
    inspection = check(mend=True)
    assert found(inspection)[0] == (Kind.KEYS, settings.SIGNING_KEY_FILE)
    assert "make_signing_keys" in inspection.findings[0]["detail"]
    assert inspection.wrong == 2


def test_a_certificate_withdrawn_meanwhile_is_no_fault(certificate, monkeypatch):
    monkeypatch.setattr(checks.queries, "still_names_file", lambda _certificate: False)
    storages["private"].delete(certificate.file_name)
    assert check(mend=True).wrong == 0
    assert not storages["private"].exists(certificate.file_name)


def test_one_fault_that_cannot_be_mended_keeps_none_of_the_others_back(certificate, monkeypatch):
    other = issued_certificate()
    for one in (certificate, other):
        storages["private"].delete(one.file_name)
    make = checks.draw

    def fails_for_one(one, signed):
        if one == certificate:
            raise RuntimeError("out of ink")
        return make(one, signed)

    monkeypatch.setattr(checks, "draw", fails_for_one)
    inspection = check(mend=True)
    assert (inspection.wrong, inspection.mended) == (1, 1)
    assert "out of ink" in inspection.findings[0]["detail"]


def test_of_many_findings_all_are_counted_and_the_first_kept(monkeypatch):
    monkeypatch.setattr(checks, "MOST_KEPT", 2)
    for _ in range(4):
        CompletionFactory(completed_at=NOW)
    inspection = check()
    assert inspection.wrong == 4
    assert len(inspection.findings) == 2


def test_a_night_goes_on_where_the_last_one_ended_and_begins_again_at_the_end():
    certificates = [issued_certificate().pk for _ in range(3)]
    first = check(sample=2, after=0)
    assert (first.checked, first.last_checked) == (2, certificates[1])
    second = check(sample=2, after=first.last_checked)
    assert (second.checked, second.last_checked) == (2, certificates[0])
    assert check(sample=9, after=certificates[1]).checked == 3


def test_a_sample_is_drawn_from_all():
    for _ in range(3):
        issued_certificate()
    assert check(sample=2).checked == 2
    assert check(sample=0).checked == 0


def test_a_few_are_held_at_a_time(monkeypatch, django_assert_max_num_queries):
    certificates = {issued_certificate().pk for _ in range(5)}
    seen = list(queries.certificates_to_check(sample=None, after=None, at_once=2))
    assert {one.pk for one in seen} == certificates


def test_attendance_certificates_are_checked_as_well():
    certificate = open_attendance_certificate(attended_webinar(UserFactory(), now=NOW).pk, now=NOW)
    assert render(certificate.pk, now=NOW)
    assert check().checked == 1
    assert check().wrong == 0
