from collections.abc import Iterator

from django.core.exceptions import ValidationError

from courses.lessons.blocks import LessonBody
from lms.operations.loading.lesson_text.parts import Block

_BODY = LessonBody()
_NAMES_FILES = ("figure", "document")  # their files have no number yet, by which a block would know them


def problems_of(block: Block) -> Iterator[str]:
    """Yield what the editor would not let an author publish in a block."""
    if block.kind in _NAMES_FILES:
        return
    kind = _BODY.child_blocks[block.kind]
    try:
        kind.clean(kind.to_python(block.value))
    except ValidationError as error:
        yield from _sentences(error, block.kind)


def _sentences(error: ValidationError, field: str) -> Iterator[str]:
    """Yield the sentences of an error and of those within it, each after the nearest field's name."""
    within = getattr(error, "block_errors", None)
    if within is None:
        yield from (f"{field}: {sentence}" for sentence in error.messages)
        return
    for step, inner in within.items():
        yield from _sentences(inner, step if isinstance(step, str) else f"{field}, entry {step + 1}")
    for outer in error.non_block_errors.as_data():  # type: ignore[attr-defined]
        yield from _sentences(outer, field)
