"""What is in the folder: the course, its pages and files, and the parts that are put into pages for whoever reads."""

from __future__ import annotations

import json
from pathlib import Path

VERSION = 1


class Course:
    """A course as it was packed. steps: name -> what the academy said of a lesson or quiz, in order; files: address -> file."""

    def __init__(self, folder: Path):
        told = json.loads((folder / "class.json").read_text("utf-8"))
        if told["version"] != VERSION:
            raise ValueError("class.json is of another version")
        self.key: str = told["key"]
        self.secret: str = told["secret"]
        self.title: str = told["title"]
        self.steps: dict[str, dict] = {step["name"]: step for step in told["steps"]}
        self.parts: dict[str, str] = told["parts"]
        self.words: dict[str, str] = told["words"]
        pages = folder / "course"
        self.files: dict[str, Path] = {
            path.relative_to(pages).as_posix(): path for path in pages.rglob("*") if path.is_file()
        }

    def page(self, name: str) -> str:
        """Return the text of a page of the course."""
        return self.files[f"{name}.html"].read_text("utf-8")

    def after(self, name: str) -> str:
        """Return the name of the step after one; after the last, of the first page."""
        names = list(self.steps)
        place = names.index(name) + 1
        return names[place] if place < len(names) else "index"
