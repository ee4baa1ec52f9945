"""The pictures of a text: which file of each is kept, and what that is called where it is stored."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from django.conf import settings

_ATTRIBUTE = re.compile(r'\s([a-z-]+)="([^"]*)"')


def attributes_of(tag: str) -> dict[str, str]:
    """Return the attributes of a tag as they are written: name -> value."""
    return dict(_ATTRIBUTE.findall(tag))


def widest(attributes: Mapping[str, str]) -> str:
    """Return the address of the widest file of a picture, which is kept in place of the others; "" if it has none."""
    offered = [one.split() for one in attributes.get("srcset", "").split(",") if one.strip()]
    return offered[-1][0] if offered else attributes.get("src", "")


def stored_name(url: str) -> str:
    """Return what a file with an address of ours is called in the public storage."""
    return unquote(url.removeprefix(settings.MEDIA_URL))
