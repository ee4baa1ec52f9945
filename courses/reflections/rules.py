import hashlib
import re

LONGEST = 5_000  # characters

# What the lesson's block leaves where a reply belongs; rich text cannot hold a comment, so nobody can write one.
_PLACE = re.compile(r"<!--reply ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-->")


def split_at_places(html: str) -> list[str]:
    """Return a lesson's HTML cut where replies belong: HTML, key of a question, HTML, key ..., HTML."""
    return _PLACE.split(html)


def with_plain_line_ends(text: str) -> str:
    """Return a text as its writer counted it: browsers send each line end as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def name_of(text: str) -> str:
    """Return a name for a text by which a device says that it was based on it, where it cannot know its version."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
