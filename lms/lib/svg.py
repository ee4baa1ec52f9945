import re
from dataclasses import dataclass
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
# What a drawing is made of. Left out on purpose: script, foreignObject, and animate and set, which can write a link.
_ELEMENTS = re.compile(
    "svg|g|defs|symbol|use|title|desc|metadata|style|switch|view|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|textPath"
    "|image|marker|linearGradient|radialGradient|stop|pattern|clipPath|mask|filter|fe[A-Z][A-Za-z]*"
)
_SAFE_LINK = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);base64,", re.IGNORECASE)
_UNSAFE_STYLE = re.compile(r"@import|expression\s*\(|url\(\s*['\"]?\s*(?!['\"#\s])", re.IGNORECASE)


@dataclass(frozen=True)
class DrawingProblem:
    """Why a drawing is refused, and the line that says so."""

    line: int
    text: str


def problems_in_svg(data: bytes) -> list[DrawingProblem]:
    """Return what makes an SVG file unsafe to serve or impossible to show; an empty list means it is a plain drawing.

    Refused: script, event handlers, links and styles that leave the file, foreign documents, a document type (entities
    can grow without bound), and anything that is not well-formed XML with an <svg> at its root.
    """
    problems: list[DrawingProblem] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    seen_root = False
    in_style = False

    def refuse(text: str) -> None:
        problems.append(DrawingProblem(line=parser.CurrentLineNumber, text=text))

    def on_element(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen_root, in_style
        namespace, _, local = name.rpartition(" ")
        if not seen_root and (namespace, local) != (_SVG, "svg"):
            refuse("the root is not an <svg> of the SVG namespace")
        seen_root = True
        in_style = local == "style"
        if namespace == _XHTML or (namespace in (_SVG, "") and not _ELEMENTS.fullmatch(local)):
            refuse(f"<{local}> is not allowed in a drawing")
        for key, value in attributes.items():
            attribute = key.rpartition(" ")[2].lower()
            if attribute.startswith("on"):
                refuse(f"the event handler {attribute} is not allowed in a drawing")
            elif attribute in ("href", "src") and not _SAFE_LINK.match(value.strip()):
                refuse(f"a link to {value.strip()[:60]!r} is not allowed in a drawing")
            elif _UNSAFE_STYLE.search(value):
                refuse(f"the attribute {attribute} refers to something outside the drawing")

    def on_text(text: str) -> None:
        if in_style and _UNSAFE_STYLE.search(text):
            refuse("the style refers to something outside the drawing")

    def on_end(name: str) -> None:
        nonlocal in_style
        in_style = False

    parser.buffer_text = True
    parser.StartElementHandler = on_element
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = lambda *args: refuse("a document type is not allowed in a drawing")
    parser.EntityDeclHandler = lambda *args: refuse("entities are not allowed in a drawing")
    parser.ProcessingInstructionHandler = lambda *args: refuse("processing instructions are not allowed in a drawing")
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        problems.append(
            DrawingProblem(line=error.lineno, text=f"not well-formed XML ({expat.ErrorString(error.code)})")
        )
    return problems
