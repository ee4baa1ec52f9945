import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Protocol

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


class Drawable(Protocol):
    """What an ideogram is drawn of: a lesson or a quiz, as long as it takes."""

    @property
    def kind(self) -> str: ...
    @property
    def minutes(self) -> int: ...
    @property
    def is_done(self) -> bool: ...
    @property
    def is_current(self) -> bool: ...


IDEOGRAM_LENGTH = 240.0  # the width of the drawing's coordinates, whatever size it is shown at


@dataclass(frozen=True)
class Band:
    """One band of an ideogram: its shade (a CSS class), where it begins and how wide it is, of IDEOGRAM_LENGTH."""

    shade: str
    x: float
    width: float


@dataclass(frozen=True)
class Ideogram:
    """A course drawn as a chromosome. waist: where the chromosome narrows, or None."""

    bands: tuple[Band, ...]
    waist: float | None


def draw_ideogram(steps: Sequence[Drawable], *, shows_progress: bool) -> Ideogram:
    """Return one band per lesson and quiz, as wide as it is long; the waist stands at the end of a module.

    Shades tell quizzes (darkest) from lessons, or, when progress is shown, what is done, where one is and what is to come.
    """
    total = sum(max(step.minutes, 1) for step in steps)
    shades = _step_shades(steps, shows_progress=shows_progress)
    edges: list[float] = [0.0]
    bands = []
    for step, shade in zip(steps, shades, strict=True):
        edges.append(edges[-1] + IDEOGRAM_LENGTH * max(step.minutes, 1) / total)
        start, end = round(edges[-2], 1), round(edges[-1], 1)
        bands.append(Band(shade=shade, x=start, width=round(end - start, 1)))
    ends_of_modules = [n for n, step in enumerate(steps, start=1) if step.kind == "quiz" and n < len(steps)]
    middle = IDEOGRAM_LENGTH * 0.4  # most human chromosomes have a short and a long arm
    waists = [edges[n] for n in ends_of_modules or range(1, len(steps))]
    waist = min(waists, key=lambda x: abs(x - middle), default=None)
    return Ideogram(bands=tuple(bands), waist=None if waist is None else round(waist, 1))


def _step_shades(steps: Sequence[Drawable], *, shows_progress: bool) -> list[str]:
    shades = []
    for n, step in enumerate(steps):
        if not shows_progress:
            shades.append("k4" if step.kind == "quiz" else ("k2", "k3", "k1")[n % 3])
        elif step.is_current:
            shades.append("now")
        elif step.is_done:
            shades.append(("k3", "k4")[n % 2])
        else:
            shades.append(("todo", "todo-2")[n % 2])
    return shades


# Where a term may be marked: in running text, not in headings, links, tables, figures or boxes.
_RUNNING = ("<p>", "<li>")
_BOXES = {"a", "aside", "button", "code", "details", "div", "figure", "pre", "section", "svg", "table"}
_TAG = re.compile(r"(<[^>]*>)")
_VOID = {"img", "br", "hr", "input", "wbr"}
_ABBREVIATED = re.compile(r"^(?P<name>.+?)\s*\((?P<short>[^()]+)\)$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # scripts that put no space between words


@dataclass(frozen=True)
class MarkedText:
    """HTML in which terms are marked, and the keys of those it holds, in order."""

    html: str
    keys: tuple[str, ...]


def mark_terms(html: str, terms: Mapping[str, str]) -> MarkedText:
    """Return the HTML with the first mention of each term made a button that opens the note `term-<key>`.

    terms: key -> term as the glossary writes it, such as "Adeno-associated virus (AAV)": either name is a mention.
    """
    key_of = {name.casefold(): key for key, term in terms.items() for name in _names_of(term)}
    if not key_of:
        return MarkedText(html, ())
    pattern = re.compile(
        "|".join(_mention(name) for name in sorted(key_of, key=lambda name: (-len(name), name))), re.IGNORECASE
    )
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        key = key_of.get(unescape(match[0]).casefold())
        if key is None or key in found:
            return match[0]
        found.append(key)
        return f'<button class="term" type="button" popovertarget="term-{key}">{match[0]}</button>'

    parts: list[str] = []
    open_tags: list[str] = []
    for n, part in enumerate(_TAG.split(html)):
        if n % 2:  # every second part is a tag
            if part.startswith("</"):
                while open_tags and _name(open_tags.pop()) != _name(part):
                    pass
            elif _name(part) not in _VOID and not part.endswith("/>"):
                open_tags.append(part)
            parts.append(part)
        else:
            is_boxed = any(_name(tag) in _BOXES for tag in open_tags)
            is_running = not is_boxed and any(tag in _RUNNING for tag in open_tags)
            parts.append(pattern.sub(mark, part) if is_running else part)
    return MarkedText("".join(parts), tuple(found))


def _name(tag: str) -> str:
    return re.sub(r"\W", "", tag.split()[0])


def _names_of(term: str) -> list[str]:
    both = _ABBREVIATED.match(term)
    return [both["name"], both["short"]] if both else [term]


def _mention(name: str) -> str:
    before = "" if _CJK.match(name[0]) else r"(?<!\w)"
    after = "" if _CJK.match(name[-1]) else r"(?!\w)"
    return before + re.escape(escape(name, quote=False)) + after
