"""A lesson's HTML as it stands in a folder of files: its pictures beside it, its links leading to what is there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

from courses.offline.saving.pictures import attributes_of, widest

_TAG = re.compile(r"<(a|img)\b([^>]*)>")
_ICON = re.compile(r'<use href="[^"#]*#([\w-]+)"\s*/?>(?:\s*</use>)?')
_SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL)
_FILE_CHOICE = re.compile(r'<li>\s*<a href="([^"]+)"\s+data-play>.*?</li>', re.DOTALL)
_REPLY = re.compile(r"<!--reply ([0-9a-f-]{36})-->")
_ATTRIBUTE = re.compile(r'\s([a-z-]+)="([^"]*)"')
_PLAYED = re.compile(r"\s+data-play\b")
LEFT_OUT = ("srcset", "sizes")


@dataclass(frozen=True)
class Surroundings:
    """What is there beside a page. files: address on the site -> name in the folder; symbols: name -> (view box, shapes)."""

    files: Mapping[str, str]
    symbols: Mapping[str, tuple[str, str]]
    site_url: str


def symbols_in(icons: str) -> dict[str, tuple[str, str]]:
    """Return the symbols of a drawing of icons: name -> (view box, shapes)."""
    return {name: (view_box, shapes) for name, view_box, shapes in _SYMBOL.findall(icons)}


def as_file(html: str, around: Surroundings) -> str:
    """Return HTML of a page with everything that it shows beside it, and every link leading somewhere."""
    html = _FILE_CHOICE.sub(lambda found: found[0] if unescape(found[1]) in around.files else "", html)
    html = _TAG.sub(lambda found: TAGS[found[1]](found, around), html)
    return with_icons_inside(html, around.symbols)


def with_icons_inside(html: str, symbols: Mapping[str, tuple[str, str]]) -> str:
    """Return HTML whose icons need no other file: a page opened from a disk may not read one."""

    def inside(found: re.Match[str]) -> str:
        view_box, shapes = symbols.get(found[1], ("0 0 24 24", ""))
        return f'<svg viewBox="{view_box}">{shapes}</svg>'

    return _ICON.sub(inside, html)


def replies_in(html: str) -> list[str]:
    """Return the keys of the questions that leave room for a reply."""
    return _REPLY.findall(html)


def with_places(html: str) -> str:
    """Return a lesson's HTML with its places for replies named as the program looks for them."""
    return _REPLY.sub(r"<!--here reply-\1-->", html)


def _link(found: re.Match[str], around: Surroundings) -> str:
    def led(address: str) -> str:
        if not address.startswith("/"):
            return address
        parts = urlsplit(address)
        if name := around.files.get(parts.path):
            return f"{name}#{parts.fragment}" if parts.fragment else name
        return f"{around.site_url}{address}"

    return _with(found, "href", led)


def _picture(found: re.Match[str], around: Surroundings) -> str:
    attributes = attributes_of(found[2])
    name = around.files.get(unescape(widest(attributes)))
    if name is None:
        return f"<span>{attributes.get('alt', '')}</span>"
    return _with(found, "src", lambda _address: name)


def _with(found: re.Match[str], name: str, changed: Callable[[str], str]) -> str:
    def kept(attribute: re.Match[str]) -> str:
        if attribute[1] in LEFT_OUT:
            return ""
        if attribute[1] != name:
            return attribute[0]
        return f' {name}="{escape(changed(unescape(attribute[2])))}"'

    return f"<{found[1]}{_PLAYED.sub('', _ATTRIBUTE.sub(kept, found[2]))}>"


TAGS: Mapping[str, Callable[[re.Match[str], Surroundings], str]] = {"a": _link, "img": _picture}
