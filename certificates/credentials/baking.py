"""A credential inside a PNG picture, where programs for badges look for it."""

import struct
import zlib
from collections.abc import Iterator

from certificates.credentials.errors import NotGenuine

KEYWORD = b"openbadgecredential"  # Source: Open Badges 3.0, Baked Badge: one uncompressed iTXt chunk of this name
LARGEST = 500_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Source: PNG (Third Edition), iTXt: keyword, compression flag and method, language and translated keyword (both empty).
_HEAD = KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0"


def bake(png: bytes, text: str) -> bytes:
    """Return the picture with the credential in it, as JSON or token; every other byte of it stays."""
    end_of_header = next(end for kind, _, _, end in _chunks(png) if kind == b"IHDR")
    others = b"".join(
        png[start:end] for kind, data, start, end in _chunks(png) if start >= end_of_header and not _is_ours(kind, data)
    )
    return png[:end_of_header] + _chunk(b"iTXt", _HEAD + text.encode()) + others


def read_baked(png: bytes) -> str:
    """Return the credential inside a picture. Raises NotGenuine if there is none, or more than one."""
    found = [data for kind, data, _, _ in _chunks(png) if _is_ours(kind, data)]
    if len(found) != 1 or not found[0].startswith(_HEAD):
        raise NotGenuine(NotGenuine.MALFORMED)
    try:
        return found[0][len(_HEAD) :].decode()
    except UnicodeDecodeError as error:
        raise NotGenuine(NotGenuine.MALFORMED) from error


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes, int, int]]:
    """Yield kind, data, start and end of each chunk. Raises NotGenuine for what is no PNG."""
    if not png.startswith(_SIGNATURE) or png[12:16] != b"IHDR":
        raise NotGenuine(NotGenuine.MALFORMED)
    start = len(_SIGNATURE)
    while start < len(png):
        if start + 12 > len(png):
            raise NotGenuine(NotGenuine.MALFORMED)
        (length,) = struct.unpack_from(">I", png, start)
        kind, end = png[start + 4 : start + 8], start + 12 + length
        data = png[start + 8 : end - 4]
        if end > len(png) or struct.pack(">I", zlib.crc32(kind + data)) != png[end - 4 : end]:
            raise NotGenuine(NotGenuine.MALFORMED)
        yield kind, data, start, end
        if kind == b"IEND":
            return
        start = end


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_ours(kind: bytes, data: bytes) -> bool:
    return kind == b"iTXt" and data.startswith(KEYWORD + b"\0")
