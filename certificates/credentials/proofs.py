"""A document's own signature: Data Integrity, cryptosuite eddsa-rdfc-2022."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature

from certificates.credentials.badges import moment
from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import canonical
from certificates.credentials.keys import EDDSA, KeyPair, PublicKey
from certificates.credentials.multibase import from_base58, to_base58

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SAMPLE_MOMENT = "2000-01-01T00:00:00Z"
_MEMBERS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


def sign_credential(document: Mapping[str, Any], key: KeyPair, created: datetime) -> dict[str, Any]:
    """Return the document with its proof; the same document, key and moment give the same bytes.

    Raises NotGenuine where the signature could not cover all of it.
    """
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": moment(created),
        "verificationMethod": f"{document['issuer']['id']}#{key.public.multibase}",
        "proofPurpose": "assertionMethod",
    }
    signature = key.private.sign(_signed_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": "z" + to_base58(signature)}}


def verify_credential(document: Mapping[str, Any], keys: Iterable[PublicKey]) -> PublicKey:
    """Return which of our keys signed the document as it stands. Raises NotGenuine."""
    proof = document.get("proof")
    issuer = document.get("issuer")
    if not isinstance(proof, dict) or not isinstance(issuer, dict) or set(proof) != _MEMBERS:
        raise NotGenuine(NotGenuine.MALFORMED, "proof")
    if not all(isinstance(value, str) for value in proof.values()):
        raise NotGenuine(NotGenuine.MALFORMED, "proof")
    expected = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod"}
    if not expected.items() <= proof.items():
        raise NotGenuine(NotGenuine.MALFORMED, "another kind of proof")
    controller, _, name = proof["verificationMethod"].partition("#")
    key = next((key for key in keys if key.algorithm == EDDSA and key.multibase == name), None)
    if key is None or controller != issuer.get("id"):
        raise NotGenuine(NotGenuine.UNKNOWN_KEY)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    data = _signed_data(unsigned, options)
    try:
        key.verifier.verify(_signature(proof["proofValue"]), data)
    except InvalidSignature as error:
        raise NotGenuine(NotGenuine.ALTERED) from error
    return key


def _signed_data(document: Mapping[str, Any], options: Mapping[str, str]) -> bytes:
    """Return what the signature is over. Source: W3C Data Integrity EdDSA Cryptosuites 1.0, sections 3.2.3 to 3.2.5."""
    canonical_document = canonical(document)
    if not _MOMENT.fullmatch(options["created"]):
        raise NotGenuine(NotGenuine.MALFORMED, "created")
    sample = canonical_options(tuple(document["@context"]), **{**options, "created": _SAMPLE_MOMENT})
    texts = [sample.replace(f'"{_SAMPLE_MOMENT}"', f'"{options["created"]}"'), canonical_document]
    return b"".join(hashlib.sha256(text.encode()).digest() for text in texts)


@lru_cache(maxsize=32)
def canonical_options(contexts: tuple[str, ...], **options: str) -> str:
    """Return the canonical form of a proof's options; kept, since only the moment differs from one to the next."""
    return canonical({"@context": list(contexts), **options})


def _signature(text: str) -> bytes:
    try:
        if not text.startswith("z"):
            raise ValueError("not base58")
        return from_base58(text[1:])
    except ValueError as error:
        raise NotGenuine(NotGenuine.MALFORMED, "proofValue") from error
