from datetime import UTC, datetime
from typing import Any

from jwt import PyJWK

from certificates.credentials.badges import StatusPosition, build_credential
from certificates.credentials.keys import KeyPair, PublicKey, SigningKeys, new_jwk
from certificates.credentials.proofs import sign_credential
from certificates.rendering.words import in_words
from tests.factories.issuing import AwardFactory

SITE = "https://genomed.example"
OPENED_AT = datetime(2026, 1, 12, 9, 1, tzinfo=UTC)


def unsigned_credential(*, position: int = 7, **award: Any) -> dict[str, Any]:
    """Return the credential of an award with these facts, without proof."""
    facts: dict[str, Any] = {"opened_at": OPENED_AT, "identity_hash": f"sha256${'a' * 64}", "identity_salt": "salt"}
    made = AwardFactory(**{**facts, "about_url": f"{SITE}/courses/reading-a-genome-report/", **award})
    return build_credential(made, site_url=SITE, status=StatusPosition(position), words=in_words(made))


def signed_credential(keys: SigningKeys, **award: Any) -> dict[str, Any]:
    return sign_credential(unsigned_credential(**award), keys.ed25519, OPENED_AT)


def new_key_pair(algorithm: str) -> KeyPair:
    """Return a key that is in no file."""
    jwk = new_jwk(algorithm)
    return KeyPair(PublicKey.from_jwk(jwk), PyJWK.from_dict(jwk, algorithm=algorithm).key)
