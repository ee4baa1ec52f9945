"""What a person's name may be made of: any script, nothing that would deceive on a certificate."""

import unicodedata

JOINERS = "\u200c\u200d"  # Persian and Indic names are spelt with them
# Invisible, harmless, and often copied along with a name: taken out without a word.
STRAY = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\ufeff\u00ad"))
MAX_MARKS = 5  # marks on one letter; Tibetan, Hebrew and Vietnamese need three


def normalise_name(name: str) -> str:
    """Return a name composed (NFC), without stray invisible characters, with single spaces."""
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in name)
    return " ".join(filter(None, unicodedata.normalize("NFC", spaced.translate(STRAY)).split(" ")))


def forbidden_characters(name: str) -> list[str]:
    """Return the characters of a normalised name that no name has: controls, overrides of direction, symbols, emoji."""
    return sorted({character for place, character in enumerate(name) if not _may_stand(name, place)})


def has_letter(name: str) -> bool:
    return any(unicodedata.category(character)[0] == "L" for character in name)


def has_piled_marks(name: str) -> bool:
    """Say whether marks are piled on one letter until they cover the lines around."""
    marks = 0
    for character in name:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks > MAX_MARKS:
            return True
    return False


def _may_stand(name: str, place: int) -> bool:
    character = name[place]
    if character in JOINERS:  # between letters only, where they decide how these join
        return 0 < place < len(name) - 1 and all(
            unicodedata.category(neighbour)[0] in "LM" for neighbour in (name[place - 1], name[place + 1])
        )
    kind = unicodedata.category(character)
    return kind[0] in "LMP" or kind == "Nd" or character in " `´"
