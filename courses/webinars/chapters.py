"""The chapters of a recording, as an organiser writes them: a time and a title on each line."""

import re
from dataclasses import dataclass

MOST = 60
_LINE = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\s+(\S.*)", re.ASCII)


class BadChapters(ValueError):
    """A line that is no chapter, or comes before the one above it. line: its number from 1; 0 for all of them."""

    def __init__(self, line: int):
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Chapter:
    """Where a part of a recording begins, in seconds from its start."""

    seconds: int
    title: str


def read_chapters(text: str) -> list[Chapter]:
    """Return the chapters that are written as "12:30 Title" or "1:02:30 Title", one a line. Raises BadChapters."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST:
        raise BadChapters(0)
    chapters: list[Chapter] = []
    for number, line in lines:
        found = _LINE.fullmatch(line)
        if not found or int(found[2]) > 59 or int(found[3]) > 59:
            raise BadChapters(number)
        seconds = 3600 * int(found[1] or 0) + 60 * int(found[2]) + int(found[3])
        if chapters and seconds <= chapters[-1].seconds:
            raise BadChapters(number)
        chapters.append(Chapter(seconds, found[4]))
    return chapters
