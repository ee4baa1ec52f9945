import re

from lxml import html

# What only works on the site; what it held besides words has no meaning elsewhere.
DROPPED = {
    *(
        "script",
        "style",
        "form",
        "input",
        "textarea",
        "select",
        "template",
        "svg",
        "audio",
        "video",
        "iframe",
        "object",
    ),
}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parsed(text: str) -> html.HtmlElement:
    """Return the HTML of a lesson as one div, without comments and what only works on the site."""
    root = html.fragment_fromstring(NOT_IN_XML.sub("", text), create_parent="div")
    for element in list(root.iterdescendants()):
        if not isinstance(element.tag, str) or element.tag in DROPPED:
            element.drop_tree()
    return root
