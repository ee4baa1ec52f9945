import re
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter

from lms.lib.svg import problems_in_svg
from lms.operations.loading import schema
from lms.operations.loading.catalogue.parts import Attachment, Lesson
from lms.operations.loading.catalogue.reading import Reading
from lms.operations.loading.files import DOCUMENT_ENDINGS
from lms.operations.loading.lesson_text import Block, problems_of, read_blocks

_LESSON_FILE = re.compile(rf"\d\d-({schema.SLUG})\.md")


def lesson_files(reading: Reading, folder: str) -> list[str]:
    """Return the names of a module's lesson files in order; what would be passed over in silence is refused."""
    names = []
    for name in reading.files.names_in(folder):
        if _LESSON_FILE.fullmatch(name):
            names.append(name)
        elif name != "quiz.yaml" and not name.endswith((".svg", *DOCUMENT_ENDINGS)):
            kinds = "a lesson (NN-name.md), a figure (name.svg), a document or quiz.yaml"
            reading.refuse(f"{folder}/{name}", 1, f"not {kinds}")
    if not names:
        reading.refuse(folder, 1, "this module holds no lesson")
    return names


def read_lesson(reading: Reading, path: str, head_type: type[schema.Fields]) -> tuple[Lesson | None, Any]:
    text = reading.files.read_text(path)
    if text is None:
        return None, None
    parts = text.split("\n---\n", 1)
    if not text.startswith("---\n") or len(parts) != 2:
        reading.refuse(path, 1, "a lesson begins with a line ---, its fields, and another line ---")
        return None, None
    front, body = parts[0][4:], parts[1]
    head, source = reading.load(path, TypeAdapter(head_type), front, first_line=2)
    refuse: Callable[[int, str], None] = lambda line, sentence: reading.refuse(path, line, sentence)  # noqa: E731
    first_line = front.count("\n") + 4
    blocks = read_blocks(body, first_line=first_line, refuse=refuse)
    for block in blocks:
        for sentence in problems_of(block):
            refuse(block.line, sentence)
    pictures, documents = _read_pictures(reading, path, blocks), _read_documents(reading, path, blocks)
    if head is None:
        return None, None
    slug = _LESSON_FILE.fullmatch(path.rpartition("/")[2])[1]  # type: ignore[index]
    own_slug = head.slug if isinstance(head, schema.LessonHead) else head.translation_of
    if own_slug != slug:
        place = ("slug",) if isinstance(head, schema.LessonHead) else ("translation_of",)
        reading.refuse(path, source.line_of(place), f"{own_slug!r} differs from the file's name")
    for name, names, keys in (
        ("glossary", reading.term_keys, head.glossary),
        ("references", reading.reference_keys, head.references),
    ):
        for number, key in enumerate(keys):
            names.require(key, path, source.line_of((name, number)))
    cited = reading.cited_in(path, body, first_line)
    lesson = Lesson(
        path=path, slug=slug, head=head, blocks=tuple(blocks), pictures=pictures, documents=documents, cited=cited
    )
    if not blocks:
        reading.refuse(path, first_line, "this lesson has no text")
    return lesson, source


def _read_pictures(reading: Reading, path: str, blocks: Iterable[Block]) -> dict[str, Attachment]:
    folder = path.rpartition("/")[0]
    pictures: dict[str, Attachment] = {}
    for block in blocks:
        if block.kind != "figure":
            continue
        name = block.value["image"]
        figure_path = f"{folder}/{name}"
        if not reading.files.exists(figure_path):
            reading.refuse(path, block.line, f"the figure {name} is missing")
            continue
        data = reading.files.read_figure(figure_path)
        if data is None:
            continue
        for problem in problems_in_svg(data):
            reading.refuse(figure_path, problem.line, problem.text)
        if b"viewBox" not in data:
            reading.refuse(figure_path, 1, "the drawing needs a viewBox: it says how large it is")
        pictures[name] = Attachment(path=figure_path, data=data)
    return pictures


def _read_documents(reading: Reading, path: str, blocks: Iterable[Block]) -> dict[str, Attachment]:
    folder = path.rpartition("/")[0]
    documents: dict[str, Attachment] = {}
    for block in blocks:
        if block.kind != "document":
            continue
        name = block.value["document"]
        document_path = f"{folder}/{name}"
        if not reading.files.exists(document_path):
            reading.refuse(path, block.line, f"the document {name} is missing")
        elif data := reading.files.read_document(document_path):
            documents[name] = Attachment(path=document_path, data=data)
    return documents
