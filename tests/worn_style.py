"""The one style element that a page may have, which its policy names by a hash."""

import re


def without_style(html: str) -> str:
    """Return a page without it: what it says, and every other style that may have crept in."""
    return re.sub(r"<style>.*?</style>", "", html, count=1, flags=re.DOTALL)
