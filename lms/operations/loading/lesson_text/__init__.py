"""The body of a lesson's file as blocks: Markdown and directives. May import what is below `lms.operations`."""

import re
from dataclasses import replace

from lms.operations.loading.lesson_text.checking import problems_of
from lms.operations.loading.lesson_text.directives import Attributes, block_of, is_part, opening_of
from lms.operations.loading.lesson_text.markdown import plain_blocks
from lms.operations.loading.lesson_text.parts import Block, Line, Refuse

__all__ = ["Block", "problems_of", "read_blocks"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def read_blocks(text: str, *, first_line: int, refuse: Refuse) -> list[Block]:
    """Return a lesson's body as blocks. refuse(line, text) is called for everything that cannot be read."""
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), start=first_line)]
    blocks: list[Block] = []
    plain: list[Line] = []
    opened: tuple[str, Attributes | None, Line] | None = None
    body: list[Line] = []
    fence = ""

    def flush() -> None:
        blocks.extend(plain_blocks(plain, refuse))
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
                block = block_of(name, attributes, body, opening.number, refuse) if attributes is not None else None
                if block:
                    blocks.append(block)
                opened, body = None, []
        elif opened and is_part(line, opened[0]):
            body.append(replace(line, is_part=True))
        elif opened:
            refuse(line.number, f"the :::{opened[0]} of line {opened[2].number} is not closed before this line")
        else:
            flush()
            name, attributes = opening_of(line, refuse)
            opened = (name, attributes, line)
    if opened:
        refuse(opened[2].number, f"this :::{opened[0]} is never closed")
    if fence:
        refuse(lines[-1].number, f"a {fence} of the text is never closed")
    flush()
    return blocks
