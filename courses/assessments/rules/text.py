"""How typed text is read before it is marked: what a keyboard, a phone or a word processor adds is no part of an answer."""

import re
import unicodedata
from typing import Any

from courses.assessments.rules.marks import Reason

# Signs that stand for another in what people type or paste, each with the one that is meant.
_MEANT = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－⁃", "-"),
        **dict.fromkeys("→➔➙➛➜➝➞➡⟶⇒⇨›＞﹥", ">"),
        **dict.fromkeys("∗＊⁎﹡✱", "*"),
        **dict.fromkeys("‘’‚′＇ʼ", "'"),
        **dict.fromkeys("“”„″＂", '"'),
        **dict.fromkeys("⁄∕", "/"),
    }
)
_TYPED_ARROW = re.compile(r"[-=]{1,3}>|&gt;")


def has_control_characters(text: str) -> bool:
    """Say whether the text holds characters that no key writes (lone halves of a pair included)."""
    text = text.strip()
    return not text.isprintable() and any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def refusal_of(answer: Any, longest: int) -> Reason | None:
    """Return why an answer cannot be read as a line of typed text of at most so many characters; None if it can."""
    if answer is None:
        return Reason("no-answer")
    if not isinstance(answer, str) or has_control_characters(answer):
        return Reason("answer-of-another-kind")
    if len(answer) > longest:
        return Reason("answer-too-long")
    return None if as_meant(answer) else Reason("no-answer")


def as_meant(text: str) -> str:
    """Return the text with plain dashes, arrows, quotes and digits, single spaces, and nothing invisible."""
    if not text.isascii():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
        text = unicodedata.normalize("NFKC", text.translate(_MEANT))
        text = text.replace("⁄", "/").replace("−", "-")  # what became of ½ and of a raised minus
    return " ".join(_TYPED_ARROW.sub(">", text).split())


def shown(text: str, longest: int = 60) -> str:
    """Return typed text as it can be quoted back: one line, printable, cut at a length."""
    line = " ".join("".join(character if character.isprintable() else " " for character in text[: 4 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
