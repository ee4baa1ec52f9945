"""What anybody may read of the issuer and its keys, to check credentials without asking us."""

from collections.abc import Iterable
from typing import Any

from certificates.credentials.addresses import issuer_address, issuer_did, key_address
from certificates.credentials.json_ld import CREDENTIALS_V2, DID_V1, MULTIKEY_V1, OPEN_BADGES
from certificates.credentials.keys import EDDSA, PublicKey


def issuer_profile(keys: Iterable[PublicKey], *, site_url: str, name: str) -> dict[str, Any]:
    """Return who issues: a profile (Open Badges 3.0), and every key that ever signed (Controlled Identifiers 1.0)."""
    address = issuer_address(site_url)
    return {
        # The first one tells programs of Digital Bazaar that they may read the rest as it stands.
        "@context": [DID_V1, CREDENTIALS_V2, OPEN_BADGES, MULTIKEY_V1],
        "id": address,
        "type": ["Profile"],
        "name": name,
        "url": site_url,
        "alsoKnownAs": [issuer_did(site_url)],
        **_methods(keys, controller=address),
    }


def did_document(keys: Iterable[PublicKey], *, site_url: str) -> dict[str, Any]:
    """Return the same keys for those who look an issuer up by its domain (did:web)."""
    did = issuer_did(site_url)
    return {
        "@context": [DID_V1, MULTIKEY_V1],
        "id": did,
        "alsoKnownAs": [issuer_address(site_url)],
        **_methods(keys, controller=did),
    }


def key_document(key: PublicKey, *, site_url: str) -> dict[str, Any]:
    """Return one key: as a Multikey if it signs documents, as a JWK if it signs tokens."""
    if key.algorithm == EDDSA:
        return {"@context": MULTIKEY_V1, **_multikey(key, controller=issuer_address(site_url))}
    use = {"use": "sig", "alg": key.algorithm, "kid": key_address(site_url, key.name)}
    return {**key.jwk, **use}


def _methods(keys: Iterable[PublicKey], *, controller: str) -> dict[str, Any]:
    methods = [_multikey(key, controller=controller) for key in keys if key.algorithm == EDDSA]
    if not methods:
        return {}
    return {"verificationMethod": methods, "assertionMethod": [method["id"] for method in methods]}


def _multikey(key: PublicKey, *, controller: str) -> dict[str, Any]:
    multikey = {"id": f"{controller}#{key.multibase}", "type": "Multikey", "controller": controller}
    return {**multikey, "publicKeyMultibase": key.multibase}
