"""Pictures of issued certificates, made when they are first asked for and kept beside the file."""

from collections.abc import Callable

from django.core.files.storage import storages

from certificates.credentials.baking import bake
from certificates.designs.queries import design_of
from certificates.issuing import rules
from certificates.issuing.models import Certificate, Credential
from certificates.rendering.pictures import share_picture, thumbnail
from lms.lib.kept_files import keep_whole


def picture_to_share(certificate: Certificate) -> bytes:
    """Return the PNG of an issued certificate, its credential inside where it has one."""

    def make() -> bytes:
        png = share_picture(certificate.award, design_of(certificate.award.design))
        credential = Credential.objects.filter(certificate=certificate).first()
        return bake(png, credential.document) if credential else png

    return _kept(rules.picture_name(certificate.file_sha256, "png"), make)


def small_picture(certificate: Certificate) -> bytes:
    """Return the WebP of an issued certificate, to be shown beside its links."""

    def make() -> bytes:
        return thumbnail(certificate.award, design_of(certificate.award.design))

    return _kept(rules.picture_name(certificate.file_sha256, "webp"), make)


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    storage = storages["private"]
    if storage.exists(name):
        with storage.open(name) as file:
            return file.read()
    picture = make()
    keep_whole(storage, name, picture)
    return picture
