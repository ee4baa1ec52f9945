"""What people write about where they work: plain text of a bounded length, in any script."""

import unicodedata

SHORTEST_SENTENCE, LONGEST_SENTENCE = 10, 300  # characters; ten say it in Chinese
SHORTEST_APPEAL, LONGEST_APPEAL = 10, 1000

# Persian and Indic scripts are written with the joiners; the marks of direction help where Arabic meets Latin.
WRITTEN_WITH = "\u200c\u200d\u200e\u200f\u061c"
# Invisible, harmless, and often copied along: taken out without a word.
STRAY = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad"))


def tidied(text: str) -> str:
    """Return a text composed (NFC), without stray invisible characters, with single spaces, on one line."""
    return " ".join(unicodedata.normalize("NFC", text.translate(STRAY)).split())


def tidied_lines(text: str) -> str:
    """Return a text tidied line by line; of empty lines in a row one is left."""
    lines = [tidied(line) for line in text.splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip("\n")


def has_hidden(text: str) -> bool:
    """Say whether a tidied text holds what nobody sees: controls, overrides of direction, characters that are none."""
    return any(
        unicodedata.category(character)[0] == "C" and character not in WRITTEN_WITH and character != "\n"
        for character in text
    )


def is_plain(text: str, *, shortest: int, longest: int) -> bool:
    """Say whether a tidied text is neither too short nor too long, and all of it can be seen."""
    return shortest <= len(text) <= longest and not has_hidden(text)
