"""What makes a colour readable, and which accreditation covers a day."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol

PAPER = "#fdfefc"
READABLE = 4.5  # Source: WCAG 2.2, 1.4.3 Contrast (Minimum)
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Covering(Protocol):
    text: str
    valid_from: date
    valid_until: date


def is_colour(text: str) -> bool:
    return bool(_COLOUR.fullmatch(text))


def contrast(colour: str, other: str) -> float:
    """Return how far apart two colours are in light, from 1 to 21."""
    # Source: WCAG 2.2, contrast ratio.
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def text_on(day: date, accreditations: Iterable[Covering]) -> str:
    """Return the exact texts of the accreditations that cover a day, "" for none."""
    covering = [one for one in accreditations if one.valid_from <= day <= one.valid_until]
    return " ".join(one.text for one in sorted(covering, key=lambda one: one.text))


def _luminance(colour: str) -> float:
    shares = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
