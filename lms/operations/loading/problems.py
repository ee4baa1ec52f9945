from collections.abc import Sequence
from dataclasses import dataclass

from lms.lib.errors import Refusal


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with the content. path: relative to the content's folder; line: counted from 1."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


class ContentRefused(Refusal):
    """The content is refused whole; nothing of it was loaded. `problems` says what is wrong, by file and line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
