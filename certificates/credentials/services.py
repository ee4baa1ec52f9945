import json
from collections.abc import Callable, Collection
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.db import transaction

from certificates.credentials.addresses import issuer_address
from certificates.credentials.chains import load_chain
from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import SigningKeys, load_keys
from certificates.credentials.models import SigningKey, StatusList
from certificates.credentials.proofs import sign_credential
from certificates.credentials.status import encode_bits, status_list_document


def signing_keys(*, now: datetime) -> SigningKeys:
    """Return the keys to sign with, their public halves on record before anything is signed.

    Raises KeysUnusable, also where PDF files are to be signed and cannot be.
    """
    keys = load_keys(Path(settings.SIGNING_KEY_FILE))
    if settings.CERTIFICATE_PADES_CHAIN:
        load_chain(Path(settings.CERTIFICATE_PADES_CHAIN), keys)
        if find_spec("pyhanko") is None:
            raise KeysUnusable("PDF files are to be signed, which needs pyHanko: install requirements-production.txt.")
    names = [key.name for key in keys.public]
    known = set(SigningKey.objects.filter(name__in=names).values_list("name", flat=True))
    missing = [key for key in keys.public if key.name not in known]
    if missing:
        SigningKey.objects.bulk_create(
            [
                SigningKey(name=key.name, algorithm=key.algorithm, jwk=dict(key.jwk), first_seen_at=now)
                for key in missing
            ],
            ignore_conflicts=True,
        )
    return keys


def sign_file(pdf: bytes, keys: SigningKeys) -> bytes:
    """Return a PDF file with a signature of its own where whoever runs the academy wants that, else as it is."""
    if not settings.CERTIFICATE_PADES_CHAIN:
        return pdf
    assert keys.p256  # or `signing_keys` had refused
    chain = load_chain(Path(settings.CERTIFICATE_PADES_CHAIN), keys)
    pades = import_module("certificates.credentials.pades")  # what it imports is not installed everywhere
    return pades.sign_pdf(pdf, keys.p256, chain, name=settings.CERTIFICATE_ISSUER)


@transaction.atomic
def publish_status_list(number: int, ended: Callable[[], Collection[int]], *, keys: SigningKeys, now: datetime) -> bool:
    """Sign a status list if what it says, or who signs, has changed; say whether it had.

    ended: returns the indexes that no longer hold. It is asked under the list's lock, so that the later of two says the later state.
    """
    StatusList.objects.get_or_create(number=number)
    found = StatusList.objects.select_for_update().get(number=number)
    indexes = ended()
    if found.document:
        stored = json.loads(found.document)
        signer = f"{issuer_address(settings.CERTIFICATE_ISSUER_URL)}#{keys.ed25519.public.multibase}"
        if stored["proof"]["verificationMethod"] == signer and stored["credentialSubject"][
            "encodedList"
        ] == encode_bits(indexes):
            return False
    document = status_list_document(number, indexes, site_url=settings.CERTIFICATE_ISSUER_URL, at=now)
    found.document = json.dumps(sign_credential(document, keys.ed25519, now), ensure_ascii=False)
    found.signed_at = now
    found.save(update_fields=["document", "signed_at"])
    return True
