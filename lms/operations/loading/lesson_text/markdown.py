"""Markdown as lessons use it: to the rich-text HTML that Wagtail's editor saves, and to the marks of table cells."""

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.operations.loading.lesson_text.parts import Block, Line, Refuse

MAX_HEADING, MAX_SEQUENCE = 120, 10_000

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


def rich_text(lines: Sequence[Line], refuse: Refuse) -> str:
    """Return Markdown lines as rich-text HTML; inside a directive a heading is bold and verbatim lines keep their breaks."""
    tokens = _parse(lines, refuse)
    return _html(tokens, lines[0].number if lines else 1, refuse)


def cell_text(text: str, line: int, refuse: Refuse) -> str:
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


def plain_blocks(lines: list[Line], refuse: Refuse) -> list[Block]:
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


def _parse(lines: Sequence[Line], refuse: Refuse) -> list[Token]:
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
