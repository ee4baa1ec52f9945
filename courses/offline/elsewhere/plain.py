"""The text of a lesson as a mail without pictures has it."""

import re
import textwrap
from urllib.parse import urljoin

from lxml import html

from courses.offline.elsewhere.parsing import parsed

WIDTH = 76  # characters of a line. Source: RFC 5322, 2.1.1: at most 78.
PARAGRAPHS = {"p", "summary", "figcaption", "dt", "dd", "pre", "blockquote"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = PARAGRAPHS | HEADINGS | {"div", "section", "details", "figure", "ol", "ul", "li", "dl", "table", "tr", "aside"}


def as_plain_text(text: str, *, site: str) -> str:
    """Return the HTML of a lesson as paragraphs, lists and rows of plain text. site: what addresses on it begin with."""
    return "\n\n".join(_blocks(parsed(text), site, "")) + "\n"


def _blocks(element: html.HtmlElement, site: str, lead: str) -> list[str]:
    """Return the paragraphs of an element; lead: what stands before the first line of each."""
    found: list[str] = []
    running = [element.text or ""]

    def end_paragraph() -> None:
        if said := _joined(running):
            found.append(_wrapped(said, lead))
        running.clear()

    for child in element:
        if child.tag in BLOCKS:
            end_paragraph()
            found += _block(child, site, lead)
        else:
            running.append(_said(child, site))
        running.append(child.tail or "")
    end_paragraph()
    return found


def _block(element: html.HtmlElement, site: str, lead: str) -> list[str]:
    if element.tag in HEADINGS:
        words = _joined([_inside(element, site)])
        return [f"{words}\n{('=' if element.tag in ('h1', 'h2') else '-') * min(len(words), WIDTH)}"] if words else []
    if element.tag == "tr":
        return [_wrapped(" | ".join(_joined([_inside(cell, site)]) for cell in element), lead)]
    if element.tag in ("ol", "ul"):
        items = [one for one in element if one.tag == "li"]
        marks = (f"{place}. " if element.tag == "ol" else "- " for place in range(1, len(items) + 1))
        return ["\n".join("\n".join(_blocks(one, site, lead + mark)) for mark, one in zip(marks, items, strict=True))]
    return _blocks(element, site, lead)


def _said(element: html.HtmlElement, site: str) -> str:
    if element.tag == "br":
        return "\n"
    if element.tag == "img":
        return f"[{element.get('alt', '')}]" if element.get("alt") else ""
    words, target = _inside(element, site), element.get("href", "")
    is_elsewhere = element.tag == "a" and target and not target.startswith("#")
    return f"{words} <{urljoin(site, target)}>" if is_elsewhere else words


def _inside(element: html.HtmlElement, site: str) -> str:
    return (element.text or "") + "".join(_said(child, site) + (child.tail or "") for child in element)


def _joined(parts: list[str]) -> str:
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def _wrapped(words: str, lead: str) -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
