"""What stands at the front of the house whatever courses are loaded: standard pages and the home page's questions."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from wagtail.models import Locale, Page

from courses.lessons.models import LessonPage
from lms.operations.loading import tree
from lms.operations.loading.ledger import Ledger, digest_of
from lms.operations.loading.located_yaml import parse_yaml
from lms.pages.models import ClinicQuestion, HomePage, StandardPage

BUILT_IN = Path(__file__).resolve().parents[1] / "content" / "pages"
_NAMES = uuid.UUID("0d9c1f0e-3b2c-4c55-9a3e-5f0f4f6a2b10")  # ids of blocks are made from names, so links to them stay
_CONTACT = ":::contact"
_markdown = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True)
class PageText:
    """A standard page as its file states it. blocks: (kind, value) as the page's stream takes them."""

    slug: str
    title: str
    intro: str
    blocks: tuple[tuple[str, str | None], ...]


def read_pages(folder: Path = BUILT_IN) -> list[PageText]:
    """Return the built-in standard pages, by name."""
    return [_read_page(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.md"))]


def load_pages(ledger: Ledger) -> None:
    """Make the standard pages of the platform's first language or bring them up to date; edited ones are kept."""
    home = tree.ensure_home(Locale.get_default().language_code)
    for text in read_pages():
        _load_page(ledger, home, text)


def load_clinic_questions(ledger: Ledger) -> None:
    """Give every home page its questions from clinic, as far as their lessons are there; edited ones are kept."""
    for home in HomePage.objects.select_related("locale"):
        _load_questions(ledger, home)


def _read_page(slug: str, text: str) -> PageText:
    _, front, body = text.split("---\n", 2)
    head = parse_yaml(front).value
    blocks: list[tuple[str, str | None]] = []
    for part in f"\n{body}".split("\n## "):
        heading, _, rest = part.partition("\n")
        if heading.strip():
            blocks.append(("heading", heading.strip()))
        for piece in rest.partition(_CONTACT):
            if piece == _CONTACT:
                blocks.append(("contact_address", None))
            elif piece.strip():
                blocks.append(("text", _markdown.render(piece.strip())))
    return PageText(slug=slug, title=head["title"], intro=head["intro"], blocks=tuple(blocks))


def _load_page(ledger: Ledger, home: HomePage, text: PageText) -> None:
    name = f"standard page:{home.locale.language_code}:{text.slug}"
    digest = digest_of([text.title, text.intro, text.blocks])
    page = (
        StandardPage.objects.filter(pk=ledger.object_id(name) or 0).first()
        or StandardPage.objects.child_of(home).filter(slug=text.slug).first()
    )
    outcome = ledger.decide(name, text.title, digest, page)
    if not outcome.writes:
        return
    page = page or StandardPage(slug=text.slug, locale=home.locale)
    page.title, page.intro = text.title, text.intro
    page.body = StandardPage.body.field.to_python(
        [
            {"type": kind, "value": value, "id": str(uuid.uuid5(_NAMES, f"{text.slug}/{number}"))}
            for number, (kind, value) in enumerate(text.blocks)
        ]
    )
    if page.pk is None:
        home.refresh_from_db()  # treebeard counts children on the instance
        home.add_child(instance=page)
    _publish(ledger, name, digest, page)


def _load_questions(ledger: Ledger, home: HomePage) -> None:
    language = home.locale.language_code
    questions = [
        (question, target)
        for path, question in tree.CLINIC_QUESTIONS.get(language, {}).items()
        if (target := _lesson(path, home.locale))
    ]
    if not questions:
        return
    name = f"home page:{language}"
    digest = digest_of([[question, target.url_path] for question, target in questions])
    is_first_time = ledger.object_id(name) is None and not home.clinic_questions.exists()
    outcome = ledger.decide(name, home.title, digest, None if is_first_time else home)
    if outcome.writes:
        home.clinic_questions = [ClinicQuestion(question=question, target=target) for question, target in questions]
        _publish(ledger, name, digest, home)


def _lesson(path: str, locale: Locale) -> Page | None:
    """Return the lesson at course/module/lesson in a language, or in the first language if it is not translated."""
    original = LessonPage.objects.live().filter(url_path__endswith=f"/courses/{path}/", locale=Locale.get_default())
    lesson = original.first()
    if lesson is None:
        return None
    return LessonPage.objects.live().filter(translation_key=lesson.translation_key, locale=locale).first() or lesson


def _publish(ledger: Ledger, name: str, digest: str, page: Any) -> None:
    page.save_revision().publish()
    page.refresh_from_db()
    ledger.record(name, digest, page)
