"""What machines read of a certificate, signed; and the public lists of what no longer holds."""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils import translation

from certificates.credentials.addresses import key_address
from certificates.credentials.badges import StatusPosition, build_credential
from certificates.credentials.errors import KeysUnusable
from certificates.credentials.keys import SigningKeys
from certificates.credentials.proofs import sign_credential
from certificates.credentials.queries import is_published
from certificates.credentials.services import publish_status_list, signing_keys
from certificates.credentials.statements import make_statement
from certificates.credentials.tokens import credential_jwt
from certificates.issuing import queries
from certificates.issuing.models import Certificate, Credential
from certificates.rendering.words import in_words
from lms.lib.sweeps import one_by_one

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Signed:
    """What was signed of a certificate: see Credential; statement: for the square code on paper."""

    document: str
    token: str
    statement: str


def keys_to_sign_with(*, now: datetime) -> SigningKeys | None:
    """Return the keys, or None if they are missing or of no use: the certificates that wait then say why."""
    try:
        return signing_keys(now=now)
    except KeysUnusable as unusable:
        logger.error("No certificate can be issued: %s", unusable)
        waiting = Certificate.objects.filter(state=Certificate.State.WAITING)
        waiting.exclude(reason=str(unusable)[:300]).update(reason=str(unusable)[:300])
        return None


def sign(certificate: Certificate, keys: SigningKeys, *, now: datetime) -> Signed:
    """Return what machines read of a certificate; the same certificate and keys give the same bytes.

    Its status list is published first: whoever has the credential can ask whether it still holds.
    """
    position = StatusPosition(certificate.status_position)
    if not is_published(position.list_number):
        _publish(position.list_number, keys, now=now)
    award = certificate.award
    with translation.override(award.language):
        words = in_words(award)
    award = replace(award, opened_at=award.opened_at or certificate.opened_at)
    unsigned = build_credential(award, site_url=settings.CERTIFICATE_ISSUER_URL, status=position, words=words)
    key = key_address(settings.CERTIFICATE_ISSUER_URL, keys.rsa.public.name)
    signed = sign_credential(unsigned, keys.ed25519, certificate.opened_at)
    return Signed(
        document=json.dumps(signed, ensure_ascii=False, separators=(",", ":")),
        token=credential_jwt(unsigned, keys.rsa, key_address=key),
        statement=make_statement(award, certificate.status_position, keys.ed25519),
    )


def store_credential(certificate: Certificate, signed: Signed) -> None:
    Credential.objects.create(certificate=certificate, document=signed.document, token=signed.token)


def sign_missing_credentials(limit: int, keys: SigningKeys, *, now: datetime) -> None:
    """Sign certificates from before there were credentials; their files stay as they are."""

    def sign_one(certificate: Certificate) -> None:
        signed = sign(certificate, keys, now=now)
        what = {"document": signed.document, "token": signed.token}
        Credential.objects.get_or_create(certificate=certificate, defaults=what)

    one_by_one(queries.certificates_without_credential()[:limit], sign_one, failed="Certificate %s could not be signed")


def publish_status_lists(*, now: datetime) -> int:
    """Publish every list that says something new; return how many did. Without keys the published ones stay as they are."""
    keys = keys_to_sign_with(now=now)
    if keys is None:
        return 0
    return sum(_publish(number, keys, now=now) for number in range(queries.newest_status_list() + 1))


def _publish(number: int, keys: SigningKeys, *, now: datetime) -> bool:
    return publish_status_list(number, partial(queries.ended_on_status_list, number), keys=keys, now=now)
