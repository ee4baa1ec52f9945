"""Saving checked content into the page tree, by subject. May import courses and lms.pages."""

from collections.abc import Callable

from django.db import transaction
from wagtail.models import Locale

from lms.operations.loading import front_pages
from lms.operations.loading.catalogue import Catalogue
from lms.operations.loading.indexing import index_once
from lms.operations.loading.ledger import Ledger, Report
from lms.operations.loading.services.courses import load_course, load_translation, stand_in_tree
from lms.operations.loading.services.run import LoadRun
from lms.operations.loading.services.snippets import load_glossary, load_references
from lms.operations.loading.services.webinars import load_webinar

__all__ = ["Progress", "load_catalogue"]

Progress = Callable[[int, int, str], None]


def load_catalogue(
    catalogue: Catalogue, *, overwrite: bool = False, on_progress: Progress = lambda done, total, label: None
) -> Report:
    """Load checked content into the page tree, all or nothing, and return what was done.

    What stands as it was loaded is brought up to date; what was edited in the CMS since is kept, unless overwrite.
    on_progress(done, total, label) is called before each course and translation.
    """
    run = LoadRun(Ledger(overwrite=overwrite))
    try:
        with transaction.atomic(), index_once():
            return _load(run, catalogue, on_progress)
    except BaseException:
        run.remove_written_files()  # the database forgets them by itself
        raise


def _load(run: LoadRun, catalogue: Catalogue, on_progress: Progress) -> Report:
    total = len(catalogue.courses) + len(catalogue.translations) + 1
    on_progress(0, total, "glossary and references")
    default = Locale.get_default().language_code
    for language in {default, *(course.head.language for course in catalogue.courses)}:
        run.ensure_locale(language)
    load_references(run, catalogue.references)
    load_glossary(run, default, catalogue.glossary)
    for language, terms in catalogue.translated_glossaries.items():
        run.ensure_locale(language)
        load_glossary(run, language, terms)
    for course in catalogue.courses:
        stand_in_tree(run, course)
    for done, course in enumerate(catalogue.courses, start=1):
        on_progress(done, total, course.head.title)
        load_course(run, course)
    for done, translation in enumerate(catalogue.translations, start=1 + len(catalogue.courses)):
        on_progress(done, total, translation.head.title)
        load_translation(run, translation, catalogue)
    for webinar in catalogue.webinars:
        load_webinar(run, webinar)
    front_pages.load_pages(run.ledger)
    front_pages.load_clinic_questions(run.ledger)
    on_progress(total, total, "done")
    slugs = [course.head.slug for course in catalogue.courses]
    run.ledger.note_left(
        *(
            f"{kind}:{language}:{slug}/"
            for slug in slugs
            for kind in ("module", "lesson", "quiz", "question")
            for language in run.locales
        )
    )
    return Report(
        lines=tuple(run.ledger.lines), waiting_questions=tuple(run.waiting_questions), remarks=tuple(run.remarks)
    )
