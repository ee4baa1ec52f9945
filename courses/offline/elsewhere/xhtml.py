"""The text of a lesson as XHTML that a reading app shows: no scripts, no forms, no icons, its pictures beside it."""

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from courses.offline.elsewhere.parsing import parsed
from courses.offline.saving.pictures import widest

KEPT = {
    *(
        "class",
        "lang",
        "dir",
        "alt",
        "width",
        "height",
        "colspan",
        "rowspan",
        "scope",
        "start",
        "reversed",
        "type",
        "open",
    ),
    *("cite", "datetime", "role", "aria-label"),
}
ID = re.compile(r"[A-Za-z_][\w.-]*")
SCHEMES = {"http", "https", "mailto"}

PictureNamed = Callable[[str], str | None]  # an address on the site -> the file beside the text, or None


def as_xhtml(text: str, *, site: str, picture_named: PictureNamed) -> str:
    """Return the HTML of a lesson as well-formed XHTML, in one div.

    site: what addresses on the site begin with. A picture without a file becomes what it stands for, in words.
    """
    root = parsed(text)
    for element in list(root.iter("picture", "source")):
        element.drop_tag()
    for element in list(root.iter("img")):
        _beside(element, picture_named)
    for element in list(root.iter("button")):
        _as_link(element)
    ids = _ids(root)
    for element in root.iter():
        _clean(element, ids, site)
    return etree.tostring(root, encoding="unicode", method="xml")


def _beside(image: html.HtmlElement, picture_named: PictureNamed) -> None:
    """Point a picture to its file, or put its words in its place."""
    name = picture_named(widest(image.attrib))
    if name:
        image.set("src", name)
        return
    words = html.Element("em")
    words.text, words.tail = image.get("alt", ""), image.tail
    image.getparent().replace(image, words)


def _as_link(button: html.HtmlElement) -> None:
    """Make the mention of a term lead to what it means; any other button goes, with its words."""
    if not (note := button.get("popovertarget")):
        button.drop_tree()
        return
    button.tag = "a"
    button.attrib.clear()
    button.set("href", f"#{note}")


def _ids(root: html.HtmlElement) -> set[str]:
    """Return the ids that stand once and are ones in XML; others are taken off."""
    found: set[str] = set()
    for element in root.iter():
        name = element.get("id")
        if name is not None and (name in found or not ID.fullmatch(name)):
            del element.attrib["id"]
        elif name is not None:
            found.add(name)
    return found


def _clean(element: html.HtmlElement, ids: set[str], site: str) -> None:
    for name in list(element.attrib):
        is_address = (element.tag, name) in {("a", "href"), ("img", "src")}
        if name not in KEPT and name != "id" and not is_address:
            del element.attrib[name]
    if element.tag == "a":
        _lead_on(element, ids, site)
    if "type" in element.attrib and element.tag != "ol":
        del element.attrib["type"]


def _lead_on(link: html.HtmlElement, ids: set[str], site: str) -> None:
    """Have a link lead into the text or to the site; one that leads nowhere is no link."""
    target = link.get("href", "")
    if target.startswith("#"):
        if target[1:] not in ids:
            del link.attrib["href"]
        return
    try:
        whole = urljoin(site, target)
        is_followed = urlsplit(whole).scheme in SCHEMES
    except ValueError:
        is_followed = False
    if not target or not is_followed:
        link.attrib.pop("href", None)
    else:
        link.set("href", whole)
