from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

MAX_DEPTH = 12
MAX_NODES = 50_000
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # written in C where PyYAML was built with it
_PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
)

Place = tuple[str | int, ...]


class YamlProblem(ValueError):
    """The YAML cannot be used; `line` is where."""

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        super().__init__(text)


@dataclass(frozen=True)
class LocatedYaml:
    """A YAML document as plain values (lists as tuples), and the line of every place in it."""

    value: Any
    lines: Mapping[Place, int]

    def line_of(self, place: Place) -> int:
        """Return the line of a place, or of the nearest thing around it that exists."""
        known: Place = ()
        for step in place:
            if (*known, step) in self.lines:
                known = (*known, step)
        return self.lines[known]


def parse_yaml(text: str, *, first_line: int = 1) -> LocatedYaml:
    """Read one YAML document. first_line: the line of its file on which the text begins.

    Raises YamlProblem for broken YAML and for what content never needs and attackers like: anchors and aliases (a few
    lines that expand to gigabytes), tags that name Python objects, repeated keys, deep nesting.
    """
    try:
        _require_plain(text, first_line)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "it cannot be read"
        mark = getattr(error, "problem_mark", None)
        if "expected ':'" in problem:  # only noticed on the next line
            mark = getattr(error, "context_mark", None) or mark
        raise YamlProblem(first_line + (mark.line if mark else 0), f"broken YAML: {problem}") from error
    lines: dict[Place, int] = {(): first_line}
    if node is None:
        return LocatedYaml(value=None, lines=lines)
    constructor = yaml.constructor.SafeConstructor()
    return LocatedYaml(value=_value_of(node, (), lines, first_line, constructor), lines=lines)


def _require_plain(text: str, first_line: int) -> None:
    # Looked at event by event, before anything is built: an alias costs nothing here and everything later.
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if count > 2 * MAX_NODES:
            raise YamlProblem(line, f"more than {MAX_NODES:,} values")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise YamlProblem(line, "anchors and aliases (& and *) are not allowed; quote a text that begins so")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise YamlProblem(line, "nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value_of(node: yaml.Node, place: Place, lines: dict[Place, int], first_line: int, constructor: Any) -> Any:
    line = first_line + node.start_mark.line
    lines[place] = line
    if node.tag not in _PLAIN_TAGS:
        raise YamlProblem(line, f"the tag {node.tag!r} is not allowed")
    if isinstance(node, yaml.SequenceNode):
        return tuple(
            _value_of(child, (*place, number), lines, first_line, constructor)
            for number, child in enumerate(node.value)
        )
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key_node, child in node.value:
            key_line = first_line + key_node.start_mark.line
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag != "tag:yaml.org,2002:str":
                raise YamlProblem(
                    key_line, "a field name must be a word; quote it if it is one that YAML reads as a value"
                )
            if key_node.value in values:
                raise YamlProblem(key_line, f"the field {key_node.value!r} stands here twice")
            values[key_node.value] = _value_of(child, (*place, key_node.value), lines, first_line, constructor)
            lines[(*place, key_node.value)] = key_line
        return values
    try:
        return constructor.construct_object(node)
    except (ValueError, OverflowError, yaml.YAMLError) as error:
        raise YamlProblem(line, f"{str(node.value)[:40]!r} is not a value of the kind it looks like") from error
