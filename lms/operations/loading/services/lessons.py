import hashlib
import json
import uuid
from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale

from courses.catalogue.models import CoursePage
from courses.lessons.models import KeyPoint, LessonObjective, LessonPage, ModulePage
from lms.operations.loading import tree
from lms.operations.loading.catalogue import Attachment, Lesson
from lms.operations.loading.ledger import digest_of
from lms.operations.loading.services.run import NAMES, LoadRun, new_page, set_all

_FIGURES, _DOCUMENTS = "Course figures", "Course documents"  # collections of the CMS's libraries


def load_lesson(
    run: LoadRun, module_page: ModulePage, lesson: Lesson, slug: str, language: str, originals: CoursePage | None
) -> LessonPage | None:
    head = lesson.head
    name = f"lesson:{language}:{slug}/{lesson.slug}"
    terms = list(dict.fromkeys(head.glossary))
    fields = {
        "title": head.title,
        "minutes": head.minutes,
        "is_short_version": getattr(head, "short_version", False),
        "translation_is_draft": getattr(head, "translation_status", "reviewed") == "draft",
    }
    said = [
        fields,
        [objective.model_dump() for objective in head.objectives],
        head.key_points,
        terms,
        lesson.reference_keys,
        [[block.kind, block.value] for block in lesson.blocks],
        {figure: picture.digest for figure, picture in lesson.pictures.items()},
    ]
    if lesson.documents:  # without any, the digest is that of loads before there were documents
        said.append({document: attachment.digest for document, attachment in lesson.documents.items()})
    digest = digest_of(said)
    page = run.page(LessonPage, name) or run.adopt(LessonPage, module_page, lesson.slug)
    outcome = run.ledger.decide(name, head.title, digest, page)
    if not outcome.writes:
        return page
    original = originals and LessonPage.objects.descendant_of(originals).filter(slug=lesson.slug).first()
    if page is None:
        page = new_page(LessonPage, lesson.slug, run.locales[language], original)
        page.is_preview = f"{slug}/{module_page.slug}/{lesson.slug}" in tree.OPEN_LESSONS
    set_all(page, fields)
    page.body = json.dumps(_body(run, name, lesson))
    page.objectives = [LessonObjective(key=objective.id, text=objective.text) for objective in head.objectives]
    page.key_points = [KeyPoint(text=text) for text in head.key_points]
    default = Locale.get_default().language_code
    page.glossary_terms = [run.terms.get((language, key)) or run.terms[default, key] for key in terms]
    page.references = [run.references[key] for key in lesson.reference_keys]
    run.publish(page, name, digest, parent=module_page)
    return page


def _body(run: LoadRun, name: str, lesson: Lesson) -> list[dict[str, Any]]:
    """Return a lesson's blocks as StreamField stores them."""
    numbers: dict[str, int] = {}
    body = []
    for block in lesson.blocks:
        numbers[block.kind] = numbers.get(block.kind, 0) + 1
        value = block.value
        if block.kind == "figure":
            value = {**value, "image": _image(run, lesson.pictures[value["image"]], value["alt_text"]).pk}
        elif block.kind == "document":
            value = {**value, "document": _document(run, lesson.documents[value["document"]], value["title"]).pk}
        body.append(
            {
                "type": block.kind,
                "value": value,
                "id": str(uuid.uuid5(NAMES, f"{name}/{block.kind}/{numbers[block.kind]}")),
            }
        )
    return body


def _image(run: LoadRun, picture: Attachment, description: str) -> Any:
    """Return the picture as the CMS keeps it."""
    return _kept_file(run, get_image_model(), _FIGURES, picture, description=description[:255])


def _document(run: LoadRun, document: Attachment, title: str) -> Any:
    """Return the document as the CMS keeps it."""
    return _kept_file(run, get_document_model(), _DOCUMENTS, document, **({"title": title} if title else {}))


def _kept_file(run: LoadRun, model: Any, collection_name: str, attachment: Attachment, **fields: Any) -> Any:
    """Return a file of the CMS's library; the same one is kept once."""
    file_hash = hashlib.sha1(attachment.data, usedforsecurity=False).hexdigest()  # what Wagtail itself computes
    collection = Collection.objects.filter(name=collection_name).first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(instance=Collection(name=collection_name))
    kept = model.objects.filter(file_hash=file_hash, collection=collection).first()
    if kept:
        return kept
    name = attachment.path.rpartition("/")[2]
    title = name.rpartition(".")[0].replace("-", " ").capitalize()
    kept = model(
        **{"title": title, **fields},
        collection=collection,
        file=ContentFile(attachment.data, name=name),
        file_size=len(attachment.data),
        file_hash=file_hash,
    )
    kept.save()
    run.written_files.append(kept.file)
    return kept
