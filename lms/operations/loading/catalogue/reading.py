import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lms.operations.loading import schema
from lms.operations.loading.files import ContentFiles
from lms.operations.loading.located_yaml import LocatedYaml, YamlProblem, parse_yaml

_CITATION = re.compile(r"\[@([^\]]*)\]")


@dataclass
class Names:
    """Ids met so far and where; an id met twice is refused."""

    files: ContentFiles
    kind: str
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, name: str, path: str, line: int) -> None:
        if name in self.places:
            first_path, first_line = self.places[name]
            self.files.refuse(path, line, f"the {self.kind} {name!r} is taken already, in {first_path}:{first_line}")
        else:
            self.places[name] = (path, line)

    def require(self, name: str, path: str, line: int) -> None:
        if name not in self.places:
            self.files.refuse(path, line, f"there is no {self.kind} {name!r}")


class Reading:
    """One reading of a folder: its files, the names met so far, and what is refused."""

    def __init__(self, files: ContentFiles, languages: Collection[str]) -> None:
        self.files = files
        self.languages = languages
        self.refuse = files.refuse
        self.reference_keys = Names(files, "reference")
        self.term_keys = Names(files, "glossary term")
        self.course_slugs = Names(files, "course")
        self.course_codes = Names(files, "course code")
        self.course_objectives = Names(files, "course objective")
        self.lesson_objectives = Names(files, "objective")
        self.question_ids = Names(files, "question")
        self.quiz_ids = Names(files, "quiz")

    def load(
        self, path: str, adapter: TypeAdapter[Any], text: str | None, first_line: int = 1
    ) -> tuple[Any, LocatedYaml]:
        """Return a YAML text in the shape of the adapter's type, or None if refused, and where its parts stand."""
        nothing = LocatedYaml(value=None, lines={(): first_line})
        if text is None:
            return None, nothing
        try:
            source = parse_yaml(text, first_line=first_line)
            return adapter.validate_python(source.value), source
        except YamlProblem as problem:
            self.refuse(path, problem.line, str(problem))
        except ValidationError as error:
            for line, sentence in schema.problems_of(error, source):
                self.refuse(path, line, sentence)
        return None, nothing

    def cited_in(self, path: str, text: str, first_line: int) -> tuple[str, ...]:
        """Return the reference keys that a text cites; one that no reference has is refused where it stands."""
        keys: list[str] = []
        for match in _CITATION.finditer(text):
            line = first_line + text.count("\n", 0, match.start())
            for key in (part.strip().removeprefix("@") for part in match[1].split(";")):
                self.reference_keys.require(key, path, line)
                keys.append(key)
        return tuple(dict.fromkeys(keys))

    def require_language(self, language: str, path: str, line: int) -> None:
        if language not in self.languages:
            self.refuse(path, line, f"the platform has no language {language!r}; it has {', '.join(self.languages)}")
