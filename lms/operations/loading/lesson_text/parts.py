from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Refuse = Callable[[int, str], None]  # line and what is wrong there


@dataclass(frozen=True)
class Block:
    """A piece of a lesson: the name of its StreamField block and its plain value; texts are rich-text HTML.

    A figure's value names its file as `image`, a document's as `document`; whoever saves the block puts the id there.
    """

    kind: str
    value: Any
    line: int


@dataclass(frozen=True)
class Line:
    """A line of a lesson's file. is_part: it separates the parts of the directive that it stands in."""

    number: int
    text: str
    is_part: bool = False
