"""A few facts of a certificate, signed, short enough to stand behind the address in its square code."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature

from certificates.award import Award
from certificates.credentials.errors import NotGenuine
from certificates.credentials.keys import EDDSA, KeyPair, PublicKey
from certificates.credentials.multibase import from_base64url, to_base64url

VERSION = "1"
LONGEST_TEXT = 120  # bytes; a longer name or title is cut, so that the code stays easy to photograph
LONGEST = 1_000


@dataclass(frozen=True)
class Statement:
    """What a square code says by itself. name and course_title may end in "…", where they were cut."""

    serial: str
    status_position: int
    completed_on: date
    name: str
    course_title: str
    kind: str


def make_statement(award: Award, status_position: int, key: KeyPair) -> str:
    """Return the statement of an award, signed: version, key, payload and signature, joined by full stops."""
    facts = [
        award.serial,
        status_position,
        award.completed_on.isoformat(),
        shorten(award.name),
        shorten(award.course_title),
        award.result,
    ]
    payload = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    signed = f"{VERSION}.{key.public.short_id}.{to_base64url(payload)}"
    return f"{signed}.{to_base64url(key.private.sign(signed.encode()))}"


def read_statement(text: str, keys: Iterable[PublicKey]) -> Statement:
    """Return what a statement says, if one of our keys signed it. Raises NotGenuine."""
    signed, _, signature = text.rpartition(".")
    version, _, rest = signed.partition(".")
    short_id, _, payload = rest.partition(".")
    if version != VERSION or not text.isascii() or len(text) > LONGEST:
        raise NotGenuine(NotGenuine.MALFORMED)
    candidates = [key for key in keys if key.algorithm == EDDSA and key.short_id == short_id]
    if not candidates:
        raise NotGenuine(NotGenuine.UNKNOWN_KEY)
    try:
        sealed = from_base64url(signature)
        if not any(_holds(key, sealed, signed.encode()) for key in candidates):
            raise NotGenuine(NotGenuine.ALTERED)
        serial, position, completed_on, name, course_title, kind = json.loads(from_base64url(payload))
        return Statement(serial, position, date.fromisoformat(completed_on), name, course_title, kind)
    except (ValueError, TypeError) as error:
        raise NotGenuine(NotGenuine.MALFORMED) from error


def shorten(text: str) -> str:
    """Return a text of at most LONGEST_TEXT bytes, cut between characters."""
    if len(text.encode()) <= LONGEST_TEXT:
        return text
    return text.encode()[: LONGEST_TEXT - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _holds(key: PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verifier.verify(signature, data)
    except InvalidSignature:
        return False
    return True
