import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

_CITATION = re.compile(r"\[@([\w-]+(?:\s*;\s*@[\w-]+)*)\]")
_VERBATIM = re.compile(r"(<code>.*?</code>|<[^>]*>)", re.DOTALL)
_CELL_MARK = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\*\*(?P<bold>[^*]+)\*\*"
    # A star allele (*1/*2, HLA-B*57:01) is no italics: those begin with a letter and stand free.
    r"|(?<![\w*])\*(?P<italic>[^\W\d][^*]*)\*(?![\w*])"
)
# Letters of the Latin script with what joins them in names such as c.35delG, HLA-B*57:01 or "Genomic Medicine Alliance".
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ .:_>/*+=-]{0,2}[A-Za-z0-9]+)*(?:\([A-Za-z0-9=]+\))?")
_ENTITY = re.compile(r"(&#?\w+;)")


def citation_keys(text: str) -> list[str]:
    """Return the reference keys cited in a text, in order, as often as they are cited."""
    return [key.strip().removeprefix("@") for match in _CITATION.finditer(text) for key in match[1].split(";")]


def number_citations(texts: Iterable[str]) -> dict[str, int]:
    """Return reference key -> number, counted from 1 in order of first citation."""
    numbers: dict[str, int] = {}
    for text in texts:
        for key in citation_keys(text):
            numbers.setdefault(key, len(numbers) + 1)
    return numbers


def link_citations(html: str, numbers: Mapping[str, int]) -> str:
    """Return the HTML with each [@key] made a numbered link to the reference list (ids ref-1, ref-2 ...).

    A key without a number is shown as it is written; what stands in <code> is left alone.
    """

    def link(match: re.Match[str]) -> str:
        keys = citation_keys(match[0])
        if not any(key in numbers for key in keys):
            return match[0]
        return " ".join(f'<a href="#ref-{numbers[key]}">[{numbers[key]}]</a>' for key in keys if key in numbers)

    return _in_text(html, lambda text: _CITATION.sub(link, text))


def isolate_latin(html: str) -> str:
    """Return the HTML with words in Latin letters isolated, so that they keep their order in right-to-left text."""

    def isolate(text: str) -> str:
        parts = _ENTITY.split(text)
        return "".join(part if n % 2 else _LATIN.sub(r"<bdi>\g<0></bdi>", part) for n, part in enumerate(parts))

    return _in_text(html, isolate)


def cell_html(text: str) -> str:
    """Return the HTML of a table cell in which `code`, **bold** and *italic* are marked."""

    def mark(match: re.Match[str]) -> str:
        tag = {"code": "code", "bold": "b", "italic": "i"}[str(match.lastgroup)]
        return f"<{tag}>{match[str(match.lastgroup)]}</{tag}>"

    return _CELL_MARK.sub(mark, escape(text, quote=False))


def _in_text(html: str, change: Callable[[str], str]) -> str:
    # With one group in the pattern, every second part is a tag or a <code> element.
    return "".join(part if n % 2 else change(part) for n, part in enumerate(_VERBATIM.split(html)))
