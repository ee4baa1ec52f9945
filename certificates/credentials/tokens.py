"""The same credential as a signed token (VC-JWT), for programs that read only that form."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import jwt

from certificates.credentials.errors import NotGenuine
from certificates.credentials.keys import RS256, KeyPair, PublicKey

LONGEST = 50_000


def credential_jwt(document: Mapping[str, Any], key: KeyPair, *, key_address: str) -> str:
    """Return a credential without proof as a token; the same credential and key give the same token.

    key_address: where the public half is found as a JWK.
    """
    # Source: Open Badges 3.0, JSON Web Token Proof Format: these four claims say the same as the credential's own members.
    claims = {
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "nbf": int(datetime.fromisoformat(document["validFrom"]).timestamp()),
        "sub": document["credentialSubject"]["id"],
    }
    return jwt.encode({**document, **claims}, key.private, algorithm=RS256, headers={"kid": key_address})


def verify_jwt(token: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the credential that a token holds, if one of our keys signed it. Raises NotGenuine."""
    if len(token) > LONGEST:
        raise NotGenuine(NotGenuine.MALFORMED)
    try:
        address = str(jwt.get_unverified_header(token).get("kid"))
        name = address.rpartition("/")[2].removesuffix(".json")
        key = next((key for key in keys if key.algorithm == RS256 and key.name == name), None)
        if key is None:
            raise NotGenuine(NotGenuine.UNKNOWN_KEY)
        return jwt.decode(token, key.verifier, algorithms=[RS256], options={"verify_nbf": False})
    except jwt.InvalidSignatureError as error:
        raise NotGenuine(NotGenuine.ALTERED) from error
    except (jwt.InvalidTokenError, RecursionError) as error:
        raise NotGenuine(NotGenuine.MALFORMED) from error
