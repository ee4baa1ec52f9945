"""Which credentials no longer hold, as one bit each in a list that anybody may fetch."""

import gzip
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from certificates.credentials.addresses import STATUS_LIST_SIZE, issuer_address, status_list_address
from certificates.credentials.badges import moment
from certificates.credentials.errors import NotGenuine
from certificates.credentials.json_ld import CREDENTIALS_V2
from certificates.credentials.multibase import from_base64url, to_base64url


def status_list_document(number: int, ended: Collection[int], *, site_url: str, at: datetime) -> dict[str, Any]:
    """Return a status list, not yet signed. ended: the indexes, in this list, of what no longer holds."""
    address = status_list_address(site_url, number)
    return {
        "@context": [CREDENTIALS_V2],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": issuer_address(site_url)},
        "validFrom": moment(at),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(ended),
        },
    }


def encode_bits(ended: Collection[int]) -> str:
    """Return a list with these bits set; the same bits give the same text."""
    # Source: W3C Bitstring Status List 1.0: index 0 is the leftmost bit; GZIP, then multibase base64url ("u").
    bits = bytearray(STATUS_LIST_SIZE // 8)
    for index in ended:
        bits[index // 8] |= 0x80 >> index % 8
    return "u" + to_base64url(gzip.compress(bytes(bits), mtime=0))


def is_ended(document: Mapping[str, Any], index: int) -> bool:
    """Say whether a status list has this bit set. Raises NotGenuine for what is no list of ours."""
    return bool(_bits(document)[index // 8] & 0x80 >> index % 8)


def ended_in(document: Mapping[str, Any]) -> set[int]:
    """Return the indexes of the bits that a status list has set. Raises NotGenuine for what is no list of ours."""
    found = ((place, byte) for place, byte in enumerate(_bits(document)) if byte)
    return {8 * place + bit for place, byte in found for bit in range(8) if byte & 0x80 >> bit}


def _bits(document: Mapping[str, Any]) -> bytes:
    try:
        text = document["credentialSubject"]["encodedList"]
        return gzip.decompress(from_base64url(text.removeprefix("u")))
    except (KeyError, TypeError, ValueError, OSError, EOFError, AttributeError) as error:
        raise NotGenuine(NotGenuine.MALFORMED) from error
