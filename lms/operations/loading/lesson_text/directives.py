"""Directives, the lines that begin with `:::`: what each may say, and the block that it becomes."""

import re
from collections.abc import Mapping

from lms.operations.loading.lesson_text.markdown import cell_text, rich_text
from lms.operations.loading.lesson_text.parts import Block, Line, Refuse

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

_OPEN = re.compile(r":::([a-z]+)(?:\{(.*)\})?\s*")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"(?: +|$)')
_SEPARATOR = re.compile(r":?-+:?")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_FIGURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.svg")


def opening_of(line: Line, refuse: Refuse) -> tuple[str, dict[str, str] | None]:
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


def directive_block(
    name: str, attributes: Mapping[str, str], body: list[Line], line: int, refuse: Refuse
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


def _table_block(attributes: Mapping[str, str], body: list[Line], line: int, refuse: Refuse) -> list[Block]:
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
            rows.append([cell_text(cell, inner.number, refuse) for cell in cells])
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
