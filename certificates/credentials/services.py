import json
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from certificates.credentials.keys import SigningKeys, load_keys
from certificates.credentials.models import SigningKey, StatusList
from certificates.credentials.proofs import sign_credential
from certificates.credentials.status import encode_bits, status_list_document


def signing_keys(*, now: datetime) -> SigningKeys:
    """Return the keys to sign with, their public halves on record before anything is signed. Raises KeysUnusable."""
    keys = load_keys(Path(settings.SIGNING_KEY_FILE))
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


@transaction.atomic
def publish_status_list(number: int, ended: Callable[[], Collection[int]], *, keys: SigningKeys, now: datetime) -> bool:
    """Sign a status list if what it says, or the key that signs, has changed; say whether it had.

    ended: returns the indexes that no longer hold. It is asked under the list's lock, so that the later of two says the later state.
    """
    StatusList.objects.get_or_create(number=number)
    found = StatusList.objects.select_for_update().get(number=number)
    indexes = ended()
    if found.document:
        stored = json.loads(found.document)
        is_same_key = stored["proof"]["verificationMethod"].endswith(f"#{keys.ed25519.public.multibase}")
        if is_same_key and stored["credentialSubject"]["encodedList"] == encode_bits(indexes):
            return False
    document = status_list_document(number, indexes, site_url=settings.SITE_URL, at=now)
    found.document = json.dumps(sign_credential(document, keys.ed25519, now), ensure_ascii=False)
    found.signed_at = now
    found.save(update_fields=["document", "signed_at"])
    return True
