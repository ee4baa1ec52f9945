"""Where the public documents of an issuer are found: a credential names them, so they never change."""

from urllib.parse import quote, urlsplit

# Source: W3C Bitstring Status List 1.0, the least length, so that one bit hides among many.
STATUS_LIST_SIZE = 131_072


def issuer_address(site_url: str) -> str:
    """Return the address of the issuer's profile, which is also its identity in every credential."""
    return f"{site_url}/certificates/issuer.json"


def issuer_did(site_url: str) -> str:
    # Source: did:web Method Specification; the colon before a port is percent-encoded.
    return f"did:web:{quote(urlsplit(site_url).netloc, safe='')}"


def credential_address(site_url: str, serial: str) -> str:
    return f"{site_url}/certificates/{serial}.json"


def key_address(site_url: str, name: str) -> str:
    return f"{site_url}/certificates/keys/{name}.json"


def status_list_address(site_url: str, number: int) -> str:
    return f"{site_url}/certificates/status/{number}.json"
