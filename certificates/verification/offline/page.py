"""The page as one text, and what it carries: keys, and a snapshot of which certificates are no longer valid."""

import base64
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from certificates.credentials.keys import EDDSA
from certificates.credentials.queries import known_keys
from certificates.verification.offline.texts import all_texts
from certificates.verification.queries import MOST_ENDED, ended_certificates
from lms.lib.bundles import lean_style, policy_source

SOURCES = Path(__file__).parent / "sources"
STYLES = ("tokens", "base", "components/button", "components/form", "components/panel", "components/verify")


def compose(*, now: datetime) -> str:
    """Return the page, with all that it needs inside; two queries."""
    texts = all_texts()
    facts = {
        "texts": texts["en"],
        "languages": [(language, words["name"]) for language, words in texts.items()],
        "issuer": settings.CERTIFICATE_ISSUER,
        "data": mark_safe(_as_data(_carried(now))),
        "script": mark_safe(script()),
        "style": mark_safe(style()),
    }
    return render_to_string("certificates/verification/offline.html", facts)


def _carried(now: datetime) -> dict[str, Any]:
    ended = ended_certificates()
    positions: dict[str, list[int]] = {}
    for one in ended:
        positions.setdefault(one.state, []).append(one.position)
    return {
        "site": settings.SITE_URL,
        "issuer": settings.CERTIFICATE_ISSUER,
        "day": now.astimezone(UTC).date().isoformat(),
        # Beyond this number the snapshot is of the latest alone, and has to say so.
        "since": ended[-1].at.astimezone(UTC).date().isoformat() if len(ended) == MOST_ENDED else None,
        "keys": [[key.short_id, key.jwk["x"]] for key in known_keys() if key.algorithm == EDDSA],
        "ended": {state: encode_positions(found) for state, found in sorted(positions.items())},
        "texts": all_texts(),
    }


def encode_positions(positions: Iterable[int]) -> str:
    """Return places on the status lists as text: sorted, each as the step from the one before, in groups of seven bits.

    Ten thousand among a million take 17 kB.
    """
    found, before = bytearray(), 0
    for position in sorted(positions):
        step, before = position - before, position
        while step > 0x7F:
            found.append(step & 0x7F | 0x80)
            step >>= 7
        found.append(step)
    return base64.urlsafe_b64encode(bytes(found)).decode().rstrip("=")


@cache
def script() -> str:
    """Return the page's script: the library, then ours, in one module."""
    library = _lean_script((SOURCES / "noble-ed25519.js").read_text())
    library, exports = library.rsplit("export {", 1)
    assert "verifyAsync" in exports
    return f"{library}{_lean_script((SOURCES / 'check.js').read_text())}"


@cache
def style() -> str:
    sheets = [settings.BASE_DIR / "static" / "css" / f"{name}.css" for name in STYLES]
    return lean_style("\n".join(path.read_text() for path in [*sheets, SOURCES / "page.css"]))


def policy() -> dict[str, list[str]]:
    """Return what the page may do: run its own script, wear its own style, keep itself; nothing else."""
    return {
        "default-src": ["'none'"],
        "script-src": [policy_source(script())],
        "style-src": [policy_source(style())],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }


def _lean_script(text: str) -> str:
    """Return a script without comments that have lines of their own, blank lines and indentation."""
    text = re.sub(r"^[ \t]*/\*\*.*?\*/[ \t]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _as_data(value: Any) -> str:
    """Return JSON that can stand inside a script element, whatever is in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
