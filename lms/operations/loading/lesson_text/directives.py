"""Directives, the lines that begin with `:::`: what each may say, and the block that it becomes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lms.operations.loading.lesson_text.markdown import cell_text, rich_text
from lms.operations.loading.lesson_text.parts import Block, Line, Refuse

Attributes = Mapping[str, str]
HEADERS = ("row", "column", "both")
SEQUENCES = ("dna", "rna", "protein")
MAX_LENGTHS = {"title": 120, "alt": 300, "caption": 400, "credit": 200, "summary": 300}

_OPEN = re.compile(r":::([a-z]+)(?:\{(.*)\})?\s*")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"(?: +|$)')
_SEPARATOR = re.compile(r":?-+:?")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_FIGURE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.svg")
_DOCUMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z]{3,4}")
_POSITION = re.compile(r"-?[0-9]{1,10}", re.ASCII)
_HIGHLIGHT = re.compile(r"- +(-?[0-9]{1,10})(?:\.\.(-?[0-9]{1,10}))?: *(\S.*)", re.ASCII)


@dataclass(frozen=True)
class Directive:
    """What may be said of a directive. part: the name of the lines :::part within its body, which separate its parts."""

    block_of: Callable[[str, Attributes, list[Line], int, Refuse], Block | None]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    part: str = ""


def opening_of(line: Line, refuse: Refuse) -> tuple[str, Attributes | None]:
    """Return a directive's name and attributes; None for attributes that cannot be used."""
    match = _OPEN.fullmatch(line.text)
    name = match[1] if match else line.text.removeprefix(":::").split("{")[0].strip()
    if not match or name not in DIRECTIVES:
        refuse(line.number, f"unknown directive :::{name[:40]}; there are {', '.join(DIRECTIVES)}")
        return name[:40], None
    directive = DIRECTIVES[name]
    return name, _attributes_of(line, match, directive.required, directive.optional, refuse)


def is_part(line: Line, name: str) -> bool:
    """Say whether a line separates the parts of a directive of this name."""
    match = _OPEN.fullmatch(line.text)
    return match is not None and name in DIRECTIVES and match[1] == DIRECTIVES[name].part


def block_of(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    """Return the block that a directive becomes; None if it is refused."""
    return DIRECTIVES[name].block_of(name, attributes, body, line, refuse)


def _attributes_of(
    line: Line, match: re.Match[str], required: Sequence[str], optional: Sequence[str], refuse: Refuse
) -> Attributes | None:
    name, text = match[1], match[2] or ""
    attributes: dict[str, str] = {}
    position = 0
    while position < len(text):
        found = _ATTRIBUTE.match(text, position)
        if not found:
            refuse(
                line.number, f'the attributes of :::{name} must be written as name="text", with one space between them'
            )
            return None
        if found[1] in attributes:
            refuse(line.number, f"the attribute {found[1]} stands here twice")
        attributes[found[1]] = found[2]
        position = found.end()
    is_whole = True
    for key in attributes.keys() - {*required, *optional}:
        refuse(line.number, f"unknown attribute {key} of :::{name}")
        is_whole = False
    for key in (*required, *(key for key in optional if key in attributes)):
        if not attributes.get(key, "").strip():
            refuse(line.number, f":::{name} needs the attribute {key}" if key in required else f"{key} is empty")
            is_whole = False
        elif len(attributes[key]) > MAX_LENGTHS.get(key, 200):
            refuse(line.number, f"the attribute {key} is longer than {MAX_LENGTHS.get(key, 200)} characters")
            is_whole = False
    return attributes if is_whole else None


# -- Text ---------------------------------------------------------------------------------------------------------


def _callout(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    return Block(name, {"title": attributes["title"], "text": _filled(name, body, line, refuse)}, line)


def _reflection(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    return Block(name, {"question": _filled(name, body, line, refuse)}, line)


def _exercise(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    answers = [number for number, inner in enumerate(body) if inner.is_part]
    if len(answers) != 1 or body[answers[0]].text.rstrip() != ":::answer":
        refuse(line, "an exercise has a question, one line :::answer, and an answer")
        return None
    question, answer = rich_text(body[: answers[0]], refuse), rich_text(body[answers[0] + 1 :], refuse)
    if not question or not answer:
        refuse(line, f"the {'answer' if question else 'question'} of this exercise is empty")
    return Block(name, {"title": attributes["title"], "question": question, "answer": answer}, line)


def _case(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    """A case; with steps, one that unfolds."""
    starts = [number for number, inner in enumerate(body) if inner.is_part]
    if not starts:
        return _callout(name, attributes, body, line, refuse)
    steps = []
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        opening = body[start]
        match = _OPEN.fullmatch(opening.text)
        about = _attributes_of(opening, match, ("title",), (), refuse) if match else None
        text = _filled("step", body[start + 1 : end], opening.number, refuse)
        steps.append({"title": about["title"] if about else "", "text": text})
    opening_text = _filled(name, body[: starts[0]], line, refuse)
    return Block("case_in_steps", {"title": attributes["title"], "opening": opening_text, "steps": steps}, line)


def _filled(name: str, body: Sequence[Line], line: int, refuse: Refuse) -> str:
    text = rich_text(body, refuse)
    if not text:
        refuse(line, f"this :::{name} is empty")
    return text


# -- Files --------------------------------------------------------------------------------------------------------


def _figure(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    if not _FIGURE_NAME.fullmatch(attributes["src"]):
        refuse(line, f"src must name an SVG file of the same folder, not {attributes['src'][:80]!r}")
        return None
    value = {
        "image": attributes["src"],
        "alt_text": attributes["alt"],
        "caption": attributes["caption"],
        "credit": attributes.get("credit", ""),
        "description": rich_text(body, refuse),
    }
    return Block(name, value, line)


def _document(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    if not _DOCUMENT_NAME.fullmatch(attributes["src"]):
        refuse(line, f"src must name a file of the same folder, not {attributes['src'][:80]!r}")
        return None
    if any(inner.text.strip() for inner in body):
        refuse(line, "a document has no text of its own; say what it holds in the attribute summary")
    value = {"document": attributes["src"], "title": attributes.get("title", "")}
    return Block(name, {**value, "summary": attributes.get("summary", "")}, line)


# -- Tables and sequences -----------------------------------------------------------------------------------------


def _table(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    header = attributes["header"]
    if header not in HEADERS:
        refuse(line, f"header must be one of {', '.join(HEADERS)}, not {header[:40]!r}")
        return None
    rows = _rows_of(body, line, refuse)
    if rows is None:
        return None
    value = {
        "data": rows,
        "cell": [],
        "mergeCells": [],
        "table_caption": attributes["caption"],
        "table_header_choice": header,
        "first_row_is_table_header": header in ("row", "both"),
        "first_col_is_header": header in ("column", "both"),
    }
    return Block(name, value, line)


def _comparison(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    rows = _rows_of(body, line, refuse)
    if rows is None:
        return None
    if rows[0][0]:
        refuse(line, "the first cell of a comparison is empty: the first row names what stands side by side")
    value = {
        "caption": attributes["caption"],
        "columns": rows[0][1:],
        "rows": [{"aspect": row[0], "cells": row[1:]} for row in rows[1:]],
    }
    return Block(name, value, line)


def _rows_of(body: list[Line], line: int, refuse: Refuse) -> list[list[str]] | None:
    """Return the cells of a pipe table, all rows of one length, without the row of dashes."""
    rows: list[list[str]] = []
    filled = [inner for inner in body if inner.text.strip()]
    for number, inner in enumerate(filled):
        text = inner.text.strip()
        if not (text.startswith("|") and text.endswith("|") and len(text) > 1):
            refuse(inner.number, "a table holds only rows that begin and end with |")
            return None
        cells = [cell.strip() for cell in _CELL_BORDER.split(text)[1:-1]]
        if number == 1 and not all(_SEPARATOR.fullmatch(cell) for cell in cells):
            refuse(inner.number, "the second row of a table is |---|---|")
            return None
        if rows and len(cells) != len(rows[0]):
            refuse(inner.number, f"this row has {len(cells)} cells where the first row has {len(rows[0])}")
            return None
        if number != 1:
            rows.append([cell_text(cell, inner.number, refuse) for cell in cells])
    if len(rows) < 2:
        refuse(line, "a table needs a first row, the row |---|---| and at least one more row")
        return None
    return rows


def _sequence(name: str, attributes: Attributes, body: list[Line], line: int, refuse: Refuse) -> Block | None:
    """A sequence under a ruler: lines of letters, then its highlights, each "- 1..3: what it is"."""
    kind, start = attributes["kind"], attributes.get("start", "1")
    if kind not in SEQUENCES:
        refuse(line, f"kind must be one of {', '.join(SEQUENCES)}, not {kind[:40]!r}")
        return None
    if not _POSITION.fullmatch(start):
        refuse(line, f"start must be the position of the first letter, not {start[:40]!r}")
        return None
    residues, highlights = [], []
    for inner in body:
        if inner.text.startswith("- "):
            found = _HIGHLIGHT.fullmatch(inner.text.rstrip())
            if found is None:
                refuse(inner.number, "a highlight is written as - 1..3: what it is, or - 7: what it is")
                continue
            highlights.append({"first": int(found[1]), "last": int(found[2] or found[1]), "meaning": found[3]})
        elif highlights and inner.text.strip():
            refuse(inner.number, "the letters of a sequence stand before its highlights")
        else:
            residues.append(inner.text)
    value = {
        "caption": attributes["caption"],
        "kind": kind,
        "residues": "\n".join(residues).strip(),
        "starts_at": int(start),
        "highlights": highlights,
    }
    return Block("ruled_sequence", value, line)


# Source: the content's README, Directives.
DIRECTIVES: Mapping[str, Directive] = {
    "note": Directive(_callout, ("title",)),
    "caution": Directive(_callout, ("title",)),
    "case": Directive(_case, ("title",), part="step"),
    "figure": Directive(_figure, ("src", "alt", "caption"), ("credit",)),
    "document": Directive(_document, ("src",), ("title", "summary")),
    "table": Directive(_table, ("caption", "header")),
    "comparison": Directive(_comparison, ("caption",)),
    "sequence": Directive(_sequence, ("caption", "kind"), ("start",)),
    "exercise": Directive(_exercise, ("title",), part="answer"),
    "reveal": Directive(_callout, ("title",)),
    "reflection": Directive(_reflection),
}
