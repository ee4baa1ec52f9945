import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

# Source: the content's README, Directives. Name -> attributes, all of them required.
DIRECTIVES = {
    "note": ("title",),
    "caution": ("title",),
    "case": ("title",),
    "figure": ("src", "alt", "caption"),
    "table": ("caption", "header"),
    "exercise": ("title",),
}
HEADERS = ("row", "column", "both")
MAX_LENGTHS = {"title": 120, "alt": 300, "caption": 400}
MAX_HEADING, MAX_SEQUENCE = 120, 10_000

_OPEN = re.compile(r":::([a-z]+)(?:\{(.*)\})?\s*")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"(?: +|$)')
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SEPARATOR = re.compile(r":?-+:?")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_FIGURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.svg")

# lheading and reference would quietly turn a line of dashes into a heading and a bracketed line into nothing.
_markdown = MarkdownIt("commonmark").disable(["lheading", "reference"])
_NOT_ALLOWED = {
    "html_block": "raw HTML",
    "html_inline": "raw HTML",
    "link_open": "a link",
    "image": "an image",
    "blockquote_open": "a quotation",
    "hr": "a rule",
    "code_block": "a line indented by four spaces",
}

Refuse = Callable[[int, str], None]


@dataclass(frozen=True)
class Block:
    """A piece of a lesson: the name of its StreamField block and its plain value; texts are rich-text HTML.

    A figure's value names its file as `image`; whoever saves the block puts the picture's id there.
    """

    kind: str
    value: Any
    line: int


@dataclass(frozen=True)
class _Line:
    number: int
    text: str


def read_blocks(text: str, *, first_line: int, refuse: Refuse) -> list[Block]:
    """Return a lesson's body as blocks. refuse(line, text) is called for everything that cannot be read."""
    lines = [_Line(number, line) for number, line in enumerate(text.split("\n"), start=first_line)]
    blocks: list[Block] = []
    plain: list[_Line] = []
    opened: tuple[str, dict[str, str] | None, _Line] | None = None
    body: list[_Line] = []
    fence = ""

    def flush() -> None:
        blocks.extend(_plain_blocks(plain, refuse))
        plain.clear()

    for line in lines:
        if marks := _FENCE.match(line.text):
            if not fence:
                fence = marks[1]
            elif marks[1].startswith(fence) and not line.text.strip().strip(fence[0]):
                fence = ""
        if fence or not line.text.startswith(":::"):
            (body if opened else plain).append(line)
        elif line.text.rstrip() == ":::":
            if opened is None:
                refuse(line.number, "this ::: closes nothing")
            else:
                name, attributes, opening = opened
                if attributes is not None:
                    blocks.extend(_directive_block(name, attributes, body, opening.number, refuse))
                opened, body = None, []
        elif line.text.rstrip() == ":::answer" and opened and opened[0] == "exercise":
            body.append(line)
        elif opened:
            refuse(line.number, f"the :::{opened[0]} of line {opened[2].number} is not closed before this line")
        else:
            flush()
            name, attributes = _opening(line, refuse)
            opened = (name, attributes, line)
    if opened:
        refuse(opened[2].number, f"this :::{opened[0]} is never closed")
    if fence:
        refuse(lines[-1].number, f"a {fence} of the text is never closed")
    flush()
    return blocks


def rich_text(lines: Sequence[_Line], refuse: Refuse) -> str:
    """Return Markdown lines as rich-text HTML; inside a directive a heading is bold and verbatim lines keep their breaks."""
    tokens = _parse(lines, refuse)
    return _html(tokens, lines[0].number if lines else 1, refuse)


def _opening(line: _Line, refuse: Refuse) -> tuple[str, dict[str, str] | None]:
    """Return a directive's name and attributes; None for attributes that cannot be used."""
    match = _OPEN.fullmatch(line.text)
    name = match[1] if match else line.text.removeprefix(":::").split("{")[0].strip()
    if not match or name not in DIRECTIVES:
        refuse(line.number, f"unknown directive :::{name[:40]}; there are {', '.join(DIRECTIVES)}")
        return name[:40], None
    text = match[2] or ""
    attributes: dict[str, str] = {}
    position = 0
    while position < len(text):
        found = _ATTRIBUTE.match(text, position)
        if not found:
            refuse(
                line.number, f'the attributes of :::{name} must be written as name="text", with one space between them'
            )
            return name, None
        if found[1] in attributes:
            refuse(line.number, f"the attribute {found[1]} stands here twice")
        attributes[found[1]] = found[2]
        position = found.end()
    is_whole = True
    for key in attributes.keys() - set(DIRECTIVES[name]):
        refuse(line.number, f"unknown attribute {key} of :::{name}")
        is_whole = False
    for key in DIRECTIVES[name]:
        if not attributes.get(key, "").strip():
            refuse(line.number, f":::{name} needs the attribute {key}")
            is_whole = False
        elif len(attributes[key]) > MAX_LENGTHS.get(key, 200):
            refuse(line.number, f"the attribute {key} is longer than {MAX_LENGTHS.get(key, 200)} characters")
            is_whole = False
    return name, attributes if is_whole else None


def _directive_block(
    name: str, attributes: Mapping[str, str], body: list[_Line], line: int, refuse: Refuse
) -> list[Block]:
    if name == "table":
        return _table_block(attributes, body, line, refuse)
    if name == "figure":
        if not _FIGURE_NAME.fullmatch(attributes["src"]):
            refuse(line, f"src must name an SVG file of the same folder, not {attributes['src'][:80]!r}")
            return []
        value = {
            "image": attributes["src"],
            "alt_text": attributes["alt"],
            "caption": attributes["caption"],
            "credit": "",
            "description": rich_text(body, refuse),
        }
        return [Block("figure", value, line)]
    if name == "exercise":
        answers = [n for n, inner in enumerate(body) if inner.text.rstrip() == ":::answer"]
        if len(answers) != 1:
            refuse(line, "an exercise has a question, one line :::answer, and an answer")
            return []
        question, answer = rich_text(body[: answers[0]], refuse), rich_text(body[answers[0] + 1 :], refuse)
        if not question or not answer:
            refuse(line, f"the {'answer' if question else 'question'} of this exercise is empty")
        return [Block("exercise", {"title": attributes["title"], "question": question, "answer": answer}, line)]
    text = rich_text(body, refuse)
    if not text:
        refuse(line, f"this :::{name} is empty")
    return [Block(name, {"title": attributes["title"], "text": text}, line)]


def _table_block(attributes: Mapping[str, str], body: list[_Line], line: int, refuse: Refuse) -> list[Block]:
    header = attributes["header"]
    if header not in HEADERS:
        refuse(line, f"header must be one of {', '.join(HEADERS)}, not {header[:40]!r}")
        return []
    rows: list[list[str]] = []
    filled = [inner for inner in body if inner.text.strip()]
    for number, inner in enumerate(filled):
        text = inner.text.strip()
        if not (text.startswith("|") and text.endswith("|") and len(text) > 1):
            refuse(inner.number, "a table holds only rows that begin and end with |")
            return []
        cells = [cell.strip() for cell in _CELL_BORDER.split(text)[1:-1]]
        if number == 1 and not all(_SEPARATOR.fullmatch(cell) for cell in cells):
            refuse(inner.number, "the second row of a table is |---|---|")
            return []
        if rows and len(cells) != len(rows[0]):
            refuse(inner.number, f"this row has {len(cells)} cells where the first row has {len(rows[0])}")
            return []
        if number != 1:
            rows.append([_cell(cell, inner.number, refuse) for cell in cells])
    if len(rows) < 2:
        refuse(line, "a table needs a first row, the row |---|---| and at least one more row")
        return []
    value = {
        "data": rows,
        "cell": [],
        "mergeCells": [],
        "table_caption": attributes["caption"],
        "table_header_choice": header,
        "first_row_is_table_header": header in ("row", "both"),
        "first_col_is_header": header in ("column", "both"),
    }
    return [Block("table", value, line)]


def _cell(text: str, line: int, refuse: Refuse) -> str:
    """Return a cell in the marks that lessons' tables understand: `code`, **bold**, *italic*; a bare * is itself."""
    (inline,) = _markdown.parseInline(text.replace("\\|", "|"))
    marks = {"em_open": "*", "em_close": "*", "strong_open": "**", "strong_close": "**"}
    parts = []
    for token in inline.children or []:
        if token.type in marks:
            parts.append(marks[token.type])
        elif token.type == "code_inline":
            parts.append(f"`{token.content}`")
        elif token.type in _NOT_ALLOWED:
            refuse(line, f"{_NOT_ALLOWED[token.type]} is not allowed here")
        else:
            parts.append(token.content or " ")
    return "".join(parts)


def _plain_blocks(lines: list[_Line], refuse: Refuse) -> list[Block]:
    """Return the blocks of text between directives: headings and verbatim lines for themselves, the rest as rich text."""
    blocks: list[Block] = []
    waiting: list[Token] = []
    if not any(line.text.strip() for line in lines):
        return blocks
    start = lines[0].number

    def flush() -> None:
        if waiting:
            first = start + (waiting[0].map or [0])[0]
            blocks.append(Block("text", _html(waiting, start, refuse), first))
            waiting.clear()

    tokens = iter(_parse(lines, refuse))
    for token in tokens:
        line = start + (token.map or [0])[0]
        if token.type == "heading_open" and token.level == 0:
            flush()
            if token.tag not in ("h2", "h3"):
                refuse(line, "headings in a lesson begin with ## or ###; its title is the heading above them")
            text = _plain_text(next(tokens))
            next(tokens)  # the heading's end
            if not 0 < len(text) <= MAX_HEADING:
                refuse(line, f"a heading has 1 to {MAX_HEADING} characters")
            blocks.append(Block("heading", {"text": text, "level": token.tag[1]}, line))
        elif token.type == "fence" and token.level == 0:
            flush()
            text = token.content.rstrip("\n")
            if not 0 < len(text) <= MAX_SEQUENCE:
                refuse(line, f"lines between ``` have 1 to {MAX_SEQUENCE:,} characters")
            blocks.append(Block("sequence", {"label": token.info.strip()[:120], "text": text}, line))
        else:
            waiting.append(token)
    flush()
    return blocks


def _parse(lines: Sequence[_Line], refuse: Refuse) -> list[Token]:
    tokens = _markdown.parse("\n".join(line.text for line in lines))
    start = lines[0].number if lines else 1
    line = start
    for token in tokens:
        line = start + token.map[0] if token.map else line
        for part in (token, *(token.children or ())):
            if part.type in _NOT_ALLOWED:
                refuse(line, f"{_NOT_ALLOWED[part.type]} is not allowed here")
    return tokens


def _html(tokens: Sequence[Token], start: int, refuse: Refuse) -> str:
    """Return tokens as the HTML that Wagtail's editor itself would save."""
    parts: list[str] = []
    for token in tokens:
        if token.type == "inline":
            parts.append(_inline_html(token))
        elif token.type == "paragraph_open":
            # The editor's list items hold text, not paragraphs.
            parts.append("<p>" if token.level == 0 else "" if parts[-1:] == ["<li>"] else "<br/>")
        elif token.type == "paragraph_close":
            parts.append("</p>" if token.level == 0 else "")
        elif token.type == "heading_open":
            parts.append("<p><b>")
        elif token.type == "heading_close":
            parts.append("</b></p>")
        elif token.type == "fence":
            # Rich text keeps no line breaks and no runs of spaces but these.
            lines = escape(token.content.rstrip("\n"), quote=False).replace("  ", "\xa0 ").split("\n")
            parts.append("<p>" + "<br/>".join(f"<code>{line}</code>" for line in lines) + "</p>")
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            parts.append(f"<{token.tag}>")
            if token.attrs.get("start", 1) != 1:
                refuse(start + (token.map or [0])[0], "a numbered list begins with 1")
        elif token.type in ("bullet_list_close", "ordered_list_close", "list_item_open", "list_item_close"):
            parts.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
    return "".join(parts)


def _inline_html(token: Token) -> str:
    tags = {
        "em_open": "<i>",
        "em_close": "</i>",
        "strong_open": "<b>",
        "strong_close": "</b>",
        "softbreak": " ",
        "hardbreak": "<br/>",
    }
    parts = []
    for child in token.children or []:
        if child.type in tags:
            parts.append(tags[child.type])
        elif child.type == "code_inline":
            parts.append(f"<code>{escape(child.content, quote=False)}</code>")
        else:
            parts.append(escape(child.content, quote=False))
    return "".join(parts)


def _plain_text(token: Token) -> str:
    return "".join(" " if child.type == "softbreak" else child.content for child in token.children or []).strip()
