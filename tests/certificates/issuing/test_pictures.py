"""Pictures of certificates: to share, with the credential inside, and small beside the links."""

from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from PIL import Image

from certificates.credentials.baking import read_baked
from certificates.issuing import rules
from certificates.issuing.services import picturing, withdraw_certificates
from certificates.oversight.queries import files_in_use
from tests.factories.accounts import UserFactory
from tests.factories.designs import frozen_design
from tests.factories.issuing import NOW, issued_certificate

pytestmark = pytest.mark.django_db


def test_the_shared_picture_carries_the_credential_and_is_small(client):
    certificate = issued_certificate()
    client.force_login(certificate.holder)
    response = client.get(reverse("certificate_picture", args=[certificate.serial]))
    assert response["Content-Type"] == "image/png"
    assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert read_baked(response.content) == certificate.credential.document
    assert len(response.content) < 60_000


def test_the_small_picture_is_of_the_certificate_in_its_design(client):
    frozen_design(is_default=True, paper="us-letter")
    certificate = issued_certificate()
    client.force_login(certificate.holder)
    response = client.get(reverse("certificate_thumbnail", args=[certificate.serial]))
    assert response["Content-Type"] == "image/webp"
    assert Image.open(BytesIO(response.content)).size == (480, 371)
    assert len(response.content) < 20_000


@pytest.mark.parametrize("make", [picturing.picture_to_share, picturing.small_picture])
def test_a_picture_is_made_once_and_goes_with_the_certificate(make, monkeypatch, django_capture_on_commit_callbacks):
    certificate = issued_certificate()
    first = make(certificate)
    for name in ("share_picture", "thumbnail"):
        monkeypatch.setattr(picturing, name, None)
    assert make(certificate) == first
    kept = [name for name in rules.names_of(certificate.file_sha256) if storages["private"].exists(name)]
    assert len(kept) == 2
    assert set(kept) <= files_in_use(kept)  # so the nightly check leaves them
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_certificates(certificate.holder, by=None, now=NOW)
    assert not [name for name in kept if storages["private"].exists(name)]


@pytest.mark.parametrize("address", ["certificate_picture", "certificate_thumbnail"])
def test_pictures_are_for_the_holder_and_staff(client, address):
    client.force_login(UserFactory())
    assert client.get(reverse(address, args=[issued_certificate().serial])).status_code == 404
