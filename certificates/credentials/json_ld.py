"""The canonical form of a document, which is what a signature covers; what it could not cover is refused."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from pyld import jsonld

from certificates.credentials.errors import NotGenuine

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DID_V1 = "https://www.w3.org/ns/did/v1"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"

PINNED = {
    CREDENTIALS_V2: "credentials-v2.json",
    OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
    DID_V1: "did-v1.json",
    MULTIKEY_V1: "security-multikey-v1.json",
}
_FOLDER = Path(__file__).parent / "pinned"
DEEPEST = 12  # ours have 5

# PyLD keeps resolved contexts in a cache that threads must not share.
_canonising = Lock()


def canonical(document: Mapping[str, Any]) -> str:
    """Return the document as canonical N-Quads. Raises NotGenuine where any of it would be left out of them.

    PyLD has no safe mode: it drops what the contexts do not define, so that a stranger could add it to a signed document.
    """
    # No base, or PyLD would make up an address for a relative name.
    options = {"documentLoader": load_pinned, "base": None}
    # Source: W3C RDF Dataset Canonicalization 1.0 (RDFC-1.0, once named URDNA2015; what PyLD does unasked is older still).
    form = {**options, "algorithm": "URDNA2015", "format": "application/n-quads"}
    _refuse_what_is_lost(document)
    try:
        with _canonising:
            expanded = jsonld.expand(document, options, _refuse_property)
            for name in _names(expanded):
                # In RDF a relative name, and a blank one for a property, is left out.
                if ":" not in name or name.startswith("_:"):
                    raise NotGenuine(NotGenuine.UNDEFINED, name)
            return jsonld.normalize(expanded, form)
    except jsonld.JsonLdError as error:
        raise NotGenuine(NotGenuine.MALFORMED, error.code or error.type) from error
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        # What PyLD stumbles over when a member is of another kind than its term asks for.
        raise NotGenuine(NotGenuine.MALFORMED, type(error).__name__) from error


def load_pinned(url: str, options: object = None) -> dict[str, Any]:
    """Return a context as PyLD wants it: one of ours, never one from the network."""
    if url not in PINNED:
        raise jsonld.JsonLdError("a context that is not pinned", "jsonld.LoadDocumentError", {"url": url})
    return {"contextUrl": None, "documentUrl": url, "document": pinned(url), "tag": "static"}


@cache
def pinned(url: str) -> dict[str, Any]:
    """Return the text of a pinned context, parsed."""
    return json.loads((_FOLDER / PINNED[url]).read_bytes())


def _refuse_what_is_lost(document: Mapping[str, Any]) -> None:
    """Allow only plain members: no context but pinned ones at the top, no keywords, nothing empty."""
    contexts = document.get("@context")
    if not (
        isinstance(contexts, list) and contexts and all(isinstance(one, str) and one in PINNED for one in contexts)
    ):
        raise NotGenuine(NotGenuine.UNDEFINED, "@context")
    for name, value in document.items():
        if name != "@context":
            _refuse_in_member(name, value, DEEPEST)


def _refuse_in_member(name: str, value: Any, depth: int) -> None:
    if "@" in name or not depth:
        raise NotGenuine(NotGenuine.UNDEFINED, name)
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and one:
            for inner, its_value in one.items():
                _refuse_in_member(inner, its_value, depth - 1)
        elif one in (None, {}) or isinstance(one, list | float):  # of numbers with a fraction there are many spellings
            raise NotGenuine(NotGenuine.UNDEFINED, name)
    if value == []:
        raise NotGenuine(NotGenuine.UNDEFINED, name)


def _refuse_property(name: str | None) -> None:
    raise NotGenuine(NotGenuine.UNDEFINED, name or "")


def _names(expanded: Any) -> Iterator[str]:
    """Yield every property, type and id of an expanded document."""
    if isinstance(expanded, list):
        for one in expanded:
            yield from _names(one)
    elif isinstance(expanded, dict) and "@value" not in expanded:
        for name, value in expanded.items():
            if name == "@type":
                yield from value
            elif name == "@id":
                yield value
            else:
                if not name.startswith("@"):
                    yield name
                yield from _names(value)
