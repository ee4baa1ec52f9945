"""What a file that somebody was given is to us: one that we issued, unchanged, or not.

A file is compared with what the register keeps, byte by byte or value by value. Nothing in it is followed, unpacked or drawn,
so it may be whatever it likes.
"""

import base64
import json
import re
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any

from django.core.files.storage import storages

from certificates.credentials.baking import read_baked
from certificates.credentials.errors import NotGenuine
from certificates.issuing import rules
from certificates.issuing.models import Certificate, Credential
from certificates.verification.queries import certificate_in_public

LARGEST = 2_000_000  # bytes of a file; ours are below 200 kB
LARGEST_RECORD = 100_000  # bytes of a credential, as JSON or token; ours are below 10 kB

_ADDRESS = re.compile(r"/certificates/(?P<serial>[0-9A-Z]{12})\.json\Z")
_TOKEN = re.compile(r"[\w-]+\.(?P<payload>[\w-]+)\.[\w-]+", re.ASCII)


class Finding(Enum):
    UNCHANGED = "unchanged"  # the file as we issued it
    RECORD_UNCHANGED = "record-unchanged"  # a picture of somebody else's making, or changed, with our credential inside
    CHANGED = "changed"  # names a certificate of ours and is not what we issued of it
    UNKNOWN = "unknown"  # nothing of ours


@dataclass(frozen=True)
class Found:
    """certificate: the one that the file belongs to or names; None if unknown."""

    finding: Finding
    certificate: Certificate | None = None


def look_at(data: bytes) -> Found:
    """Say what a PDF, a PNG picture, or a credential as JSON or token is to us; a few queries, whatever it holds."""
    certificate = Certificate.objects.exclude(file_sha256="").filter(file_sha256=sha256(data).hexdigest()).first()
    if certificate:
        return Found(Finding.UNCHANGED, certificate)
    try:
        record, is_picture = read_baked(data), True
    except NotGenuine:
        record, is_picture = data[: LARGEST_RECORD + 1].decode(errors="replace"), False
    if len(record) > LARGEST_RECORD:
        return Found(Finding.UNKNOWN)
    found = _look_at_record(record.strip())
    is_whole = not is_picture or found.certificate is None or data == _picture_of(found.certificate)
    if found.finding == Finding.UNCHANGED and not is_whole:
        return Found(Finding.RECORD_UNCHANGED, found.certificate)
    return found


def _look_at_record(record: str) -> Found:
    token = _TOKEN.fullmatch(record)
    document = _read_json(_decoded(token["payload"]) if token else record)
    named = _ADDRESS.search(str(document.get("id", "")))
    certificate = certificate_in_public(named["serial"]) if named else None
    credential = Credential.objects.filter(certificate=certificate).first() if certificate else None
    if credential is None:  # also of what was withdrawn: there is nothing left to compare with
        return Found(Finding.UNKNOWN)
    is_same = record == credential.token if token else document == json.loads(credential.document)
    return Found(Finding.UNCHANGED if is_same else Finding.CHANGED, certificate)


def _decoded(payload: str) -> str:
    """Return the text of the middle part of a token, which says what it is about; "" if it is none."""
    try:
        return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    except ValueError:
        return ""


def _read_json(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _picture_of(certificate: Certificate) -> bytes:
    """Return the picture that we made of a certificate to be shared; nothing if nobody has asked for it yet."""
    storage, name = storages["private"], rules.picture_name(certificate.file_sha256, "png")
    if not certificate.file_sha256 or not storage.exists(name):
        return b""
    with storage.open(name) as file:
        return file.read()
